// SPDX-License-Identifier: Apache-2.0
/* The smallest useful app: says hello once, then is done. */
#include <gantry/console.h>

int main(void)
{
    console_print("Hello from Gantry!\r\n");
    return 0;
}
