// SPDX-License-Identifier: Apache-2.0
/* Driver 2: LEDs. No upcalls, no buffers, no state per process. */
#include <kernel/capsules.h>

static const struct hil_led *leds;

static void init(const struct driver *driver, const void *device)
{
    (void)driver;
    leds = device;
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t index, uint32_t argument1)
{
    uint8_t led = (uint8_t)index;

    (void)driver;
    (void)process;
    (void)argument1;
    if (number == ABI_COMMAND_EXISTS) {
        return syscall_success_u32(leds->count);
    }
    if (number > ABI_LED_GET) {
        return syscall_failure(ABI_NOSUPPORT);
    }
    if (index >= leds->count) {
        return syscall_failure(ABI_INVAL);
    }
    switch (number) {
    case ABI_LED_ON:
    case ABI_LED_OFF:
        leds->set(leds, led, number == ABI_LED_ON);
        return syscall_success();
    case ABI_LED_TOGGLE:
        leds->set(leds, led, !leds->get(leds, led));
        return syscall_success();
    default:
        return syscall_success_u32(leds->get(leds, led) ? 1 : 0);
    }
}

const struct driver led_driver = {.number = ABI_DRIVER_LED, .init = init, .command = command};
