/* SPDX-License-Identifier: Apache-2.0
 *
 * Entry and exit of exceptions of Armv6-M, and the switch between the kernel and a process. In place of
 * exceptions.S, which says how the whole works; here only what differs.
 *
 * arch_mode has a third value: 2, the kernel is about to switch. When the frame of a process's system
 * call cannot be pushed, HardFault comes first and the call stays pending (Armv6-M Architecture Reference
 * Manual, B1.5.6), and this architecture gives software no way to take it back. It is taken when the
 * kernel runs again, finds 0 there, and does nothing.
 */
    .syntax unified
    .cpu cortex-m0plus
    .thumb

    .equ MODE_KERNEL, 0
    .equ MODE_PROCESS, 1
    .equ MODE_SWITCHING, 2

/* Values that go to the program counter: thread mode, on the main stack or the process's. Built in two
 * instructions, since no literal is shorter.
 */
    .macro return_kernel
    movs    r0, #6                  /* ~0xFFFFFFF9 */
    mvns    r0, r0
    bx      r0
    .endm

    .macro return_process
    movs    r0, #2                  /* ~0xFFFFFFFD */
    mvns    r0, r0
    bx      r0
    .endm

/* void arch_switch(struct arch_context *context)
 *
 *   MSP:  r3 r8 .. r11 | r4 .. r7 lr | frame of the SVC |
 */
    .section .text.arch_switch, "ax"
    .global arch_switch
    .type arch_switch, %function
arch_switch:
    push    {r4-r7, lr}
    mov     r4, r8
    mov     r5, r9
    mov     r6, r10
    mov     r7, r11
    push    {r3-r7}
    ldr     r1, =arch_context_now
    str     r0, [r1]
    ldr     r1, =arch_mode
    movs    r0, #MODE_SWITCHING
    str     r0, [r1]
    svc     #255
    pop     {r3-r7}
    mov     r8, r4
    mov     r9, r5
    mov     r10, r6
    mov     r11, r7
    pop     {r4-r7, pc}

    .section .text.arch_exceptions, "ax"
    .global arch_svc_handler
    .type arch_svc_handler, %function
arch_svc_handler:
    ldr     r1, =arch_mode
    ldr     r2, [r1]
    cmp     r2, #MODE_PROCESS
    bhi     to_process
    bne     nothing                 /* left over from a process that faulted */
    /* A process made a system call. From here the kernel is running. */
    movs    r2, #MODE_KERNEL
    str     r2, [r1]
    mrs     r0, psp
    push    {r3, lr}                /* keeps the stack aligned to 8 */
    bl      core_syscall            /* r4 to r11 stay the process's: C preserves them */
    pop     {r2, r3}
    cmp     r0, #1
    blo     to_kernel
    bhi     leave_process           /* its context is a new one: not to be overwritten */
    /* Back to the same process: nothing was changed but its frame. */
    ldr     r1, =arch_mode
    movs    r0, #MODE_PROCESS
    str     r0, [r1]
    msr     control, r0
    isb
    return_process

/* Loads the process whose context is at arch_context_now. */
to_process:
    ldr     r2, =arch_held
    ldr     r2, [r2]
    cmp     r2, #0
    bne     1f                      /* the tick asks again when that time is over */
    push    {r1, lr}
    bl      arch_request_again
    pop     {r1, r2}
1:  ldr     r3, =arch_context_now
    ldr     r3, [r3]
    adds    r3, #20                 /* r8 to r11 lie behind sp and r4 to r7 */
    ldmia   r3!, {r4-r7}
    mov     r8, r4
    mov     r9, r5
    mov     r10, r6
    mov     r11, r7
    subs    r3, #36
    ldmia   r3!, {r2, r4-r7}
    msr     psp, r2
    movs    r0, #MODE_PROCESS
    str     r0, [r1]                /* r1: arch_mode */
    msr     control, r0
    isb
    return_process

/* Saves the process and returns behind the SVC of arch_switch. arch_mode is 0 already. */
to_kernel:
    ldr     r1, =arch_context_now
    ldr     r1, [r1]
    mrs     r0, psp
    stmia   r1!, {r0, r4-r7}
    mov     r4, r8
    mov     r5, r9
    mov     r6, r10
    mov     r7, r11
    stmia   r1!, {r4-r7}
leave_process:
    movs    r0, #0
    msr     control, r0
    isb
    return_kernel

    .global arch_pendsv_handler
    .type arch_pendsv_handler, %function
arch_pendsv_handler:
    ldr     r1, =arch_mode
    ldr     r2, [r1]
    cmp     r2, #MODE_PROCESS
    bne     nothing                 /* the kernel runs already */
    ldr     r2, =arch_held
    ldr     r2, [r2]
    cmp     r2, #0
    bne     nothing                 /* not yet: the tick asks again */
    movs    r2, #MODE_KERNEL
    str     r2, [r1]
    b       to_kernel
nothing:
    bx      lr

/* HardFault, the only fault of this architecture. It belongs to the process only when a process was
 * running and it came straight out of its thread mode; anything else is the kernel's own. Code that runs
 * here is not checked by the protection unit.
 */
    .global arch_fault_handler
    .type arch_fault_handler, %function
arch_fault_handler:
    ldr     r1, =arch_mode
    ldr     r2, [r1]
    cmp     r2, #MODE_PROCESS
    bne     kernel_fault
    mov     r3, lr
    adds    r3, #3                  /* 0xFFFFFFFD: thread mode, process stack */
    bne     kernel_fault
    movs    r2, #MODE_KERNEL
    str     r2, [r1]
    push    {r3, lr}
    bl      arch_fault_record
    pop     {r2, r3}
    b       to_kernel
kernel_fault:
    mrs     r0, msp
    ldr     r1, =arch_kernel_fault
    bx      r1
    .ltorg

/* The verifier's last instruction, in unprivileged thread mode. */
    .section .text.arch_verifier_exit, "ax"
    .global arch_verifier_exit
    .type arch_verifier_exit, %function
arch_verifier_exit:
    svc     #6
    b       arch_verifier_exit
