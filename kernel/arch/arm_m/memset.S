/* SPDX-License-Identifier: Apache-2.0
 *
 * void *memset(void *to, int value, size_t length): eight words at a time. Clearing memory is most of
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
    mov     r6, r1
    mov     r7, r1
    mov     r8, r1
    mov     r9, r1
3:  subs    r2, #32
    itt     hs
    stmiahs r0!, {r1, r3-r9}
    bhs     3b
    adds    r2, #32
4:  subs    r2, #4
    itt     hs
    strhs   r1, [r0], #4
    bhs     4b
    adds    r2, #4
5:  subs    r2, #1
    itt     hs
    strbhs  r1, [r0], #1
    bhs     5b
6:  pop     {r0, r4-r9, pc}
