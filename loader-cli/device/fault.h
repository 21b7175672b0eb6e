// SPDX-License-Identifier: Apache-2.0
/* Faults in words. */
#ifndef DEVICE_FAULT_H
#define DEVICE_FAULT_H

#include <stddef.h>
#include <stdint.h>

/** Words for a fault of a process; answers text. */
const char *fault_words(uint32_t cause, uint32_t address, uint32_t pc, char *text, size_t size);

#endif
