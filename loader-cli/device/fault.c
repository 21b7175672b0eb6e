// SPDX-License-Identifier: Apache-2.0
#include "fault.h"

#include <stdio.h>

const char *fault_words(uint32_t cause, uint32_t address, uint32_t pc, char *text, size_t size)
{
    switch (cause) {
    case 1:
        snprintf(text, size, "accessed 0x%08x, outside its memory (pc 0x%08x)", address, pc);
        break;
    case 2:
        snprintf(text, size, "jumped to 0x%08x, where it may not execute", address);
        break;
    case 3:
        snprintf(text, size, "its stack left its memory (sp 0x%08x)", address);
        break;
    case 4:
        snprintf(text, size, "accessed 0x%08x, where nothing is or the kernel's (pc 0x%08x)",
                 address, pc);
        break;
    case 5:
        snprintf(text, size, "executed an undefined or forbidden instruction (pc 0x%08x)", pc);
        break;
    case 6:
        snprintf(text, size, "unaligned access or division by zero (pc 0x%08x)", pc);
        break;
    case 7:
        snprintf(text, size, "made system call %u, which does not exist (pc 0x%08x)", address, pc);
        break;
    case 8:
        snprintf(text, size, "was ended by another process's request");
        break;
    default:
        snprintf(text, size, "fault %u at 0x%08x (pc 0x%08x)", cause, address, pc);
        break;
    }
    return text;
}
