/* SPDX-License-Identifier: Apache-2.0
 *
 * System calls as Tock's libraries issue them on Cortex-M: class in the instruction, four registers.
 * uint32_t call_N(uint32_t r0, r1, r2, r3) answer r0, the variant.
 */
    .syntax unified
    .cpu cortex-m0
    .thumb

    .macro call name, class
    .section .text.\name, "ax"
    .global \name
    .thumb_func
    .type \name, %function
\name:
    push    {r4, lr}
    svc     #\class
    pop     {r4, pc}
    .endm

    call call_yield, 0
    call call_subscribe, 1
    call call_command, 2
    call call_allow_rw, 3
    call call_allow_ro, 4
    call call_memop, 5
    call call_exit, 6
