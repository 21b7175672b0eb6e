/* SPDX-License-Identifier: Apache-2.0
 *
 * The floating-point registers as 33 words: s0 to s31, FPSCR.
 */
    .syntax unified
    .cpu cortex-m4
    .fpu fpv4-sp-d16
    .thumb

/* void floating_put(const uint32_t value[33]) */
    .section .text.floating, "ax"
    .global floating_put
    .type floating_put, %function
floating_put:
    vldmia  r0!, {s0-s31}
    ldr     r1, [r0]
    vmsr    FPSCR, r1
    bx      lr

/* void floating_get(uint32_t value[33]) */
    .global floating_get
    .type floating_get, %function
floating_get:
    vstmia  r0!, {s0-s31}
    vmrs    r1, FPSCR
    str     r1, [r0]
    bx      lr
