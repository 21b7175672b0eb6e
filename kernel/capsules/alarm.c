// SPDX-License-Identifier: Apache-2.0
/* Driver 0: one alarm per process over one kernel timer. */
#include <kernel/capsules.h>
#include <kernel/timer.h>

struct alarm {
    bool armed;
    uint32_t reference;
    uint32_t delta;
};

static void fired(void *context);
static struct timer timer = {.fired = fired};

/* Arms the timer for the process whose alarm comes first. */
static void arm_next(void)
{
    uint32_t now = timer_now();
    uint32_t soonest = UINT32_MAX;
    bool any = false;

    for (uint32_t i = 0; i < process_slots(); i++) {
        struct process *process = process_at(i);
        const struct alarm *alarm = process != NULL ? grant_peek(&alarm_driver, process) : NULL;

        if (alarm != NULL && alarm->armed) {
            uint32_t passed = now - alarm->reference;
            uint32_t left = passed >= alarm->delta ? 0 : alarm->delta - passed;

            soonest = left < soonest ? left : soonest;
            any = true;
        }
    }
    if (any) {
        timer_arm(&timer, now, soonest);
    } else {
        timer_cancel(&timer);
    }
}

static void fired(void *context)
{
    uint32_t now = timer_now();

    (void)context;
    for (uint32_t i = 0; i < process_slots(); i++) {
        struct process *process = process_at(i);
        struct alarm *alarm = process != NULL ? grant_peek(&alarm_driver, process) : NULL;

        if (alarm != NULL && alarm->armed && now - alarm->reference >= alarm->delta) {
            alarm->armed = false;
            (void)upcall_post(&alarm_driver, process, ABI_ALARM_UPCALL_FIRED, now,
                              alarm->reference + alarm->delta, 0);
        }
    }
    arm_next();
}

static struct syscall_result set(struct process *process, uint32_t reference, uint32_t delta)
{
    struct alarm *alarm = grant_enter(&alarm_driver, process);

    if (alarm == NULL) {
        return syscall_failure(ABI_NOMEM);
    }
    *alarm = (struct alarm){true, reference, delta};
    arm_next();
    return syscall_success_u32(reference + delta);
}

static struct syscall_result stop(struct process *process)
{
    struct alarm *alarm = grant_peek(&alarm_driver, process);

    if (alarm == NULL || !alarm->armed) {
        return syscall_failure(ABI_ALREADY);
    }
    alarm->armed = false;
    arm_next();
    return syscall_success();
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t argument0, uint32_t argument1)
{
    (void)driver;
    switch (number) {
    case ABI_COMMAND_EXISTS:
        return syscall_success();
    case ABI_ALARM_FREQUENCY:
        return syscall_success_u32(timer_frequency());
    case ABI_ALARM_NOW:
        return syscall_success_u32(timer_now());
    case ABI_ALARM_STOP:
        return stop(process);
    case ABI_ALARM_SET_RELATIVE:
        return set(process, timer_now(), argument0);
    case ABI_ALARM_SET_ABSOLUTE:
        return set(process, argument0, argument1);
    default:
        return syscall_failure(ABI_NOSUPPORT);
    }
}

const struct driver alarm_driver = {
    .number = ABI_DRIVER_ALARM,
    .state_size = sizeof(struct alarm),
    .upcalls = 1,
    .command = command,
};
