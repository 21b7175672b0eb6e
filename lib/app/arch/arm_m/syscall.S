/* SPDX-License-Identifier: Apache-2.0
 *
 * System calls of Cortex-M: the class is the immediate of SVC, arguments and results are in r0 to r3.
 * A struct of four words is returned through memory whose address comes in r0, which moves the
 * arguments up by one: r1, r2, r3 and the first word on the stack. Nothing here that Armv6-M lacks.
 */
    .syntax unified
    .thumb

    .macro four_arguments name, class
    .section .text.\name, "ax"
    .global \name
    .type \name, %function
\name:
    push    {r4, lr}
    mov     r4, r0              /* where the result goes */
    mov     r0, r1
    mov     r1, r2
    mov     r2, r3
    ldr     r3, [sp, #8]
    svc     #\class
    stmia   r4!, {r0-r3}
    pop     {r4, pc}
    .endm

    four_arguments syscall_subscribe, 1
    four_arguments syscall_command, 2
    four_arguments syscall_allow_rw, 3
    four_arguments syscall_allow_ro, 4
    four_arguments syscall_allow_ur, 7

    .section .text.syscall_memop, "ax"
    .global syscall_memop
    .type syscall_memop, %function
syscall_memop:
    push    {r4, lr}
    mov     r4, r0
    mov     r0, r1
    mov     r1, r2
    svc     #5
    stmia   r4!, {r0-r3}
    pop     {r4, pc}

/* An upcall is a function call that happens at the SVC: it leaves r4 to r11 alone and uses the rest. */
    .section .text.syscall_yield, "ax"
    .global syscall_yield_wait
    .type syscall_yield_wait, %function
syscall_yield_wait:
    push    {r4, lr}
    movs    r0, #1
    svc     #0
    pop     {r4, pc}

    .global syscall_yield_no_wait
    .type syscall_yield_no_wait, %function
syscall_yield_no_wait:
    push    {r3, r4, r5, lr}    /* the word of r3 takes the answer */
    movs    r0, #0
    str     r0, [sp]
    mov     r1, sp
    svc     #0
    ldr     r0, [sp]            /* its other bytes are zero */
    pop     {r3, r4, r5, pc}

    .global syscall_yield_wait_for
    .type syscall_yield_wait_for, %function
syscall_yield_wait_for:
    push    {r4, lr}
    mov     r4, r2
    mov     r2, r1
    mov     r1, r0
    movs    r0, #2
    svc     #0
    stmia   r4!, {r0-r2}
    pop     {r4, pc}

    .section .text.syscall_exit, "ax"
    .global syscall_exit
    .type syscall_exit, %function
syscall_exit:
    mov     r1, r0
    movs    r0, #0
    svc     #6
    b       .

    .global syscall_exit_restart
    .type syscall_exit_restart, %function
syscall_exit_restart:
    movs    r0, #1
    movs    r1, #0
    svc     #6
    b       .
