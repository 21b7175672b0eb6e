// SPDX-License-Identifier: Apache-2.0
/* libgantry and a flash image: what is installed, refused and changed without the device. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "../cli/tool.h"
#include "gantry_course.h"
#include "gantry_parts.h"

static struct package made;
static struct course course;

/*
 * "changed" is said of the image: what is refused leaves every byte of it. Action 1 removes, 2
 * enables, 3 disables, 4 starts.
 */
static const char expected[] =
    "-- erased\n"
    "open: ok\n"
    "raspberry_pi_pico, mode 3, kernel 0 at 0x0, 0 keys, list: ok\n"
    "kernel, unsigned: refused\n"
    "kernel of another board: refused\n"
    "kernel for the other slot: failed\n"
    "app as a kernel: failed\n"
    "app, unsigned: refused\n"
    "app, too large: space\n"
    "app, too greedy: space\n"
    "action 1, alpha: failed\n"
    "-- installed\n"
    "kernel: ok, changed\n"
    "alpha: ok, changed, alpha version 2\n"
    "beta: ok, changed, beta version 1\n"
    "raspberry_pi_pico, mode 3, kernel 3 at 0x10020000, 1 keys, list: ok\n"
    "  alpha version 2 at 0x10100000: unverified\n"
    "  beta version 1 at 0x10106000: unverified\n"
    "the kernel has run: 0\n"
    "-- refused\n"
    "open: ok\n"
    "raspberry_pi_pico, mode 3, kernel 3 at 0x10020000, 1 keys, list: ok\n"
    "  alpha version 2 at 0x10100000: enabled\n"
    "  beta version 1 at 0x10106000: enabled\n"
    "unsigned: refused\n"
    "another key's: refused\n"
    "older: refused\n"
    "the same: nothing\n"
    "too large: space\n"
    "too large, in place: space\n"
    "too greedy: space\n"
    "kernel as an app: failed\n"
    "kernel, another key's: refused\n"
    "kernel, older: refused\n"
    "kernel for the slot that runs: failed\n"
    "action 4, alpha: device\n"
    "action 1, gamma: failed\n"
    "revert: device\n"
    "-- changed\n"
    "action 3, beta: ok, changed\n"
    "action 3, beta: nothing\n"
    "newer: ok, changed, alpha version 3\n"
    "kernel: ok, changed\n"
    "raspberry_pi_pico, mode 3, kernel 3 at 0x10020000, 1 keys, list: ok\n"
    "  beta version 1 at 0x10106000: disabled\n"
    "  alpha version 3 at 0x1010c000: unverified\n"
    "open: ok\n"
    "raspberry_pi_pico, mode 3, kernel 3 at 0x10020000, 1 keys, list: ok\n"
    "  beta version 1 at 0x10106000: disabled\n"
    "  alpha version 3 at 0x1010c000: unverified\n"
    "action 1, beta: ok, changed\n"
    "action 2, alpha: nothing\n"
    "open: ok\n"
    "raspberry_pi_pico, mode 3, kernel 3 at 0x10020000, 1 keys, list: ok\n"
    "  alpha version 3 at 0x1010c000: unverified\n";

static void an_image_is_worked_with_by_the_public_headers_alone(void **state)
{
    (void)state;
    course_init(&course, "flash.img");
    course_image(&course);
    if (strcmp(course.text, expected) != 0) {
        printf("%s", course.text);
    }
    assert_string_equal(course.text, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_image_is_worked_with_by_the_public_headers_alone),
    };

    tool_setup();
    package_make(&made);
    parts_make(&made);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
