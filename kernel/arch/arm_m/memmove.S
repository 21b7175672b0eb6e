/* SPDX-License-Identifier: Apache-2.0
 *
 * void *memmove(void *to, const void *from, size_t length): as memcpy, which goes upwards, unless that would write
 * over what is still to be read; then byte by byte from the end.
 */
    .syntax unified
    .cpu cortex-m4
    .thumb

    .section .text.memmove, "ax"
    .global memmove
    .type memmove, %function
memmove:
    subs    r3, r0, r1
    cmp     r3, r2
    bhs     memcpy                  /* `to` lies in front of `from`, or behind its end */
    b       2f
1:  ldrb    r3, [r1, r2]
    strb    r3, [r0, r2]
2:  subs    r2, #1
    bhs     1b
    bx      lr
    .size memmove, . - memmove
