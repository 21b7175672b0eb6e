/* SPDX-License-Identifier: Apache-2.0
 *
 * Start-up of kernel and bootloader: copies initialised data, clears the rest, calls main(). The
 * linker script gives the symbols.
 */
    .syntax unified
    .cpu cortex-m0plus
    .thumb

    .section .text.reset_handler, "ax"
    .global reset_handler
    .type reset_handler, %function
reset_handler:
    cpsid   i
    ldr     r0, =image_data_load
    ldr     r1, =image_data_start
    ldr     r2, =image_data_end
    b       2f
1:  ldmia   r0!, {r3}
    stmia   r1!, {r3}
2:  cmp     r1, r2
    blo     1b
    ldr     r1, =image_bss_start
    ldr     r2, =image_bss_end
    movs    r3, #0
    movs    r4, #0
    movs    r5, #0
    movs    r6, #0
    subs    r2, #16
    b       4f
3:  stmia   r1!, {r3-r6}            /* four words at a time, as long as there are four */
4:  cmp     r1, r2
    bls     3b
    adds    r2, #16
    b       6f
5:  stmia   r1!, {r3}
6:  cmp     r1, r2
    blo     5b
    cpsie   i
    bl      main
7:  b       7b

/* void start_image(uint32_t vectors): stack pointer and entry from another image's vector table. */
    .section .text.start_image, "ax"
    .global start_image
    .type start_image, %function
start_image:
    cpsid   i
    ldr     r1, =0xE000ED08         /* VTOR */
    str     r0, [r1]
    dsb
    ldmia   r0!, {r1, r2}
    msr     msp, r1
    isb
    cpsie   i
    bx      r2
