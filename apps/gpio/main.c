// SPDX-License-Identifier: Apache-2.0
/*
 * Tests the pins of a board that has at least five, with nothing at pins 0 and 1. Then it reports
 * each edge of pin 3 and each rising edge of pin 4, for ever.
 */
#include <gantry/gpio.h>

#include "../check.h"

enum { OUTPUT, INPUT, BOTH = 3, RISING };

static void test_output(struct checks *checks)
{
    check(checks, "an output takes its level",
          gpio_make_output(OUTPUT) == ABI_OK && gpio_set(OUTPUT, true) == ABI_OK &&
              gpio_is_high(OUTPUT));
    check(checks, "and the other", gpio_set(OUTPUT, false) == ABI_OK && !gpio_is_high(OUTPUT));
    check(checks, "and changes it", gpio_toggle(OUTPUT) == ABI_OK && gpio_is_high(OUTPUT));
}

static void test_input(struct checks *checks)
{
    check(checks, "an open input has the level of its resistor",
          gpio_make_input(INPUT, ABI_GPIO_PULL_UP) == ABI_OK && gpio_is_high(INPUT) &&
              gpio_make_input(INPUT, ABI_GPIO_PULL_DOWN) == ABI_OK && !gpio_is_high(INPUT));
    check(checks, "a pin can be taken out of use", gpio_disable(INPUT) == ABI_OK);
}

static void test_refusals(struct checks *checks)
{
    uint32_t count = gpio_count();

    check(checks, "a pin that does not exist is refused",
          gpio_set(count, true) == ABI_INVAL && gpio_make_output(UINT32_MAX) == ABI_INVAL &&
              gpio_watch(count, ABI_GPIO_EDGE_EITHER) == ABI_INVAL);
    check(checks, "an edge that does not exist is refused",
          gpio_watch(INPUT, (enum abi_gpio_edge)3) == ABI_NOSUPPORT);
    check(checks, "a resistor that does not exist is refused",
          gpio_make_input(INPUT, (enum abi_gpio_pull)3) == ABI_NOSUPPORT);
    check(checks, "a command that does not exist is refused",
          syscall_error(syscall_command(ABI_DRIVER_GPIO, 11, 0, 0)) == ABI_NOSUPPORT);
}

int main(void)
{
    struct checks checks = {.app = "gpio"};
    bool high;

    if (gpio_count() <= RISING) {
        console_print("gpio: no pins\r\n");
        return ABI_NODEVICE;
    }
    test_output(&checks);
    test_input(&checks);
    test_refusals(&checks);
    (void)gpio_make_input(BOTH, ABI_GPIO_PULL_DOWN);
    (void)gpio_make_input(RISING, ABI_GPIO_PULL_DOWN);
    check(&checks, "edges can be watched",
          gpio_watch(BOTH, ABI_GPIO_EDGE_EITHER) == ABI_OK &&
              gpio_watch(RISING, ABI_GPIO_EDGE_RISING) == ABI_OK);
    (void)check_finish(&checks);
    for (;;) {
        uint32_t pin = gpio_wait(&high);

        printf("gpio: pin %lu is %s\r\n", (unsigned long)pin, high ? "high" : "low");
    }
}
