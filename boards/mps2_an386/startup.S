/* SPDX-License-Identifier: Apache-2.0
 *
 * Start-up of kernel and bootloader: copies initialised data, clears the rest but what sections.ld.in
 * keeps apart, calls main(). The linker script gives the symbols.
 */
    .syntax unified
    .cpu cortex-m4
    .thumb

    .section .text.reset_handler, "ax"
    .global reset_handler
    .type reset_handler, %function
reset_handler:
    cpsid   i
    ldr     r0, =image_data_load
    ldr     r1, =image_data_start
    ldr     r2, =image_data_end
    subs    r2, #32
1:  cmp     r1, r2                  /* eight words at a time, as long as there are eight */
    ittt    ls
    ldmials r0!, {r3-r10}
    stmials r1!, {r3-r10}
    bls     1b
    adds    r2, #32
2:  cmp     r1, r2
    ittt    lo
    ldrlo   r3, [r0], #4
    strlo   r3, [r1], #4
    blo     2b
    ldr     r1, =image_bss_start
    ldr     r2, =image_bss_end
    movs    r3, #0
    movs    r4, #0
    movs    r5, #0
    movs    r6, #0
    mov     r7, r3
    mov     r8, r3
    mov     r9, r3
    mov     r10, r3
    subs    r2, #256
    b       4f
3:  stmia   r1!, {r3-r10}           /* the same with 64 */
    stmia   r1!, {r3-r10}
    stmia   r1!, {r3-r10}
    stmia   r1!, {r3-r10}
    stmia   r1!, {r3-r10}
    stmia   r1!, {r3-r10}
    stmia   r1!, {r3-r10}
    stmia   r1!, {r3-r10}
4:  cmp     r1, r2
    bls     3b
    adds    r2, #256
5:  cmp     r1, r2
    itt     lo
    strlo   r3, [r1], #4
    blo     5b
    cpsie   i
    bl      main
6:  b       6b

/* void start_image(uint32_t vectors): stack pointer and entry from another image's vector table. */
    .section .text.start_image, "ax"
    .global start_image
    .type start_image, %function
start_image:
    cpsid   i
    ldr     r1, =0xE000ED08         /* VTOR */
    str     r0, [r1]
    dsb
    ldr     r1, [r0]
    msr     msp, r1
    isb
    cpsie   i
    ldr     r0, [r0, #4]
    bx      r0
