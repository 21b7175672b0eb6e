// SPDX-License-Identifier: Apache-2.0
/*
 * Hostile: one attempt per run, and each must end in a fault of this process alone. PROBE is the
 * number of the attempt; the build makes one app of each. What gets through prints ESCAPED.
 */
#include "attempt.h"

#include <gantry/console.h>

int main(void)
{
    attempt(PROBE);
    console_print("ESCAPED\r\n");
    return 0;
}
