/* SPDX-License-Identifier: Apache-2.0
 *
 * How an app of libtock-rs begins, written from the description of its start-up: eight words, and
 * all addresses fixed. It checks that it runs where it was linked, moves the break before there is a
 * stack, and only then has one.
 */
    .syntax unified
    .cpu cortex-m0
    .thumb

    .section .start, "ax"
header:
    .word _start, break_start, stack_top
    .word data_size, data_image, data_start
    .word bss_size, bss_start

    .global _start
    .thumb_func
    .type _start, %function
_start:
    mov     r4, pc              /* two instructions on */
    subs    r4, #4
    movs    r5, #32
    subs    r5, r4, r5          /* the header, where it really is */
    ldr     r0, [r5, #0]
    movs    r1, #1
    bics    r0, r1
    cmp     r0, r4
    beq     1f
    movs    r0, #8              /* low-level debug: alert, wrong location */
    movs    r1, #1
    movs    r2, #2
    svc     #2
    movs    r0, #0
    movs    r1, #1
    svc     #6
1:  movs    r0, #0
    ldr     r1, [r5, #4]
    svc     #5
    ldr     r0, [r5, #8]
    mov     sp, r0
    ldr     r0, [r5, #12]
    ldr     r1, [r5, #16]
    ldr     r2, [r5, #20]
2:  cmp     r0, #0
    beq     3f
    ldm     r1!, {r3}
    stm     r2!, {r3}
    subs    r0, #4
    b       2b
3:  ldr     r0, [r5, #24]
    ldr     r2, [r5, #28]
    movs    r3, #0
4:  cmp     r0, #0
    beq     5f
    stm     r2!, {r3}
    subs    r0, #4
    b       4b
5:  movs    r0, #10
    ldr     r1, [r5, #8]
    svc     #5
    movs    r0, #11
    ldr     r1, [r5, #4]
    svc     #5
    bl      main
    mov     r1, r0
    movs    r0, #0
    svc     #6
    b       .
