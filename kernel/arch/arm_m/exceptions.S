/* SPDX-License-Identifier: Apache-2.0
 *
 * Entry and exit of exceptions, and the switch between the kernel and a process.
 *
 * The kernel loop runs in privileged thread mode on the main stack (MSP); a process runs in
 * unprivileged thread mode on its own stack (PSP). SVC and PendSV have the lowest priority, so neither
 * interrupts an interrupt handler, nor each other.
 *
 * arch_mode says which of the two is running: 0 the kernel, 1 a process. Each handler decides by it
 * alone. The value that the hardware leaves in LR is not looked at to find the direction: with
 * tail-chaining it tells how the *previous* handler was about to return. Whoever switches writes
 * CONTROL (privilege) and the exception return value (stack) together.
 *
 * Interrupt handlers are plain C functions; they return to where they came from and ask for the kernel
 * by setting PendSV.
 */
    .syntax unified
    .cpu cortex-m4
    .thumb

    .equ RETURN_KERNEL, 0xFFFFFFF9   /* thread mode, MSP, basic frame */
    .equ RETURN_PROCESS, 0xFFFFFFFD  /* thread mode, PSP, basic frame */

/* void arch_switch(struct arch_context *context)
 *
 * Runs the process until it gives way. Called in thread mode by the kernel loop; the SVC below pushes
 * the frame to which `to_kernel` returns.
 *
 *   MSP:  r3 r4 .. r11 lr | frame of the SVC |
 */
    .section .text.arch_switch, "ax"
    .global arch_switch
    .type arch_switch, %function
arch_switch:
    push    {r3-r11, lr}
    ldr     r1, =arch_context_now
    str     r0, [r1]
    svc     #255
    pop     {r3-r11, pc}

    .section .text.arch_exceptions, "ax"
    .global arch_svc_handler
    .type arch_svc_handler, %function
arch_svc_handler:
    ldr     r1, =arch_mode
    ldr     r2, [r1]
    cbz     r2, to_process
    /* A process made a system call. From here the kernel is running. */
    movs    r2, #0
    str     r2, [r1]
    mrs     r0, psp
    push    {r3, lr}                /* keeps the stack aligned to 8 */
    bl      core_syscall            /* r4 to r11 stay the process's: C preserves them */
    pop     {r3, lr}
    cmp     r0, #1
    blo     to_kernel
    bhi     leave_process           /* its context is a new one: not to be overwritten */
    /* Back to the same process: nothing was changed but its frame. */
    ldr     r1, =arch_mode
    movs    r0, #1
    str     r0, [r1]
    msr     control, r0
    isb
    ldr     lr, =RETURN_PROCESS
    bx      lr

/* Loads the process whose context is at arch_context_now. What an interrupt posted since the kernel loop
 * last looked was announced by a PendSV that found the kernel running and did nothing; it is asked for
 * again. No PendSV gets through from here to the process's first instruction, where it is taken.
 */
to_process:
    ldr     r2, =arch_held
    ldr     r2, [r2]
    cbnz    r2, 1f                  /* the tick asks again when that time is over */
    push    {r1, lr}
    bl      arch_request_again
    pop     {r1, lr}
1:  ldr     r3, =arch_context_now
    ldr     r3, [r3]
    ldmia   r3, {r0, r4-r11}
    msr     psp, r0
    movs    r0, #1
    str     r0, [r1]                /* r1: arch_mode */
    msr     control, r0
    isb
    ldr     lr, =RETURN_PROCESS
    bx      lr

/* Saves the process and returns behind the SVC of arch_switch. arch_mode is 0 already. */
to_kernel:
    ldr     r1, =arch_context_now
    ldr     r1, [r1]
    mrs     r0, psp
    stmia   r1, {r0, r4-r11}
leave_process:
    movs    r0, #0
    msr     control, r0
    isb
    ldr     lr, =RETURN_KERNEL
    bx      lr


    .global arch_pendsv_handler
    .type arch_pendsv_handler, %function
arch_pendsv_handler:
    ldr     r1, =arch_mode
    ldr     r2, [r1]
    cbz     r2, 1f
    ldr     r2, =arch_held
    ldr     r2, [r2]
    cbnz    r2, 1f                  /* not yet: the tick asks again */
    movs    r2, #0
    str     r2, [r1]
    b       to_kernel
1:  bx      lr                      /* the kernel runs already, or must wait */

/* HardFault, MemManage, BusFault and UsageFault. A fault belongs to the process only when a process
 * was running and the fault came straight out of its thread mode; anything else is the kernel's own.
 */
    .global arch_fault_handler
    .type arch_fault_handler, %function
arch_fault_handler:
    ldr     r1, =arch_mode
    ldr     r2, [r1]
    cbz     r2, kernel_fault
    ldr     r3, =RETURN_PROCESS
    cmp     r3, lr
    bne     kernel_fault
    push    {r3, lr}
    bl      arch_floating_claim
    pop     {r3, lr}
    cbz     r0, 1f
    bx      lr                      /* the first use of floating point: it goes on */
1:  ldr     r1, =arch_mode
    movs    r2, #0
    str     r2, [r1]
    push    {r3, lr}
    bl      arch_fault_record
    pop     {r3, lr}
    b       to_kernel
kernel_fault:
    mrs     r0, msp
    ldr     r1, =0xE000ED28         /* CFSR */
    ldr     r1, [r1]
    movw    r2, #0x1010             /* STKERR, MSTKERR: the frame could not be pushed */
    tst     r1, r2
    beq     1f
    /* The stack itself is what is broken: the report gets a fresh one, as at reset. */
    movs    r0, #0
    ldr     r1, =0xE000ED08         /* VTOR */
    ldr     r1, [r1]
    ldr     r1, [r1]
    msr     msp, r1
1:  b       arch_kernel_fault
    .ltorg

/* The verifier's last instruction, in unprivileged thread mode. */
    .section .text.arch_verifier_exit, "ax"
    .global arch_verifier_exit
    .type arch_verifier_exit, %function
arch_verifier_exit:
    svc     #6
    b       arch_verifier_exit
