// SPDX-License-Identifier: Apache-2.0
/*
 * Registers of the RP2040 that its drivers share (RP2040 Datasheet, chapters 2 and 4). Each of the
 * blocks here has aliases that set or clear the bits written (2.1.2).
 */
#ifndef CHIPS_RP2040_H
#define CHIPS_RP2040_H

#include <stdint.h>

#define RP2040_REG(address)   (*(volatile uint32_t *)(uintptr_t)(address))
#define RP2040_SET(address)   RP2040_REG((address) + 0x2000u)
#define RP2040_CLEAR(address) RP2040_REG((address) + 0x3000u)

#define RP2040_CLOCKS    0x40008000u
#define RP2040_RESETS    0x4000C000u
#define RP2040_PSM       0x40010000u
#define RP2040_IO_BANK0  0x40014000u
#define RP2040_PADS      0x4001C000u
#define RP2040_XOSC      0x40024000u
#define RP2040_PLL_SYS   0x40028000u
#define RP2040_PLL_USB   0x4002C000u
#define RP2040_ADC       0x4004C000u
#define RP2040_TIMER     0x40054000u
#define RP2040_WATCHDOG  0x40058000u
#define RP2040_ROSC      0x40060000u
#define RP2040_USB_DPRAM 0x50100000u
#define RP2040_USB       0x50110000u

#define NVIC_ENABLE  RP2040_REG(0xE000E100u)
#define NVIC_DISABLE RP2040_REG(0xE000E180u)
#define NVIC_PEND    RP2040_REG(0xE000E200u)
#define SCB_VTOR     RP2040_REG(0xE000ED08u)

/* Bits of RESETS (2.14.3) */
enum rp2040_block {
    RP2040_RESET_ADC = 0,
    RP2040_RESET_IO_BANK0 = 5,
    RP2040_RESET_PADS_BANK0 = 8,
    RP2040_RESET_PLL_SYS = 12,
    RP2040_RESET_PLL_USB = 13,
    RP2040_RESET_TIMER = 21,
    RP2040_RESET_UART0 = 22,
    RP2040_RESET_USB = 24
};

/** Takes blocks, a bit for each, out of reset and waits until they are. */
void rp2040_unreset(uint32_t blocks);
/** Puts blocks, a bit for each, into reset and takes them out again. */
void rp2040_reset_blocks(uint32_t blocks);
/** Gives a pin of bank 0 to one of its functions (2.19.2). */
void rp2040_pin_function(uint32_t pin, uint32_t function);

/** What must not be fetched from flash is copied to RAM with the initialised data. */
#define RP2040_IN_RAM __attribute__((section(".data.code"), noinline))
/** What such a function uses has to become part of it. */
#define RP2040_INTO __attribute__((always_inline))

#endif
