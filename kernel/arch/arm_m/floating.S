/* SPDX-License-Identifier: Apache-2.0
 *
 * The floating-point registers to and from memory. The unit must be on.
 */
    .syntax unified
    .cpu cortex-m4
    .fpu fpv4-sp-d16
    .thumb

/* void arch_floating_save(uint32_t *state) */
    .section .text.arch_floating_save, "ax"
    .global arch_floating_save
    .type arch_floating_save, %function
arch_floating_save:
    vstmia  r0!, {s0-s31}
    vmrs    r1, fpscr
    str     r1, [r0]
    bx      lr

/* void arch_floating_load(const uint32_t *state) */
    .section .text.arch_floating_load, "ax"
    .global arch_floating_load
    .type arch_floating_load, %function
arch_floating_load:
    vldmia  r0!, {s0-s31}
    ldr     r1, [r0]
    vmsr    fpscr, r1
    bx      lr
