// SPDX-License-Identifier: Apache-2.0
/* Driver 0: one alarm per process, a kernel timer in its grant. */
#include <kernel/capsules.h>
#include <kernel/timer.h>

struct alarm {
    struct timer timer;
    struct process *process; /* whose grant this is */
};

static void fired(void *context)
{
    const struct alarm *alarm = context;

    (void)upcall_post(&alarm_driver, alarm->process, ABI_ALARM_UPCALL_FIRED, timer_now(),
                      alarm->timer.reference + alarm->timer.delta, 0);
}

static struct syscall_result set(struct process *process, uint32_t reference, uint32_t delta)
{
    struct alarm *alarm = grant_enter(&alarm_driver, process);

    if (alarm == NULL) {
        return syscall_failure(ABI_NOMEM);
    }
    alarm->timer.fired = fired;
    alarm->timer.context = alarm;
    alarm->process = process;
    timer_arm(&alarm->timer, reference, delta);
    return syscall_success_u32(reference + delta);
}

static struct syscall_result stop(struct process *process)
{
    struct alarm *alarm = grant_peek(&alarm_driver, process);

    if (alarm == NULL || !alarm->timer.armed) {
        return syscall_failure(ABI_ALREADY);
    }
    timer_cancel(&alarm->timer);
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

/* Its timer is in the grant: it must not outlive it. */
static void ended(const struct driver *driver, struct process *process)
{
    (void)driver;
    (void)stop(process);
}

const struct driver alarm_driver = {
    .number = ABI_DRIVER_ALARM,
    .state_size = sizeof(struct alarm),
    .upcalls = 1,
    .command = command,
    .ended = ended,
};
