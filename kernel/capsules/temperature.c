// SPDX-License-Identifier: Apache-2.0
/*
 * Driver 0x60000: temperature. All who wait share one reading. Its upcall has no place for an
 * error: a reading that failed is reported as a temperature that does not exist, the lowest number.
 */
#include <kernel/capsules.h>

struct temperature {
    bool waiting;
};

static const struct hil_temperature *thermometer;
static bool reading;

static void measured(void *context, int status, int32_t value)
{
    (void)context;
    reading = false;
    for (uint32_t i = 0; i < process_slots(); i++) {
        struct process *process = process_at(i);
        struct temperature *state =
            process != NULL ? grant_peek(&temperature_driver, process) : NULL;

        if (state != NULL && state->waiting) {
            state->waiting = false;
            (void)upcall_post(&temperature_driver, process, ABI_TEMPERATURE_UPCALL,
                              (uint32_t)(status == 0 ? value : INT32_MIN), 0, 0);
        }
    }
}

static void init(const struct driver *driver, const void *device)
{
    (void)driver;
    thermometer = device;
    thermometer->listen(thermometer, measured, NULL);
}

static struct syscall_result read(struct process *process)
{
    struct temperature *state = grant_enter(&temperature_driver, process);

    if (state == NULL) {
        return syscall_failure(ABI_NOMEM);
    }
    if (state->waiting) {
        return syscall_failure(ABI_BUSY);
    }
    state->waiting = true;
    if (!reading) {
        reading = true; /* before the start, which may finish the reading at once */
        if (thermometer->start(thermometer) != 0) {
            reading = false;
            state->waiting = false;
            return syscall_failure(ABI_FAIL);
        }
    }
    return syscall_success();
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t argument0, uint32_t argument1)
{
    (void)driver;
    (void)argument0;
    (void)argument1;
    if (number == ABI_COMMAND_EXISTS) {
        return syscall_success();
    }
    return number == ABI_TEMPERATURE_READ ? read(process) : syscall_failure(ABI_NOSUPPORT);
}

const struct driver temperature_driver = {
    .number = ABI_DRIVER_TEMPERATURE,
    .state_size = sizeof(struct temperature),
    .upcalls = 1,
    .init = init,
    .command = command,
};
