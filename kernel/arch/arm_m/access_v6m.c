// SPDX-License-Identifier: Apache-2.0
/* Armv6-M Architecture Reference Manual, A5.2: the encodings that load and store. */
#include "access_v6m.h"

enum { WORD = 4, HALFWORD = 2, BYTE = 1 };

static uint32_t field(uint32_t instruction, uint32_t lowest, uint32_t width)
{
    return (instruction >> lowest) & ((1u << width) - 1u);
}

static uint32_t count_of(uint32_t list)
{
    uint32_t count = 0;

    for (; list != 0; list &= list - 1) {
        count++;
    }
    return count;
}

static bool one(struct access *access, uint32_t address, uint32_t unit, bool write)
{
    *access = (struct access){address, unit, unit, write};
    return true;
}

static bool many(struct access *access, uint32_t address, uint32_t count, bool write)
{
    *access = (struct access){address, WORD * count, WORD, write};
    return true;
}

/* 0101: a register is added to another. */
static bool register_offset(uint32_t instruction, const uint32_t *r, struct access *access)
{
    static const uint8_t unit[8] = {WORD, HALFWORD, BYTE, BYTE, WORD, HALFWORD, BYTE, HALFWORD};
    uint32_t operation = field(instruction, 9, 3);

    return one(access, r[field(instruction, 3, 3)] + r[field(instruction, 6, 3)], unit[operation],
               operation < 3);
}

/* 011 and 1000: a constant is added, in units of what is accessed. */
static bool constant_offset(uint32_t instruction, uint32_t unit, const uint32_t *r,
                            struct access *access)
{
    return one(access, r[field(instruction, 3, 3)] + unit * field(instruction, 6, 5), unit,
               field(instruction, 11, 1) == 0);
}

/* 1011: PUSH and POP; bit 8 is LR or PC. */
static bool stack(uint32_t instruction, const uint32_t *r, struct access *access)
{
    uint32_t count = count_of(field(instruction, 0, 9));

    if (field(instruction, 9, 3) == 2) {
        return many(access, r[ACCESS_SP] - WORD * count, count, true);
    }
    return field(instruction, 9, 3) == 6 && many(access, r[ACCESS_SP], count, false);
}

bool access_decode(uint16_t instruction, uint32_t pc, const uint32_t *registers,
                   struct access *access)
{
    uint32_t low = field(instruction, 0, 8);

    switch (field(instruction, 12, 4)) {
    case 4:
        return field(instruction, 11, 1) == 1 &&
               one(access, ((pc + 4u) & ~3u) + WORD * low, WORD, false);
    case 5:
        return register_offset(instruction, registers, access);
    case 6:
        return constant_offset(instruction, WORD, registers, access);
    case 7:
        return constant_offset(instruction, BYTE, registers, access);
    case 8:
        return constant_offset(instruction, HALFWORD, registers, access);
    case 9:
        return one(access, registers[ACCESS_SP] + WORD * low, WORD, field(instruction, 11, 1) == 0);
    case 11:
        return stack(instruction, registers, access);
    case 12:
        return many(access, registers[field(instruction, 8, 3)], count_of(low),
                    field(instruction, 11, 1) == 0);
    default:
        return false;
    }
}
