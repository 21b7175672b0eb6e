// SPDX-License-Identifier: Apache-2.0
#include <gantry/alarm.h>

uint32_t alarm_frequency(void)
{
    return syscall_command(ABI_DRIVER_ALARM, ABI_ALARM_FREQUENCY, 0, 0).value[0];
}

uint32_t alarm_now(void)
{
    return syscall_command(ABI_DRIVER_ALARM, ABI_ALARM_NOW, 0, 0).value[0];
}

uint32_t alarm_from_ms(uint32_t ms)
{
    uint64_t counts = ((uint64_t)ms * alarm_frequency() + 999) / 1000;

    return counts <= UINT32_MAX ? (uint32_t)counts : UINT32_MAX;
}

/* What alarm_set() asked for. Sleeping borrows the one alarm of the process and gives it back. */
static struct {
    bool set;
    uint32_t reference;
    uint32_t delta;
    upcall_function *function;
    void *userdata;
} wanted;

static void fired(uint32_t now, uint32_t ignored, uint32_t unused, void *userdata)
{
    (void)ignored;
    (void)unused;
    (void)userdata;
    /* An upcall may be left over from an alarm that was replaced. */
    if (wanted.set && now - wanted.reference >= wanted.delta) {
        wanted.set = false;
        wanted.function(now, wanted.reference + wanted.delta, 0, wanted.userdata);
    }
}

static enum abi_error arm(uint32_t reference, uint32_t delta)
{
    return syscall_error(
        syscall_command(ABI_DRIVER_ALARM, ABI_ALARM_SET_ABSOLUTE, reference, delta));
}

uint32_t alarm_sleep_until(uint32_t reference, uint32_t delta)
{
    uint32_t got[3];

    if (arm(reference, delta) == ABI_OK) {
        do { /* until it is this alarm's: one that was replaced may still have an upcall waiting */
            syscall_yield_wait_for(ABI_DRIVER_ALARM, ABI_ALARM_UPCALL_FIRED, got);
        } while (got[1] != reference + delta);
        if (wanted.set) {
            (void)arm(wanted.reference, wanted.delta);
        }
    }
    return reference + delta;
}

void alarm_sleep_ms(uint32_t ms)
{
    uint64_t left = ((uint64_t)ms * alarm_frequency() + 999) / 1000;
    uint32_t moment = alarm_now();

    do {
        uint32_t step = left < ALARM_LONGEST ? (uint32_t)left : ALARM_LONGEST;

        moment = alarm_sleep_until(moment, step);
        left -= step;
    } while (left > 0);
}

enum abi_error alarm_set(uint32_t reference, uint32_t delta, upcall_function *function,
                         void *userdata)
{
    struct syscall_return result;

    if (function == NULL) {
        return ABI_INVAL;
    }
    result = syscall_subscribe(ABI_DRIVER_ALARM, ABI_ALARM_UPCALL_FIRED, fired, NULL);
    if (!syscall_ok(result)) {
        return syscall_error(result);
    }
    wanted.reference = reference;
    wanted.delta = delta;
    wanted.function = function;
    wanted.userdata = userdata;
    wanted.set = true;
    return arm(reference, delta);
}

enum abi_error alarm_stop(void)
{
    wanted.set = false;
    return syscall_error(syscall_command(ABI_DRIVER_ALARM, ABI_ALARM_STOP, 0, 0));
}
