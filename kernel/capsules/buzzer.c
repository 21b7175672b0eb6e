// SPDX-License-Identifier: Apache-2.0
/*
 * Driver 0x90000: one tone at a time, for one process after the other. A process has at most one
 * tone that sounds and one that waits; none is longer than five seconds.
 */
#include <base/checked.h>
#include <hil/error.h>
#include <kernel/capsules.h>
#include <kernel/timer.h>

enum { LONGEST_MS = 5000 };

struct tone {
    uint32_t hz;
    uint32_t ms;
    bool waiting;
};

static const struct hil_buzzer *device;
static struct process_id player; /* of the tone that sounds, while the timer is armed */
static uint32_t turn;

static void fired(void *context);
static struct timer timer = {.fired = fired};

static void init(const struct driver *driver, const void *buzzer)
{
    (void)driver;
    device = buzzer;
}

static enum abi_error sound(const struct process *process, uint32_t hz, uint32_t ms)
{
    int error = device->sound(device, hz);

    if (error != 0) {
        return error == HIL_E_UNSUPPORTED ? ABI_INVAL : ABI_FAIL;
    }
    player = process_id(process);
    timer_arm(&timer, timer_now(), timer_from_ms(ck_min(ms, LONGEST_MS)));
    return ABI_OK;
}

static void post(struct process *process, enum abi_error status)
{
    (void)upcall_post(&buzzer_driver, process, ABI_BUZZER_UPCALL_DONE, status, 0, 0);
}

/* The tone that waits, of the process whose turn it is; the next one's when it cannot be made. */
static void sound_next(void)
{
    uint32_t slots = process_slots();
    uint32_t first = turn;

    for (uint32_t i = 0; i < slots && !timer.armed; i++) {
        uint32_t slot = (first + i) % slots;
        struct process *process = process_at(slot);
        struct tone *tone = process != NULL ? grant_peek(&buzzer_driver, process) : NULL;
        enum abi_error error;

        if (tone == NULL || !tone->waiting) {
            continue;
        }
        tone->waiting = false;
        turn = (slot + 1) % slots;
        error = sound(process, tone->hz, tone->ms);
        if (error != ABI_OK) {
            post(process, error);
        }
    }
}

static void fired(void *context)
{
    struct process *process = process_find(player);

    (void)context;
    device->silence(device);
    if (process != NULL) {
        post(process, ABI_OK);
    }
    sound_next();
}

static struct syscall_result wait(struct process *process, uint32_t hz, uint32_t ms)
{
    struct tone *tone = grant_enter(&buzzer_driver, process);

    if (tone == NULL || tone->waiting) {
        return syscall_failure(ABI_NOMEM);
    }
    if (!timer.armed) {
        return syscall_status(sound(process, hz, ms));
    }
    *tone = (struct tone){hz, ms, true};
    return syscall_success();
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t argument0, uint32_t argument1)
{
    if (number == ABI_COMMAND_EXISTS) {
        return syscall_success();
    }
    if (number == ABI_BUZZER_BUZZ) {
        return wait(process, argument0, argument1);
    }
    if (number > ABI_BUZZER_STOP) {
        return syscall_failure(ABI_NOSUPPORT);
    }
    if (timer.armed && player.value != process_id(process).value) {
        return syscall_failure(ABI_RESERVE);
    }
    if (number == ABI_BUZZER_STOP) {
        if (!timer.armed) {
            return syscall_failure(ABI_OFF);
        }
        timer_cancel(&timer);
        fired(NULL);
        return syscall_success();
    }
    if (grant_enter(driver, process) == NULL) {
        return syscall_failure(ABI_NOMEM);
    }
    return syscall_status(sound(process, argument0, argument1));
}

static void ended(const struct driver *driver, struct process *process)
{
    struct tone *tone = grant_peek(driver, process);

    if (tone != NULL) {
        tone->waiting = false;
    }
    if (timer.armed && player.value == process_id(process).value) {
        timer_cancel(&timer);
        device->silence(device);
        sound_next();
    }
}

const struct driver buzzer_driver = {
    .number = ABI_DRIVER_BUZZER,
    .state_size = sizeof(struct tone),
    .upcalls = 1,
    .init = init,
    .command = command,
    .ended = ended,
};
