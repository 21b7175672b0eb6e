// SPDX-License-Identifier: Apache-2.0
/* Hostile: starts itself anew, for ever. Each start costs the kernel work; the others must go on.
 */
#include <gantry/syscall.h>

int main(void)
{
    syscall_exit_restart();
}
