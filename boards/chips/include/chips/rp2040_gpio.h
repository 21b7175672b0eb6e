// SPDX-License-Identifier: Apache-2.0
/*
 * Pins of bank 0 of the RP2040 (RP2040 Datasheet, 2.19), each driven through the overrides of its
 * multiplexer: the single-cycle registers (SIO) lie where the kernel has no protection region to
 * spare.
 */
#ifndef CHIPS_RP2040_GPIO_H
#define CHIPS_RP2040_GPIO_H

#include <hil/gpio.h>
#include <hil/led.h>

/** Pins. */
#define RP2040_PINS 30u
/** Their interrupt. */
#define RP2040_IRQ_GPIO 13u

/* The functions of a struct hil_gpio of RP2040_PINS pins, which the board puts together. */
void rp2040_gpio_make_output(const struct hil_gpio *gpio, uint8_t pin);
int rp2040_gpio_make_input(const struct hil_gpio *gpio, uint8_t pin, enum hil_gpio_pull pull);
void rp2040_gpio_disable(const struct hil_gpio *gpio, uint8_t pin);
void rp2040_gpio_set(const struct hil_gpio *gpio, uint8_t pin, bool high);
bool rp2040_gpio_get(const struct hil_gpio *gpio, uint8_t pin);
void rp2040_gpio_listen(const struct hil_gpio *gpio,
                        void (*changed)(void *context, uint8_t pin, bool high), void *context);
void rp2040_gpio_watch(const struct hil_gpio *gpio, uint8_t pin, bool rising, bool falling);

/** The interrupt: notes edges; what follows is rp2040_gpio_report(). Interrupt context. */
void rp2040_gpio_interrupt(void);
/** Reports one edge. Answers whether there may be more. Kernel loop. */
bool rp2040_gpio_report(void);

#endif
