#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# loader-cli starts without delay: what `--version` executes, the dynamic linker's work included, is counted, for time would
# depend on the machine. 8 million instructions are 10 ms where a processor does 800 million in a second.
#
#   start_test.sh LOADER_CLI
set -eu
LIMIT=8000000
command -v valgrind >/dev/null || {
    echo "SKIPPED: there is no valgrind on this machine: the instructions of a start were not counted" >&2
    exit 77
}
if grep -q __asan_init "$1"; then
    # What is instrumented for tests runs under no other tool: the one that people get is counted.
    set -- "$(dirname "$0")/../../build/bin/loader-cli"
fi
[ -x "$1" ] || {
    echo "SKIPPED: there is no $1: scripts/build.sh host" >&2
    exit 77
}
count=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null "$1" --version 2>&1 | sed -n 's/.*Collected : \([0-9]*\).*/\1/p')
echo "loader-cli --version: $count instructions, limit $LIMIT"
[ "${count:-$((LIMIT + 1))}" -le $LIMIT ]
