/* SPDX-License-Identifier: Apache-2.0
 *
 * The second stage (RP2040 Datasheet, 2.8.1.3.1): the ROM copies the first 256 bytes of flash to RAM and
 * starts them when the last four are the CRC-32 of the others (boot2.cmake puts them there). It maps the
 * flash for reading and starts the bootloader, which lies behind it. Works wherever it is put.
 */
#include "memory_map.h"
#include "rp2040_ssi.h"
    .syntax unified
    .cpu cortex-m0plus
    .thumb

    .section .boot2, "ax"
    .global boot2
    .type boot2, %function
boot2:
    ldr     r3, =SSI_BASE
    movs    r1, #0
    str     r1, [r3, #SSI_ENABLE]
    movs    r1, #SSI_DIVIDER
    str     r1, [r3, #SSI_BAUD]
    ldr     r1, =SSI_FRAME
    str     r1, [r3, #SSI_CTRLR0]
    movs    r1, #0
    str     r1, [r3, #SSI_CTRLR1]
    ldr     r1, =SSI_READ_SERIAL
    movs    r2, #SSI_SPI_CTRLR0
    str     r1, [r3, r2]
    movs    r1, #1
    str     r1, [r3, #SSI_ENABLE]

    ldr     r0, =(MAP_BOOT_START + MAP_BOOT2_SIZE)
    ldr     r1, =0xE000ED08         /* VTOR */
    str     r0, [r1]
    ldmia   r0!, {r1, r2}
    msr     msp, r1
    bx      r2
    .ltorg
