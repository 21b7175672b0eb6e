/* SPDX-License-Identifier: Apache-2.0
 *
 * void *memset(void *to, int value, size_t length): eight words at a time. Clearing memory is most of
 * what starting a process costs.
 */
    .syntax unified
    .cpu cortex-m0plus
    .thumb

    .section .text.memset, "ax"
    .global memset
    .type memset, %function
memset:
    push    {r0, r4-r6, lr}
    uxtb    r1, r1
    lsls    r3, r1, #8
    orrs    r1, r3
    lsls    r3, r1, #16
    orrs    r1, r3
    b       2f
1:  strb    r1, [r0]                /* bytes up to a word's edge */
    adds    r0, #1
    subs    r2, #1
2:  cmp     r2, #0
    beq     8f
    lsls    r3, r0, #30
    bne     1b
    mov     r3, r1
    mov     r4, r1
    mov     r5, r1
    b       4f
3:  stmia   r0!, {r1, r3-r5}
    stmia   r0!, {r1, r3-r5}
4:  subs    r2, #32
    bhs     3b
    adds    r2, #32                 /* 0 to 31 are left */
    b       6f
5:  stmia   r0!, {r1}
6:  subs    r2, #4
    bhs     5b
    adds    r2, #4
    b       7f
9:  strb    r1, [r0]
    adds    r0, #1
7:  subs    r2, #1
    bhs     9b
8:  pop     {r0, r4-r6, pc}
    .size memset, . - memset
