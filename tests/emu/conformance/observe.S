/* SPDX-License-Identifier: Apache-2.0
 *
 * What the compiler must not come between: system calls with every register known before and after,
 * an upcall that notes how it was entered, the state at an app's first instruction.
 *
 * struct registers (check.h): r0 to r12 at 0, lr 52, flags 56, sp 60; two of them, then the skew.
 */
    .syntax unified
    .cpu cortex-m3
    .thumb

    .equ LR, 52
    .equ FLAGS, 56
    .equ SP, 60
    .equ AFTER, 64
    .equ SKEW, 128

/* void observe(struct observed *seen, uint32_t class_number) */
    .section .text.observe, "ax"
    .global observe
    .type observe, %function
observe:
    push    {r3-r11, lr}
    str     r9, [r0, #36]           /* upcalls find their data through it */
    mov     r3, sp
    ldr     r2, [r0, #SKEW]
    sub     sp, sp, r2
    push    {r0, r3}
    mov     r2, sp
    str     r2, [r0, #SP]
    adr     r2, calls
    add     r2, r2, r1, lsl #2
    orr     r2, r2, #1
    push    {r2}
    ldr     r1, [r0, #FLAGS]
    msr     APSR_nzcvq, r1
    mov     lr, r0
    ldmia   lr, {r0-r12}
    ldr     lr, [lr, #LR]
    ldr     pc, [sp], #4            /* no register is left for the address */
    .align  2
calls:
    .irp    number, 0, 1, 2, 3, 4, 5, 6, 7
    svc     #\number
    b.n     after
    .endr
after:
    push    {r0-r12, lr}
    mrs     r1, APSR
    ldr     r0, [sp, #56]
    add     r0, r0, #AFTER
    str     r1, [r0, #FLAGS]
    add     r2, sp, #56
    str     r2, [r0, #SP]
    ldmia   sp!, {r1-r8}
    stmia   r0!, {r1-r8}
    ldmia   sp!, {r1-r6}
    stmia   r0!, {r1-r6}
    pop     {r0, r3}
    mov     sp, r3
    pop     {r3-r11, pc}

/* void compute(struct observed *seen, uint32_t rounds): as observe(), but without a call: it computes for so many
 * rounds, so that slices run out meanwhile. r0 counts the rounds.
 */
    .section .text.compute, "ax"
    .global compute
    .type compute, %function
compute:
    push    {r3-r11, lr}
    push    {r0, r1}
    mov     r2, sp
    str     r2, [r0, #SP]
    ldr     r1, [r0, #FLAGS]
    msr     APSR_nzcvq, r1
    mov     lr, r0
    ldmia   lr, {r0-r12}
    ldr     lr, [lr, #LR]
    ldr     r0, [sp, #4]
1:  sub     r0, r0, #1              /* changes no flag */
    cbz     r0, 2f
    b       1b
2:  push    {r0-r12, lr}
    mrs     r1, APSR
    ldr     r0, [sp, #56]
    add     r0, r0, #AFTER
    str     r1, [r0, #FLAGS]
    add     r2, sp, #56
    str     r2, [r0, #SP]
    ldmia   sp!, {r1-r8}
    stmia   r0!, {r1-r8}
    ldmia   sp!, {r1-r6}
    stmia   r0!, {r1-r6}
    pop     {r0, r1}
    pop     {r3-r11, pc}

/* An upcall whose userdata is a struct entered (check.h). It destroys what a function may. */
    .section .text.record_upcall, "ax"
    .global record_upcall
    .type record_upcall, %function
record_upcall:
    stmia   r3!, {r0-r2}
    sub     r12, r3, #12
    mov     r1, sp
    mrs     r2, APSR
    stmia   r3!, {r12}
    stmia   r3!, {r1, r2}
    str     lr, [r3]
    ldr     r0, [r3, #4]
    adds    r0, r0, #1
    str     r0, [r3, #4]
    mvn     r0, #0
    mov     r1, r0
    mov     r2, r0
    mov     r3, r0
    mov     r12, r0
    bx      lr

/* Where an app begins that wants to know what the kernel gave it: noted 64 bytes from the start of its RAM, at the
 * far end of its stack, as r0 to r3, sp, lr, r4 to r12 together, CONTROL. The frames of the first calls lie
 * below that.
 */
    .section .start, "ax"
    .global noted_start
    .type noted_start, %function
noted_start:
    orr     r4, r4, r5
    orr     r4, r4, r6
    orr     r4, r4, r7
    orr     r4, r4, r8
    orr     r4, r4, r9
    orr     r4, r4, r10
    orr     r4, r4, r11
    orr     r4, r4, r12
    mov     r5, r0
    mov     r6, r1
    mov     r7, r2
    mov     r8, r3
    mov     r10, lr
    mov     r9, sp
    mrs     r11, CONTROL
    movs    r0, #0
    add     r1, r6, #4096
    svc     #5                      /* brk: only what the process has is written */
    add     r0, r6, #64
    stmia   r0, {r5-r10}
    str     r4, [r0, #24]
    str     r11, [r0, #28]
    mov     r0, r5
    mov     r1, r6
    mov     r2, r7
    mov     r3, r8
    b       _start

/* uint32_t control_read(void): bit 0 is set in unprivileged mode. */
    .section .text.control, "ax"
    .global control_read
    .type control_read, %function
control_read:
    mrs     r0, CONTROL
    bx      lr

/* void grab_privilege(void): writes everything that would give this process the processor. All of it must be
 * without effect.
 */
    .global grab_privilege
    .type grab_privilege, %function
grab_privilege:
    movs    r0, #0
    msr     CONTROL, r0
    isb
    msr     MSP, r0
    movs    r0, #0x20
    msr     BASEPRI, r0
    movs    r0, #1
    msr     PRIMASK, r0
    msr     FAULTMASK, r0
    cpsid   if
    bx      lr

/* void wait_for_interrupt(void) */
    .global wait_for_interrupt
    .type wait_for_interrupt, %function
wait_for_interrupt:
    wfi
    bx      lr

/* void call_from(uint32_t sp): a system call with another stack pointer; comes back only if it was let through. */
    .global call_from
    .type call_from, %function
call_from:
    mov     r4, sp
    mov     sp, r0
    movs    r0, #2
    svc     #5
    mov     sp, r4
    udf     #1

/* void call_in_it_block(void): a yield inside an IT block, so that the frame holds the block's state. */
    .section .text.call_in_it_block, "ax"
    .global call_in_it_block
    .type call_in_it_block, %function
call_in_it_block:
    push    {r4, lr}
    movs    r0, #1
    movs    r1, #0
    cmp     r0, r0
    itete   eq
    svceq   #0
    nopne                           /* with this condition the upcall would lose its first instruction */
    nopeq
    nopne
    pop     {r4, pc}
