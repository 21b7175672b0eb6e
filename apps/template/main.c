// SPDX-License-Identifier: Apache-2.0
/* Start here: copy this folder. */
#include <gantry/console.h>

int main(void)
{
    console_print("it runs\r\n");
    return 0;
}
