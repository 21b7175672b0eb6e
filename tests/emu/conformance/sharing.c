// SPDX-License-Identifier: Apache-2.0
/* Drivers by which processes see each other's, or the kernel's, memory: IPC and read-only state. */
#include "check.h"
#include "drivers.h"

#include <gantry/memory.h>

enum { IPC = ABI_DRIVER_IPC, STATE = ABI_DRIVER_READ_ONLY_STATE, MANY = 200, GUARD = 0xA5 };

static struct syscall_return discover(const char *name)
{
    (void)call(ABI_ALLOW_RO, IPC, ABI_IPC_RO_NAME, (uint32_t)(uintptr_t)name, strlen(name));
    return call(ABI_COMMAND, IPC, ABI_IPC_DISCOVER, 0, 0);
}

static void check_ipc(void)
{
    static uint8_t memory[64] __attribute__((aligned(64)));
    uint32_t ram = (uint32_t)(uintptr_t)memory;
    struct syscall_return own;
    struct syscall_return other;

    check_begin("57", "processes are discovered by their whole name");
    succeeds("present", call(ABI_COMMAND, IPC, ABI_COMMAND_EXISTS, 0, 0));
    fails("no name", call(ABI_COMMAND, IPC, ABI_IPC_DISCOVER, 0, 0), ABI_INVAL);
    own = discover("drivers");
    check_equal("its own name", own.variant, ABI_SUCCESS_U32);
    other = discover("onlooker");
    check_equal("another's name", other.variant, ABI_SUCCESS_U32);
    check_true("they are not the same", own.value[0] != other.value[0]);
    fails("nobody's name", discover("nobody"), ABI_NODEVICE);
    fails("the beginning of a name", discover("onlook"), ABI_NODEVICE);
    fails("a name and more", discover("onlooker2"), ABI_NODEVICE);
    (void)call(ABI_ALLOW_RO, IPC, ABI_IPC_RO_NAME, 0, 0);
    fails("no such command", call(ABI_COMMAND, IPC, 4, 0, 0), ABI_NOSUPPORT);
    refuses("no such buffer", call(ABI_ALLOW_RW, IPC, MANY, ram, 64), ABI_NOSUPPORT, ram, 64);
    refuses("no such upcall", call(ABI_SUBSCRIBE, IPC, MANY, 0, 7), ABI_NOSUPPORT, 0, 7);
    check_end();

    check_begin("133", "a process cannot notify itself or nobody");
    for (uint32_t command = ABI_IPC_NOTIFY_SERVICE; command <= ABI_IPC_NOTIFY_CLIENT; command++) {
        fails("itself", call(ABI_COMMAND, IPC, command, own.value[0], 0), ABI_INVAL);
        fails("nobody", call(ABI_COMMAND, IPC, command, MANY, 0), ABI_INVAL);
        fails("number -1", call(ABI_COMMAND, IPC, command, 0xFFFFFFFF, 0), ABI_INVAL);
    }
    (void)call(ABI_ALLOW_RW, IPC, own.value[0], ram, 64);
    fails("itself, with a buffer", call(ABI_COMMAND, IPC, ABI_IPC_NOTIFY_SERVICE, own.value[0], 0),
          ABI_INVAL);
    (void)call(ABI_ALLOW_RW, IPC, own.value[0], 0, 0);
    succeeds("another", call(ABI_COMMAND, IPC, ABI_IPC_NOTIFY_SERVICE, other.value[0], 0));
    check_end();
}

/* What the kernel writes: switches, waiting upcalls, ticks. */
static uint32_t state[6];

/* Shares so many bytes of it, between guards, and is switched to anew. */
static void share_state(uint32_t length)
{
    memset(state, GUARD, sizeof state);
    check_equal(
        "share",
        call(ABI_ALLOW_UR, STATE, ABI_STATE_UR_BUFFER, (uint32_t)(uintptr_t)&state[1], length)
            .variant,
        ABI_SUCCESS_2_U32);
    sleep_ms(1);
}

static void check_state(void)
{
    const uint32_t guard = 0xA5A5A5A5;
    uint32_t first;

    check_begin("152", "read-only state: switches, waiting upcalls and time, in whole fields");
    succeeds_with("version", call(ABI_COMMAND, STATE, ABI_STATE_VERSION, 0, 0), 1);
    fails("no such command", call(ABI_COMMAND, STATE, 2, 0, 0), ABI_NOSUPPORT);
    share_state(16);
    first = state[1];
    check_true("the time", now() - state[3] < ticks_of_ms(20000));
    sleep_ms(1);
    check_true("switches go up", state[1] != first && state[1] - first < 1000);
    check_equal("the word in front", state[0], guard);
    check_equal("the word behind", state[5], guard);
    share_state(8);
    check_true("the time is left out of 8 bytes", state[1] != guard && state[2] != guard);
    check_equal("behind 8 bytes", state[3], guard);
    share_state(7);
    check_true("of 7 bytes, 4 are written", state[1] != guard && state[2] == guard);
    share_state(3);
    check_equal("of 3, none", state[1], guard);
    check_equal("back", call(ABI_ALLOW_UR, STATE, ABI_STATE_UR_BUFFER, 0, 0).variant,
                ABI_SUCCESS_2_U32);
    memset(state, GUARD, sizeof state);
    sleep_ms(2);
    check_equal("nothing is written when it is back", state[1], guard);
    refuses("no such buffer", call(ABI_ALLOW_UR, STATE, 1, (uint32_t)(uintptr_t)state, 16),
            ABI_NOSUPPORT, (uint32_t)(uintptr_t)state, 16);
    check_end();
}

void check_sharing(void)
{
    check_ipc();
    check_state();
}
