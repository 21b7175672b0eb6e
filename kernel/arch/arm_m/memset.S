/* SPDX-License-Identifier: Apache-2.0
 *
 * void *memset(void *to, int value, size_t length): 32 words at a time. Clearing memory is most of
 * what starting a process costs.
 */
    .syntax unified
    .cpu cortex-m4
    .thumb

    .section .text.memset, "ax"
    .global memset
    .type memset, %function
memset:
    push    {r0, r4-r9, lr}
    and     r1, r1, #0xFF
    orr     r1, r1, r1, lsl #8
    orr     r1, r1, r1, lsl #16
1:  tst     r0, #3                  /* bytes up to a word's edge */
    beq     2f
    subs    r2, #1
    blo     6f
    strb    r1, [r0], #1
    b       1b
2:  mov     r3, r1
    mov     r4, r1
    mov     r5, r1
    cmp     r2, #64
    blo     5f
    mov     r6, r1
    mov     r7, r1
    mov     r8, r1
    mov     r9, r1
    b       4f
3:  stmia   r0!, {r1, r3-r9}
    stmia   r0!, {r1, r3-r9}
    stmia   r0!, {r1, r3-r9}
    stmia   r0!, {r1, r3-r9}
4:  subs    r2, #128
    bhs     3b
    adds    r2, #64                 /* carry: 64 bytes are left */
    itt     cs
    stmiacs r0!, {r1, r3-r9}
    stmiacs r0!, {r1, r3-r9}
5:  lsls    r2, r2, #27             /* carry: 32 bytes are left; negative: 16; and so on */
    itt     cs
    stmiacs r0!, {r1, r3-r5}
    stmiacs r0!, {r1, r3-r5}
    it      mi
    stmiami r0!, {r1, r3-r5}
    lsls    r2, r2, #2
    it      cs
    stmiacs r0!, {r1, r3}
    it      mi
    strmi   r1, [r0], #4
    lsls    r2, r2, #2
    it      cs
    strhcs  r1, [r0], #2
    it      mi
    strbmi  r1, [r0]
6:  pop     {r0, r4-r9, pc}
    .size memset, . - memset
