#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds everything and runs every test: units, power cuts, virtual line, host tool, whole board, lint.
set -eu
cd "$(dirname "$0")/.."
ROOT=$(pwd)
. scripts/common.sh

scripts/build.sh host firmware apps test
say "lint"
failed=0
scripts/lint.sh || failed=1
say "tests"
ctest --test-dir build/obj/test --output-on-failure --no-tests=error -j "$(nproc)" "$@" || failed=1
[ "$failed" -eq 0 ] || die "lint or tests have failed" "the findings are above"
