#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The published schemas of events and of the object for several devices. several_schema_test.sh LINES; exit 77 without
# Debian's validator.
set -eu
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
python=/usr/bin/python3
$python -c 'import jsonschema' 2>/dev/null || exit 77
$python "$ROOT/tests/cli/several.py" "$ROOT/docs/schema" "$1"
