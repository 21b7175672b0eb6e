// SPDX-License-Identifier: Apache-2.0
/* What a board gets that defines no boot_unchanged of its own: the kernel is hashed at each start.
 */
#include <bootloader/bootloader.h>

const struct boot_unchanged *const boot_unchanged = NULL;
