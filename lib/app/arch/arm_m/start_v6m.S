/* SPDX-License-Identifier: Apache-2.0
 *
 * The first instructions of an app for Armv6-M. The same as start.S, which says what they do, with the
 * instructions that this architecture has.
 *
 *     r4  address of the binary       r6  end of what is being worked on
 *     r5  start of RAM                r7  break
 */
    .syntax unified
    .cpu cortex-m0
    .thumb

    .equ MEMOP_BRK, 0
    .equ MEMOP_STACK_TOP, 10
    .equ MEMOP_HEAP_START, 11
    .equ SUCCESS, 128
    .equ NOMEM, 9

/* Turns the stored address in r2 into a real one. Changes nothing else. */
    .macro relocate
    lsls    r2, r2, #1              /* carry: an offset into the binary */
    bcs     100f
    lsrs    r2, r2, #1
    adds    r2, r2, r5
    b       101f
100:
    lsrs    r2, r2, #1
    adds    r2, r2, r4
101:
    .endm

    .section .start, "ax"
    .global _start
    .type _start, %function
_start:
    movs    r4, r0
    movs    r5, r1
    ldr     r6, [r4, #36]           /* stack: the lowest part of RAM, so that overflow faults */
    adds    r6, r6, r5
    adds    r6, r6, #7
    lsrs    r6, r6, #3
    lsls    r6, r6, #3
    ldr     r7, [r4, #24]           /* break: behind .bss */
    ldr     r0, [r4, #28]
    adds    r7, r7, r0
    adds    r7, r7, r5
    cmp     r7, r3
    bhi     1f
    mov     sp, r6                  /* the break will shrink: leave what goes away first */
1:  movs    r0, #MEMOP_BRK
    movs    r1, r7
    svc     #5
    cmp     r0, #SUCCESS
    beq     2f
    movs    r0, #0                  /* not enough RAM: exit with NOMEM rather than run into a fault */
    movs    r1, #NOMEM
    svc     #6
2:  mov     sp, r6
    movs    r0, #MEMOP_STACK_TOP
    movs    r1, r6
    svc     #5
    movs    r0, #MEMOP_HEAP_START
    movs    r1, r7
    svc     #5

    /* .bss: cleared. */
    ldr     r1, [r4, #24]
    adds    r1, r1, r5
    movs    r2, #0
    b       4f
3:  stmia   r1!, {r2}
4:  cmp     r1, r7
    blo     3b

    /* GOT: copied and relocated. */
    ldr     r0, [r4, #0]
    adds    r0, r0, r4
    ldr     r1, [r4, #4]
    adds    r1, r1, r5
    mov     r9, r1
    ldr     r6, [r4, #8]
    adds    r6, r6, r1
    b       6f
5:  ldmia   r0!, {r2}
    relocate
    stmia   r1!, {r2}
6:  cmp     r1, r6
    blo     5b

    /* .data: copied. */
    ldr     r0, [r4, #12]
    adds    r0, r0, r4
    ldr     r1, [r4, #16]
    adds    r1, r1, r5
    ldr     r6, [r4, #20]
    adds    r6, r6, r1
    b       8f
7:  ldmia   r0!, {r2}
    stmia   r1!, {r2}
8:  cmp     r1, r6
    blo     7b

    /* Addresses inside .data: a byte count, then pairs of offset in RAM and kind. */
    ldr     r0, [r4, #32]
    adds    r0, r0, r4
    ldmia   r0!, {r6}
    adds    r6, r6, r0
    b       10f
9:  ldmia   r0!, {r1, r2}
    adds    r1, r1, r5
    ldr     r2, [r1]
    relocate
    str     r2, [r1]
10: cmp     r0, r6
    blo     9b

    bl      start_constructors
    movs    r0, #0                  /* no arguments */
    movs    r1, #0
    bl      main
    bl      exit
    b       .
