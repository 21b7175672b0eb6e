// SPDX-License-Identifier: Apache-2.0
#include <chips/rp2040_gpio.h>

#include <stddef.h>

#include "rp2040.h"

#define STATUS(pin)  RP2040_REG(RP2040_IO_BANK0 + 8u * (pin))
#define CTRL(pin)    (RP2040_IO_BANK0 + 4u + 8u * (pin))
#define EDGES(pin)   RP2040_REG(RP2040_IO_BANK0 + 0xF0u + 4u * ((pin) / PINS_PER_WORD))
#define ENABLED(pin) (RP2040_IO_BANK0 + 0x100u + 4u * ((pin) / PINS_PER_WORD))
#define ACTIVE(pin)  RP2040_REG(RP2040_IO_BANK0 + 0x120u + 4u * ((pin) / PINS_PER_WORD))
#define PAD(pin)     RP2040_REG(RP2040_PADS + 4u + 4u * (pin))

#define CTRL_FUNCTION   0x1Fu /* none: the overrides alone say what the pin does */
#define CTRL_HIGH       (3u << 8)
#define CTRL_LOW        (2u << 8)
#define CTRL_OUTPUT     (3u << 12)
#define CTRL_INPUT      (2u << 12)
#define STATUS_LEVEL    (1u << 17)
#define PAD_SCHMITT     (1u << 1)
#define PAD_PULL_DOWN   (1u << 2)
#define PAD_PULL_UP     (1u << 3)
#define PAD_DRIVE_4MA   (1u << 4)
#define PAD_INPUT       (1u << 6)
#define PAD_NO_OUTPUT   (1u << 7)
#define EDGE_FALL       4u
#define EDGE_RISE       8u
#define PINS_PER_WORD   8u
#define BITS_PER_PIN    4u
#define SHIFT(pin)      (BITS_PER_PIN * ((pin) % PINS_PER_WORD))
#define GPIO_IRQ_ENABLE (1u << RP2040_IRQ_GPIO)

static volatile uint32_t rose;
static volatile uint32_t fell;
static void (*listener)(void *context, uint8_t pin, bool high);
static void *listener_context;

static uint32_t bit_of(uint32_t pin)
{
    return (uint32_t)1 << pin;
}

void rp2040_gpio_make_output(const struct hil_gpio *gpio, uint8_t pin)
{
    uint32_t level = RP2040_REG(CTRL(pin)) & CTRL_HIGH;

    (void)gpio;
    PAD(pin) = PAD_INPUT | PAD_DRIVE_4MA | PAD_SCHMITT;
    RP2040_REG(CTRL(pin)) = CTRL_FUNCTION | CTRL_OUTPUT | (level == CTRL_HIGH ? level : CTRL_LOW);
}

int rp2040_gpio_make_input(const struct hil_gpio *gpio, uint8_t pin, enum hil_gpio_pull pull)
{
    uint32_t resistor = pull == HIL_GPIO_PULL_UP ? PAD_PULL_UP : PAD_PULL_DOWN;

    (void)gpio;
    PAD(pin) = PAD_INPUT | PAD_SCHMITT | (pull == HIL_GPIO_PULL_NONE ? 0 : resistor);
    RP2040_REG(CTRL(pin)) = CTRL_FUNCTION | CTRL_INPUT | (RP2040_REG(CTRL(pin)) & CTRL_HIGH);
    return 0;
}

void rp2040_gpio_disable(const struct hil_gpio *gpio, uint8_t pin)
{
    (void)gpio;
    PAD(pin) = PAD_NO_OUTPUT;
    RP2040_REG(CTRL(pin)) = CTRL_FUNCTION | CTRL_INPUT | CTRL_LOW;
}

void rp2040_gpio_set(const struct hil_gpio *gpio, uint8_t pin, bool high)
{
    uint32_t rest = RP2040_REG(CTRL(pin)) & ~CTRL_HIGH;

    (void)gpio;
    RP2040_REG(CTRL(pin)) = rest | (high ? CTRL_HIGH : CTRL_LOW);
}

bool rp2040_gpio_get(const struct hil_gpio *gpio, uint8_t pin)
{
    (void)gpio;
    return (STATUS(pin) & STATUS_LEVEL) != 0;
}

void rp2040_gpio_listen(const struct hil_gpio *gpio,
                        void (*changed)(void *context, uint8_t pin, bool high), void *context)
{
    (void)gpio;
    listener = changed;
    listener_context = context;
}

void rp2040_gpio_watch(const struct hil_gpio *gpio, uint8_t pin, bool rising, bool falling)
{
    uint32_t wanted = (rising ? EDGE_RISE : 0) | (falling ? EDGE_FALL : 0);

    (void)gpio;
    NVIC_DISABLE = GPIO_IRQ_ENABLE;
    (void)NVIC_DISABLE;
    RP2040_CLEAR(ENABLED(pin)) = (EDGE_RISE | EDGE_FALL) << SHIFT(pin);
    EDGES(pin) = (EDGE_RISE | EDGE_FALL) << SHIFT(pin); /* those of before do not count */
    RP2040_SET(ENABLED(pin)) = wanted << SHIFT(pin);
    rose = rising ? rose : rose & ~bit_of(pin);
    fell = falling ? fell : fell & ~bit_of(pin);
    NVIC_ENABLE = GPIO_IRQ_ENABLE;
}

void rp2040_gpio_interrupt(void)
{
    for (uint32_t pin = 0; pin < RP2040_PINS; pin++) {
        uint32_t edges = ACTIVE(pin) >> SHIFT(pin);

        if ((edges & (EDGE_RISE | EDGE_FALL)) != 0) {
            EDGES(pin) = (edges & (EDGE_RISE | EDGE_FALL)) << SHIFT(pin);
            rose |= (edges & EDGE_RISE) != 0 ? bit_of(pin) : 0;
            fell |= (edges & EDGE_FALL) != 0 ? bit_of(pin) : 0;
        }
    }
}

/* Of a pin that had both edges, the one that led to its level now comes last. */
bool rp2040_gpio_report(void)
{
    uint8_t pin = 0;
    bool high;

    if ((rose | fell) == 0) {
        return false;
    }
    while (((rose | fell) & bit_of(pin)) == 0) {
        pin++;
    }
    NVIC_DISABLE = GPIO_IRQ_ENABLE;
    (void)NVIC_DISABLE;
    high = (rose & bit_of(pin)) != 0;
    if (high && (fell & bit_of(pin)) != 0) {
        high = !rp2040_gpio_get(NULL, pin);
    }
    rose = high ? rose & ~bit_of(pin) : rose;
    fell = high ? fell : fell & ~bit_of(pin);
    NVIC_ENABLE = GPIO_IRQ_ENABLE;
    if (listener != NULL) {
        listener(listener_context, pin, high);
    }
    return true;
}
