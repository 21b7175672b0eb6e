/* SPDX-License-Identifier: Apache-2.0
 *
 * void *memcpy(void *to, const void *from, size_t length): four words at a time where both addresses are
 * aligned, else bytes. Armv6-M cannot access words at other addresses.
 */
    .syntax unified
    .cpu cortex-m0plus
    .thumb

    .section .text.memcpy, "ax"
    .global memcpy
    .type memcpy, %function
memcpy:
    push    {r0, r4-r6, lr}
    mov     r3, r0
    orrs    r3, r1
    lsls    r3, r3, #30
    bne     5f                      /* not both aligned */
    b       2f
1:  ldmia   r1!, {r3-r6}
    stmia   r0!, {r3-r6}
2:  subs    r2, #16
    bhs     1b
    adds    r2, #16                 /* 0 to 15 are left */
    b       4f
3:  ldmia   r1!, {r3}
    stmia   r0!, {r3}
4:  subs    r2, #4
    bhs     3b
    adds    r2, #4
5:  cmp     r2, #0
    beq     7f
    movs    r4, #0
6:  ldrb    r3, [r1, r4]
    strb    r3, [r0, r4]
    adds    r4, #1
    cmp     r4, r2
    bne     6b
7:  pop     {r0, r4-r6, pc}
    .size memcpy, . - memcpy
