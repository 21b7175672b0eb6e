/* SPDX-License-Identifier: Apache-2.0
 *
 * The first instructions of an app. The kernel starts it with
 *
 *     r0 = address of the binary (behind header and protected trailer)
 *     r1 = start of its RAM,  r2 = size of the block,  r3 = current break
 *
 * The binary is linked for flash at 0x80000000 and RAM at 0; where both really lie is known only now.
 * So a stored address is recognised by its highest bit: set, it is an offset into the binary; clear,
 * an offset into RAM. The linker script puts ten words in front of the code that say what lies where,
 * in the form that Tock's tools use:
 *
 *     0  offset in the binary of the GOT's image      5  size of .data
 *     1  offset in RAM of the GOT                     6  offset in RAM of .bss
 *     2  size of the GOT                              7  size of .bss
 *     3  offset in the binary of .data's image        8  offset in the binary of the relocations
 *     4  offset in RAM of .data                       9  size of the stack
 *
 * Code finds its data through r9, which holds the address of the GOT and is never changed again.
 */
    .syntax unified
    .cpu cortex-m3
    .thumb

    .equ MEMOP_BRK, 0
    .equ MEMOP_STACK_TOP, 10
    .equ MEMOP_HEAP_START, 11
    .equ SUCCESS, 128
    .equ NOMEM, 9

/* Turns the stored address in r2 into a real one. r4: binary, r5: RAM. Uses r3. */
    .macro relocate
    tst     r2, #0x80000000
    itee    eq
    addeq   r2, r2, r5
    bicne   r2, r2, #0x80000000
    addne   r2, r2, r4
    .endm

    .section .start, "ax"
    .global _start
    .type _start, %function
_start:
    mov     r4, r0
    mov     r5, r1
    ldr     r6, [r4, #36]       /* stack: the lowest part of RAM, so that overflow faults */
    add     r6, r6, r5
    add     r6, r6, #7
    bic     r6, r6, #7
    ldr     r7, [r4, #24]       /* break: behind .bss */
    ldr     r8, [r4, #28]
    add     r7, r7, r8
    add     r7, r7, r5
    cmp     r7, r3
    it      ls
    movls   sp, r6              /* the break will shrink: leave what goes away first */
    mov     r0, #MEMOP_BRK
    mov     r1, r7
    svc     #5
    cmp     r0, #SUCCESS
    beq     1f
    movs    r0, #0              /* not enough RAM: exit with NOMEM rather than run into a fault */
    movs    r1, #NOMEM
    svc     #6
1:  mov     sp, r6
    mov     r0, #MEMOP_STACK_TOP
    mov     r1, r6
    svc     #5
    mov     r0, #MEMOP_HEAP_START
    mov     r1, r7
    svc     #5

    /* GOT: copied and relocated. */
    ldr     r0, [r4, #0]
    add     r0, r0, r4
    ldr     r1, [r4, #4]
    add     r1, r1, r5
    mov     r9, r1
    ldr     r8, [r4, #8]
    add     r8, r8, r1
2:  cmp     r1, r8
    bhs     3f
    ldr     r2, [r0], #4
    relocate
    str     r2, [r1], #4
    b       2b

    /* .data: copied. */
3:  ldr     r0, [r4, #12]
    add     r0, r0, r4
    ldr     r1, [r4, #16]
    add     r1, r1, r5
    ldr     r8, [r4, #20]
    add     r8, r8, r1
4:  cmp     r1, r8
    bhs     5f
    ldr     r2, [r0], #4
    str     r2, [r1], #4
    b       4b

    /* .bss: cleared. */
5:  ldr     r1, [r4, #24]
    add     r1, r1, r5
    movs    r2, #0
6:  cmp     r1, r7
    bhs     7f
    str     r2, [r1], #4
    b       6b

    /* Addresses inside .data: a byte count, then pairs of offset in RAM and kind. */
7:  ldr     r0, [r4, #32]
    add     r0, r0, r4
    ldr     r8, [r0], #4
    add     r8, r8, r0
8:  cmp     r0, r8
    bhs     9f
    ldr     r1, [r0], #8
    add     r1, r1, r5
    ldr     r2, [r1]
    relocate
    str     r2, [r1]
    b       8b

9:  bl      start_constructors
    movs    r0, #0              /* no arguments */
    movs    r1, #0
    bl      main
    bl      exit
    b       .
