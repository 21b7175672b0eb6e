// SPDX-License-Identifier: Apache-2.0
/* Faults soon after each start: for the tests of what happens then. */
#include <gantry/console.h>

/* The compiler must not see that nothing is there. */
static volatile unsigned nowhere = 4;

int main(void)
{
    printf("faulty: begins\r\n");
    *(volatile unsigned *)nowhere = 0;
    printf("faulty: ESCAPED\r\n");
    return 0;
}
