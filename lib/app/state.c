// SPDX-License-Identifier: Apache-2.0
#include <gantry/state.h>

/* The kernel's form of it (Tock's ReadOnlyState, version 1). */
static volatile struct {
    uint32_t switches;
    uint32_t upcalls;
    uint32_t ticks_low;
    uint32_t ticks_high;
} shared;

enum abi_error state_open(void)
{
    return syscall_error(syscall_allow_ur(ABI_DRIVER_READ_ONLY_STATE, ABI_STATE_UR_BUFFER,
                                          (void *)(uintptr_t)&shared, sizeof shared));
}

struct state state_read(void)
{
    struct state state;

    do { /* a switch in between writes anew */
        state.switches = shared.switches;
        state.upcalls = shared.upcalls;
        state.ticks = (uint64_t)shared.ticks_high << 32 | shared.ticks_low;
    } while (state.switches != shared.switches);
    return state;
}
