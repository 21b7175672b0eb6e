#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The published schema of --json: valid itself, fits everything that the tests of the command line have seen printed, knows
# every command, and refuses what is not so. schema_test.sh TOOL OBJECTS; exit 77 without Debian's validator.
set -eu
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
python=/usr/bin/python3
$python -c 'import jsonschema' 2>/dev/null || exit 77
"$1" help --json | $python "$ROOT/tests/cli/schema.py" "$ROOT/docs/schema/result.json" "$2" "$ROOT/docs/commands.md" \
    "$ROOT/loader-cli/include/gantry/context.h"
