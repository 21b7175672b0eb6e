/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernels that come to nothing, in the vector table's place: one that waits for ever and takes no
 * notice of the watchdog's interrupt, and (RESETS 1) one that restarts the board at once.
 */
    .syntax unified
    .cpu cortex-m4
    .thumb

    .text
    .word   0x20000980              /* stack pointer */
    .word   entry + 1
    .word   wait + 1                /* non-maskable interrupt: the watchdog's first word */
    .word   wait + 1
    .thumb_func
    .global entry
entry:
#if RESETS
    ldr     r0, =0xE000ED0C         /* AIRCR */
    ldr     r1, =0x05FA0004         /* key, system reset request */
    str     r1, [r0]
    dsb
#endif
    .thumb_func
wait:
    b       wait
