// SPDX-License-Identifier: Apache-2.0
#include <chips/rp2040_clocks.h>

#include "rp2040.h"

/* XOSC (2.16.7) */
#define XOSC_CTRL      (RP2040_XOSC + 0x00u)
#define XOSC_STATUS    (RP2040_XOSC + 0x04u)
#define XOSC_STARTUP   (RP2040_XOSC + 0x0Cu)
#define XOSC_RANGE     0xAA0u /* 1 to 15 MHz */
#define XOSC_ENABLE    (0xFABu << 12)
#define XOSC_STABLE    (1u << 31)
#define STARTUP_CYCLES 47u /* of 256 crystal periods: 1 ms */

/* PLLs (2.18.4) */
#define PLL_CS           0x00u
#define PLL_PWR          0x04u
#define PLL_FBDIV        0x08u
#define PLL_PRIM         0x0Cu
#define PLL_LOCK         (1u << 31)
#define PWR_DOWN         (1u << 0)
#define PWR_POSTDIV_DOWN (1u << 3)
#define PWR_VCO_DOWN     (1u << 5)
#define POSTDIV(a, b)    (((a) << 16) | ((b) << 12))

/* CLOCKS (2.15.7) */
#define REF_CTRL         (RP2040_CLOCKS + 0x30u)
#define REF_SELECTED     (RP2040_CLOCKS + 0x38u)
#define SYS_CTRL         (RP2040_CLOCKS + 0x3Cu)
#define SYS_SELECTED     (RP2040_CLOCKS + 0x44u)
#define PERI_CTRL        (RP2040_CLOCKS + 0x48u)
#define USB_CTRL         (RP2040_CLOCKS + 0x54u)
#define ADC_CTRL         (RP2040_CLOCKS + 0x60u)
#define REF_XOSC         2u
#define SYS_FROM_PLL     1u
#define CTRL_ENABLE      (1u << 11)
#define SELECTED(source) (1u << (source))
#define WATCHDOG_TICK    (RP2040_WATCHDOG + 0x2Cu)
#define TICK_ENABLE      (1u << 9)
#define CRYSTAL_MHZ      12u
#define RESETS_DONE      (RP2040_RESETS + 0x08u)
#define GPIO_CTRL(pin)   (RP2040_IO_BANK0 + 4u + 8u * (pin))
#define BIT(block)       ((uint32_t)1 << (block))

void rp2040_unreset(uint32_t blocks)
{
    RP2040_CLEAR(RP2040_RESETS) = blocks;
    while ((RP2040_REG(RESETS_DONE) & blocks) != blocks) {
    }
}

void rp2040_reset_blocks(uint32_t blocks)
{
    RP2040_SET(RP2040_RESETS) = blocks;
    rp2040_unreset(blocks);
}

void rp2040_pin_function(uint32_t pin, uint32_t function)
{
    RP2040_REG(GPIO_CTRL(pin)) = function;
}

static void wait_for(uint32_t address, uint32_t bits)
{
    while ((RP2040_REG(address) & bits) == 0) {
    }
}

static void crystal_start(void)
{
    RP2040_REG(XOSC_STARTUP) = STARTUP_CYCLES;
    RP2040_REG(XOSC_CTRL) = XOSC_RANGE | XOSC_ENABLE;
    wait_for(XOSC_STATUS, XOSC_STABLE);
}

/* Output: crystal * feedback / (a * b), the oscillator inside between 750 and 1600 MHz. */
static void pll_start(uint32_t pll, uint32_t block, uint32_t feedback, uint32_t postdiv)
{
    rp2040_reset_blocks(BIT(block));
    RP2040_REG(pll + PLL_CS) = 1; /* reference not divided */
    RP2040_REG(pll + PLL_FBDIV) = feedback;
    RP2040_CLEAR(pll + PLL_PWR) = PWR_DOWN | PWR_VCO_DOWN;
    wait_for(pll + PLL_CS, PLL_LOCK);
    RP2040_REG(pll + PLL_PRIM) = postdiv;
    RP2040_CLEAR(pll + PLL_PWR) = PWR_POSTDIV_DOWN;
}

void rp2040_clocks_init(void)
{
    crystal_start();
    /* Off the PLL before it is touched. */
    RP2040_CLEAR(SYS_CTRL) = SYS_FROM_PLL;
    wait_for(SYS_SELECTED, SELECTED(0));
    RP2040_REG(REF_CTRL) = REF_XOSC;
    wait_for(REF_SELECTED, SELECTED(REF_XOSC));
    pll_start(RP2040_PLL_SYS, RP2040_RESET_PLL_SYS, 125, POSTDIV(6u, 2u));
    pll_start(RP2040_PLL_USB, RP2040_RESET_PLL_USB, 100, POSTDIV(5u, 5u));
    RP2040_REG(SYS_CTRL) = 0; /* of the auxiliary sources the system's PLL */
    RP2040_SET(SYS_CTRL) = SYS_FROM_PLL;
    wait_for(SYS_SELECTED, SELECTED(SYS_FROM_PLL));
    RP2040_REG(PERI_CTRL) = CTRL_ENABLE;
    RP2040_REG(USB_CTRL) = CTRL_ENABLE;
    RP2040_REG(ADC_CTRL) = CTRL_ENABLE;
    RP2040_REG(WATCHDOG_TICK) = TICK_ENABLE | CRYSTAL_MHZ;
    rp2040_unreset(BIT(RP2040_RESET_IO_BANK0) | BIT(RP2040_RESET_PADS_BANK0) |
                   BIT(RP2040_RESET_TIMER));
}
