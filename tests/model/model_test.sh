#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The model of bootloader and kernels holds what it claims, and each of the mistakes that one could make there is found.
set -eu
cd "$(dirname "$0")"
MODEL=$(pwd)/boot.pml
command -v spin >/dev/null || {
    echo "SKIPPED: spin is not installed" >&2
    exit 77
}
WORK=$(mktemp -d /tmp/gantry-model.XXXXXX)
trap 'rm -rf "$WORK"' EXIT INT TERM
cd "$WORK"

# make FLAGS...: a checker of the model.
make() {
    spin -a "$@" "$MODEL" >spin.log 2>&1 || {
        cat spin.log
        exit 1
    }
    cc -O1 -w -DMEMLIM=1024 -DVECTORSZ=1024 -o pan pan.c
}

# holds CLAIM: whether the model keeps it in every state. What the search leaves out would be no answer.
holds() {
    ./pan -a -f -m1000000 -N "$1" >pan.log 2>&1
    ! grep -q 'max search depth too small\|out of memory\|error: ' pan.log || {
        cat pan.log
        exit 1
    }
    rm -f ./*.trail
    grep -q 'errors: 0' pan.log
}

failed=0
claims='bootable floor_follows one_trial guarded sound unattended comes_to_rest'
make
for claim in $claims; do
    if holds "$claim"; then
        echo "$claim: $(sed -n 's/^ *\([0-9]*\) states, stored.*/\1/p' pan.log) states"
    else
        echo "FAIL: the model does not keep '$claim'"
        failed=1
    fi
done
make -DROT=1
for claim in guarded one_trial sound floor_follows; do
    holds "$claim" || {
        echo "FAIL: with rotting flash the model does not keep '$claim'"
        failed=1
    }
done

# mistake NUMBER CLAIM FLAGS...: with it the model must break the claim.
mistake() {
    number=$1
    claim=$2
    shift 2
    make -DMISTAKE="$number" "$@"
    if holds "$claim"; then
        echo "FAIL: mistake $number goes unnoticed by '$claim'"
        failed=1
    else
        echo "mistake $number breaks '$claim'"
    fi
}
mistake 1 one_trial      # a trial that ended is begun again
mistake 2 one_trial      # that it began is not recorded
mistake 3 guarded        # no watchdog
mistake 4 guarded -DROT=1 # a rejected kernel is second choice
mistake 5 guarded -DROT=1 # what was written and not yet announced is, too
mistake 6 bootable       # the slot that runs is written
mistake 7 floor_follows  # the floor rises with the update
mistake 8 guarded        # a new kernel counts at once
[ "$failed" -eq 0 ]
