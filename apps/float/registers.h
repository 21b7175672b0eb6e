// SPDX-License-Identifier: Apache-2.0
/* The floating-point registers as they are: s0 to s31, then FPSCR. */
#ifndef REGISTERS_H
#define REGISTERS_H

#include <stdint.h>

enum { REGISTERS = 33 };

/** Reads all of them. */
void registers_read(uint32_t words[REGISTERS]);
/** Sets all of them, computes `count` times round a loop without a system call, reads them. */
void registers_spin(const uint32_t in[REGISTERS], uint32_t out[REGISTERS], uint32_t count);
/** Sets all of them, issues a command, reads them. */
void registers_command(const uint32_t in[REGISTERS], uint32_t out[REGISTERS], uint32_t driver,
                       uint32_t command);
/** Sets all of them, waits for an upcall without running its function, reads them. */
void registers_wait(const uint32_t in[REGISTERS], uint32_t out[REGISTERS], uint32_t driver,
                    uint32_t upcall);

#endif
