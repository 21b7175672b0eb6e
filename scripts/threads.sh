#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# threads.sh: two handles of libgantry at once, each in its own thread, under ThreadSanitizer: whatever they share is found.
set -eu
cd "$(dirname "$0")/.."
ROOT=$(pwd)
. scripts/common.sh

[ -x build/bin/loader-cli ] || die "the host tool is not built" "scripts/build.sh host"
[ -f build/obj/threads/build.ninja ] || cmake --preset threads >build/configure-threads.log 2>&1 ||
    die "the build under ThreadSanitizer could not be configured" "see build/configure-threads.log"
cmake --build build/obj/threads --target gantry_threads_test >build/build-threads.log 2>&1 || {
    cat build/build-threads.log >&2
    die "the test could not be built under ThreadSanitizer"
}
TOOL=build/bin/loader-cli TSAN_OPTIONS="halt_on_error=0 exitcode=66 ${TSAN_OPTIONS:-}" \
    build/obj/threads/tests/unit/gantry_threads_test || die "handles share something" "the reports above say what"
