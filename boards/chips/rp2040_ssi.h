/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the flash is mapped for reading, the same for the second stage and for the flash driver,
 * which restores it (RP2040 Datasheet, 4.10): serial read (03h) at a quarter of the system clock,
 * which every flash chip of 2 MiB and more has. Numbers only: assembly reads this too.
 */
#ifndef CHIPS_RP2040_SSI_H
#define CHIPS_RP2040_SSI_H

#define SSI_BASE        0x18000000
#define SSI_CTRLR0      0x00
#define SSI_CTRLR1      0x04
#define SSI_ENABLE      0x08
#define SSI_BAUD        0x14
#define SSI_STATUS      0x28
#define SSI_DATA        0x60
#define SSI_SPI_CTRLR0  0xF4
#define SSI_RECEIVED    0x08 /* of SSI_STATUS: a byte has come in */
#define SSI_DIVIDER     4
#define SSI_FRAME       0x001F0300 /* one wire, 32 clocks a frame, transfers begun by a read */
#define SSI_READ_SERIAL 0x03000218 /* command 03h of 8 bits, address of 24 bits, no wait */

#endif
