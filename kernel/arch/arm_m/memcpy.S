/* SPDX-License-Identifier: Apache-2.0
 *
 * void *memcpy(void *to, const void *from, size_t length): four words at a time, from and to any address, which single
 * loads and stores of ARMv7-M may name. A fifth of the size of the C library's.
 */
    .syntax unified
    .cpu cortex-m4
    .thumb

    .section .text.memcpy, "ax"
    .global memcpy
    .type memcpy, %function
memcpy:
    push    {r0, r4-r6, lr}
    b       2f
1:  ldr     r3, [r1]
    ldr     r4, [r1, #4]
    ldr     r5, [r1, #8]
    ldr     r6, [r1, #12]
    adds    r1, #16
    str     r3, [r0]
    str     r4, [r0, #4]
    str     r5, [r0, #8]
    str     r6, [r0, #12]
    adds    r0, #16
2:  subs    r2, #16
    bhs     1b
    adds    r2, #16                 /* 0 to 15 are left */
    b       4f
3:  ldr     r3, [r1], #4
    str     r3, [r0], #4
4:  subs    r2, #4
    bhs     3b
    adds    r2, #4
    b       6f
5:  ldrb    r3, [r1], #1
    strb    r3, [r0], #1
6:  subs    r2, #1
    bhs     5b
    pop     {r0, r4-r6, pc}
    .size memcpy, . - memcpy
