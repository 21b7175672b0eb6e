// SPDX-License-Identifier: Apache-2.0
/*
 * What a process can reach is what it may touch: the kernel core and the region planner of one
 * processor architecture, driven through process_*() and system calls over every case within the
 * printed bounds, against a model of that architecture's protection unit (docs/isolation.md).
 *
 *     isolation_UNIT_test [--wide]
 *
 * A failure names the sweep, the numbers of the case, and the first byte that is wrong.
 */
#include <stdio.h>
#include <string.h>

#include "proof.h"
#include "sweeps.h"

int main(int argc, char **argv)
{
    bool wide = argc == 2 && strcmp(argv[1], "--wide") == 0;

    if (argc > 1 && !wide) {
        fprintf(stderr, "usage: %s [--wide]\n", argv[0]);
        return 2;
    }
    proof_prepare();
    sweep_ranges(wide);
    sweep_flash(wide);
    sweep_needs(wide);
    sweep_breaks(wide);
    sweep_grants(wide);
    sweep_buffers(wide);
    sweep_places(wide);
    sweep_windows(wide);
    sweep_ipc(wide);
    sweep_lives(wide);
    return 0;
}
