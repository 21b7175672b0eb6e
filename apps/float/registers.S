/* SPDX-License-Identifier: Apache-2.0
 *
 * The floating-point registers as they are: s0 to s31, then FPSCR, as 33 words.
 */
    .syntax unified
    .cpu cortex-m4
    .fpu fpv4-sp-d16
    .thumb

/* void registers_read(uint32_t words[33]): the first floating-point instruction of an app may be here. */
    .section .text.registers_read, "ax"
    .global registers_read
    .type registers_read, %function
registers_read:
    vstmia  r0!, {s0-s31}
    vmrs    r1, fpscr
    str     r1, [r0]
    bx      lr

    .macro load
    vldmia  r0!, {s0-s31}
    ldr     r0, [r0]
    vmsr    fpscr, r0
    .endm

    .macro begin
    push    {r4, r5, r6, lr}
    vpush   {s16-s31}
    mov     r4, r1
    mov     r5, r2
    mov     r6, r3
    load
    .endm

    .macro end
    vstmia  r4!, {s0-s31}
    vmrs    r0, fpscr
    str     r0, [r4]
    mov     r0, #0              /* FPSCR as C expects it */
    vmsr    fpscr, r0
    vpop    {s16-s31}
    pop     {r4, r5, r6, pc}
    .endm

/* void registers_spin(const uint32_t in[33], uint32_t out[33], uint32_t count): computes between, without a call. */
    .section .text.registers_spin, "ax"
    .global registers_spin
    .type registers_spin, %function
registers_spin:
    begin
1:  subs    r5, #1
    bne     1b
    end

/* void registers_command(in, out, uint32_t driver, uint32_t command): a command between. */
    .section .text.registers_command, "ax"
    .global registers_command
    .type registers_command, %function
registers_command:
    begin
    mov     r0, r5
    mov     r1, r6
    movs    r2, #0
    movs    r3, #0
    svc     #2
    end

/* void registers_wait(in, out, uint32_t driver, uint32_t upcall): waits for an upcall between, without running it. */
    .section .text.registers_wait, "ax"
    .global registers_wait
    .type registers_wait, %function
registers_wait:
    begin
    movs    r0, #2
    mov     r1, r5
    mov     r2, r6
    svc     #0
    end
