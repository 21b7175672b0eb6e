// SPDX-License-Identifier: Apache-2.0
/* Armv6-M: what memory an instruction accesses, by which the kernel finds out where a fault was. */
#include "../../kernel/arch/arm_m/access_v6m.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { PC = 0x1002, SP = 0x20001000 };

/* r0 is 0x100, r1 is 0x200 and so on. */
static const uint32_t registers[ACCESS_REGISTERS] = {
    0x100, 0x200, 0x300, 0x400, 0x500, 0x600, 0x700, 0x800, 0x900, 0xA00, 0xB00, 0xC00, 0xD00, SP};

/* As the assembler encodes them. */
static const struct {
    uint16_t instruction;
    struct access access;
} accesses[] = {
    {0x4A02, {0x100C, 4, 4, false}},  /* ldr r2, [pc, #8] */
    {0x50D1, {0x700, 4, 4, true}},    /* str r1, [r2, r3] */
    {0x52D1, {0x700, 2, 2, true}},    /* strh */
    {0x54D1, {0x700, 1, 1, true}},    /* strb */
    {0x56D1, {0x700, 1, 1, false}},   /* ldrsb */
    {0x58D1, {0x700, 4, 4, false}},   /* ldr */
    {0x5AD1, {0x700, 2, 2, false}},   /* ldrh */
    {0x5CD1, {0x700, 1, 1, false}},   /* ldrb */
    {0x5ED1, {0x700, 2, 2, false}},   /* ldrsh */
    {0x6051, {0x304, 4, 4, true}},    /* str r1, [r2, #4] */
    {0x6851, {0x304, 4, 4, false}},   /* ldr */
    {0x70D1, {0x303, 1, 1, true}},    /* strb r1, [r2, #3] */
    {0x78D1, {0x303, 1, 1, false}},   /* ldrb */
    {0x80D1, {0x306, 2, 2, true}},    /* strh r1, [r2, #6] */
    {0x88D1, {0x306, 2, 2, false}},   /* ldrh */
    {0x9102, {SP + 8, 4, 4, true}},   /* str r1, [sp, #8] */
    {0x9902, {SP + 8, 4, 4, false}},  /* ldr */
    {0xB510, {SP - 8, 8, 4, true}},   /* push {r4, lr} */
    {0xB5FF, {SP - 36, 36, 4, true}}, /* push {r0-r7, lr} */
    {0xBD10, {SP, 8, 4, false}},      /* pop {r4, pc} */
    {0xC105, {0x200, 8, 4, true}},    /* stmia r1!, {r0, r2} */
    {0xC905, {0x200, 8, 4, false}},   /* ldmia r1!, {r0, r2} */
};

static void loads_and_stores_are_decoded(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof accesses / sizeof accesses[0]; i++) {
        struct access access = {0};

        assert_true(access_decode(accesses[i].instruction, PC, registers, &access));
        assert_int_equal(access.address, accesses[i].access.address);
        assert_int_equal(access.size, accesses[i].access.size);
        assert_int_equal(access.unit, accesses[i].access.unit);
        assert_int_equal(access.write, accesses[i].access.write);
    }
}

static void other_instructions_access_nothing(void **state)
{
    /* adds, movs, muls, mov, bx, adr, add sp, sxth, cpsid, rev, bkpt, nop, beq, udf, svc, b, bl */
    static const uint16_t others[] = {0x1840, 0x2001, 0x4348, 0x4608, 0x4770, 0xA001,
                                      0xB001, 0xB208, 0xB672, 0xBA08, 0xBE00, 0xBF00,
                                      0xD0FE, 0xDE00, 0xDF05, 0xE7FE, 0xF000};

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct access access = {1, 2, 3, true};

        assert_false(access_decode(others[i], PC, registers, &access));
        assert_int_equal(access.address, 1);
    }
}

/* Whatever the instruction, the answer keeps to what the header promises. */
static void every_instruction_is_answered(void **state)
{
    uint32_t found = 0;

    (void)state;
    for (uint32_t instruction = 0; instruction <= UINT16_MAX; instruction++) {
        struct access access;

        if (access_decode((uint16_t)instruction, PC, registers, &access)) {
            found++;
            assert_true(access.unit == 1 || access.unit == 2 || access.unit == 4);
            assert_true(access.size % access.unit == 0 && access.size <= 36);
        }
    }
    /* A5.2: 2048 literal, 4096 register, 3 * 4096 constant, 4096 stack-relative, 2 * 512 push and
     * pop, 4096 multiple. */
    assert_int_equal(found, 2048 + 4096 + 3 * 4096 + 4096 + 2 * 512 + 4096);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_and_stores_are_decoded),
        cmocka_unit_test(other_instructions_access_nothing),
        cmocka_unit_test(every_instruction_is_answered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
