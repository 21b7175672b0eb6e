#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every libFuzzer target for FUZZ_SECONDS (default 60) on its corpus, then the wide power-cut and isolation sweeps.
set -eu
cd "$(dirname "$0")/.."
ROOT=$(pwd)
. scripts/common.sh

command -v clang >/dev/null || die "fuzzing needs clang and its libFuzzer" "./dev fuzz installs them"
[ -f build/obj/fuzz/build.ninja ] || cmake --preset fuzz >build/configure-fuzz.log 2>&1 ||
    die "the fuzz targets could not be configured" "see build/configure-fuzz.log"
cmake --build build/obj/fuzz
for target in build/obj/fuzz/tests/fuzz/*_fuzz; do
    name=$(basename "$target")
    mkdir -p "tests/fuzz/corpus/$name" "build/fuzz/$name"
    say "$name"
    "$target" -max_total_time="${FUZZ_SECONDS:-60}" -print_final_stats=1 -artifact_prefix="build/fuzz/" \
        "build/fuzz/$name" "tests/fuzz/corpus/$name"
done
say "handles of libgantry in several threads, under ThreadSanitizer"
scripts/build.sh host
scripts/threads.sh
say "the wide power-cut sweep"
scripts/build.sh test
build/obj/test/tests/sim/power_cut_test --wide
build/obj/test/tests/sim/move_cut_test --wide
build/obj/test/tests/sim/kernel_cut_test --wide
say "the wide isolation sweeps"
for test in build/obj/test/tests/sim/protection/isolation_*_test; do
    "$test" --wide
done
say "each instruction of the bootloader left out, where a kernel is judged"
tests/emu/skip_test.sh
