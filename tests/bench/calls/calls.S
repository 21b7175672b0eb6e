/* SPDX-License-Identifier: Apache-2.0
 *
 * One function per measured system call. The label at each SVC names the window that count.c reports:
 * from that instruction to the next one of the app, behind it or in the upcall.
 */
    .syntax unified
    .cpu cortex-m3
    .thumb

    .macro call name, class, r0=0, r1=0, r2=0, r3=0
    .section .text.call_\name, "ax"
    .global call_\name
    .type call_\name, %function
    .global at_\name
call_\name:
    movs    r0, #\r0
    movs    r1, #\r1
    movs    r2, #\r2
    movs    r3, #\r3
at_\name:
    svc     #\class
    bx      lr
    .endm

    call    command, 2, 0, 1
    call    memory_start, 5, 2
    call    sbrk, 5, 1, 0
    call    unsubscribe, 1, 1, 1
    call    yield_nothing, 0, 0

/* void call_notify(uint32_t service) */
    .section .text.call_notify, "ax"
    .global call_notify
    .type call_notify, %function
    .global at_notify
call_notify:
    mov     r2, r0
    movw    r0, #0
    movt    r0, #1                  /* IPC */
    movs    r1, #2
    movs    r3, #0
at_notify:
    svc     #2
    bx      lr

/* void call_allow(const void *data, uint32_t length): what the console would write. */
    .section .text.call_allow, "ax"
    .global call_allow
    .type call_allow, %function
    .global at_allow
call_allow:
    mov     r2, r0
    mov     r3, r1
    movs    r0, #1
    movs    r1, #1
at_allow:
    svc     #4
    bx      lr

/* void call_subscribe(upcall_function *function): the alarm's upcall. */
    .section .text.call_subscribe, "ax"
    .global call_subscribe
    .type call_subscribe, %function
    .global at_subscribe
call_subscribe:
    mov     r2, r0
    movs    r0, #0
    movs    r1, #0
    movs    r3, #0
at_subscribe:
    svc     #1
    bx      lr

/* The yields that run an upcall: it may use r0 to r3, r12 and lr. */
    .macro yields name, number
    .section .text.call_\name, "ax"
    .global call_\name
    .type call_\name, %function
    .global at_\name
call_\name:
    push    {r4, lr}
    movs    r0, #\number
    movs    r1, #0
at_\name:
    svc     #0
    pop     {r4, pc}
    .endm

    yields  yield_one, 0
    yields  yield_wait, 1

/* The upcalls themselves. */
    .section .text.upcall, "ax"
    .global upcall
    .type upcall, %function
upcall:
    bx      lr

    .section .text.answered, "ax"
    .global answered
    .type answered, %function
answered:
    bx      lr
