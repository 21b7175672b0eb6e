/* SPDX-License-Identifier: Apache-2.0
 *
 * How an app of libtock-c begins, written from the description of its start-up (not from its code):
 * ten words that say what lies where; then memop 0, 10 and 11, copying and fixing up the GOT, .data
 * and what .rel.data names, by the rule of the highest bit. Results of memops are not looked at.
 */
    .syntax unified
    .cpu cortex-m0
    .thumb

    .section .start, "ax"
    .word got_image, got_start, got_size
    .word data_image, data_start, data_size
    .word bss_start, bss_size
    .word relocations_image
    .word STACK

    .global _start
    .thumb_func
_start:
    /* r0: binary, r1: RAM, r2: size of the block, r3: break */
    mov     r6, r0
    mov     r7, r1
    ldr     r4, [r0, #36]
    adds    r4, r4, r1
    adds    r4, #7
    movs    r5, #7
    bics    r4, r5              /* r4: top of the stack */
    ldr     r5, [r0, #24]
    adds    r5, r5, r1
    ldr     r2, [r0, #28]
    adds    r5, r5, r2          /* r5: the break to have */
    cmp     r5, r3
    bgt     1f
    mov     sp, r4
1:  movs    r0, #0
    movs    r1, r5
    svc     #5
    mov     sp, r4
    movs    r0, #10
    movs    r1, r4
    svc     #5
    movs    r0, #11
    movs    r1, r5
    svc     #5
    ldr     r0, [r6, #4]
    adds    r0, r0, r7
    mov     r9, r0

    /* The GOT. */
    ldr     r1, [r6, #0]
    adds    r1, r1, r6
    ldr     r2, [r6, #8]
    bl      copy_fixed
    /* .data */
    ldr     r0, [r6, #16]
    adds    r0, r0, r7
    ldr     r1, [r6, #12]
    adds    r1, r1, r6
    ldr     r2, [r6, #20]
2:  cmp     r2, #0
    ble     3f
    ldm     r1!, {r3}
    stm     r0!, {r3}
    subs    r2, #4
    b       2b
    /* .bss */
3:  ldr     r0, [r6, #24]
    adds    r0, r0, r7
    movs    r1, #0
4:  cmp     r0, r5
    bhs     5f
    stm     r0!, {r1}
    b       4b
    /* .rel.data: bytes, then pairs of place and kind. */
5:  ldr     r1, [r6, #32]
    adds    r1, r1, r6
    ldm     r1!, {r2}
6:  cmp     r2, #0
    ble     7f
    ldm     r1!, {r0, r3}
    adds    r0, r0, r7
    push    {r1, r2}
    mov     r1, r0
    movs    r2, #4
    bl      copy_fixed
    pop     {r1, r2}
    subs    r2, #8
    b       6b
7:  movs    r0, #0
    movs    r1, #0
    bl      main
    mov     r1, r0
    movs    r0, #0
    svc     #6
    b       .

/* Copies r2 bytes of addresses from r1 to r0: highest bit clear, RAM; set, flash. Uses r3, r4. */
    .thumb_func
copy_fixed:
    cmp     r2, #0
    ble     9f
    ldm     r1!, {r3}
    cmp     r3, #0
    blt     8f
    adds    r3, r3, r7
    b       10f
8:  lsls    r3, r3, #1
    lsrs    r3, r3, #1
    adds    r3, r3, r6
10: stm     r0!, {r3}
    subs    r2, #4
    b       copy_fixed
9:  bx      lr

    /* What elf2tab appends: entries of the ELF file's .rel.data. */
    .section .fixups, "a"
    .word 2f - 1f
1:  .word relocated, 2
    .word relocated + 4, 2
2:
