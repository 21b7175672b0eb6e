#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds everything and runs every test: units, power cuts, virtual line, host tool, whole board, lint.
set -eu
cd "$(dirname "$0")/.."
ROOT=$(pwd)
. scripts/common.sh

TESTS=build/obj/test
FAILED=$TESTS/Testing/Temporary/LastTestsFailed.log
# Those with whole machines in them, which share the host's processors with whatever else it does.
MACHINES='^(emu|usb|rig|demo)_'
RETRIED_MAX=3

# failed_names: the tests that have failed, a line each.
failed_names() {
    sed 's/^[0-9]*://' "$FAILED"
}

# Up to three of the tests with emulated machines get a second run, alone, and both are told: a host that stalls for
# seconds can make such a test fail, a defect makes it fail again. All other tests have one run.
once_more() {
    [ -s "$FAILED" ] && ! failed_names | grep -Evq "$MACHINES" && [ "$(failed_names | wc -l)" -le $RETRIED_MAX ] || return 1
    names=$(failed_names | tr '\n' ' ')
    say "failed beside other tests, once more alone: $names"
    ctest --test-dir $TESTS --output-on-failure --rerun-failed || return 1
    say "UNSTEADY: failed beside other tests, as shown above, and passed alone: $names"
}

scripts/build.sh host firmware apps test
say "lint"
failed=0
scripts/lint.sh || failed=1
say "tests"
rm -f "$FAILED"
ctest --test-dir $TESTS --output-on-failure --no-tests=error -j "$(nproc)" "$@" || once_more || failed=1
[ "$failed" -eq 0 ] || die "lint or tests have failed" "the findings are above"
