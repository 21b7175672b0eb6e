#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
set -eu
cd "$(dirname "$0")/.."
ROOT=$(pwd)
. scripts/common.sh
sources_needed

sources '*.c' '*.cpp' '*.h' | xargs clang-format -i
