// SPDX-License-Identifier: Apache-2.0
/*
 * What memory an Armv6-M instruction accesses. This architecture does not say where a fault was: it
 * is worked out from the instruction and the registers. Pure; tests run it on the host.
 */
#ifndef ARM_M_ACCESS_V6M_H
#define ARM_M_ACCESS_V6M_H

#include <stdbool.h>
#include <stdint.h>

/** Registers that an access can depend on: r0 to r12, then the stack pointer. */
enum { ACCESS_SP = 13, ACCESS_REGISTERS = 14 };

struct access {
    uint32_t address; /* of the lowest byte */
    uint32_t size;    /* bytes, up to 9 words */
    uint32_t unit;    /* 1, 2 or 4: the address must be a multiple of it */
    bool write;
};

/**
 * Decodes a 16-bit instruction (no 32-bit one of this architecture accesses memory).
 * @param pc         its address
 * @param registers  ACCESS_REGISTERS values that they had before it
 * @return false: it accesses no memory; *access is untouched
 */
bool access_decode(uint16_t instruction, uint32_t pc, const uint32_t *registers,
                   struct access *access);

#endif
