// SPDX-License-Identifier: Apache-2.0
#include <chips/mps2_pins.h>

#include <chips/mps2_panel.h>

#include <stddef.h>

#define MISC (*(volatile uint32_t *)0x4002804Cu)

enum {
    ALL = (1 << MPS2_PINS) - 1,
    OUTPUT_SHIFT = MPS2_PINS,
    PULL_UP_SHIFT = 2 * MPS2_PINS,
    ADC_BITS = 12,
    ADC_MAX = (1 << ADC_BITS) - 1,
    REFERENCE_MV = 3300,
    SAMPLES_PER_SECOND = 4000
};

/* Who listens, and to which edges. */
static struct {
    uint8_t rising;
    uint8_t falling;
    uint8_t seen; /* levels at the last look */
    void (*changed)(void *context, uint8_t pin, bool high);
    void *context;
} listener;

static uint32_t bit_of(uint32_t pin)
{
    return (uint32_t)1 << pin;
}

static void change(uint32_t bit, bool on)
{
    MISC = on ? MISC | bit : MISC & ~bit;
}

/* An output has its own level; an input what the host drives it to, else that of its resistor. */
static uint8_t levels_now(void)
{
    const volatile uint32_t *panel = mps2_panel_words();
    uint32_t misc = MISC;
    uint32_t outputs = misc >> OUTPUT_SHIFT;
    uint32_t driven = panel != NULL ? panel[PANEL_PINS_DRIVEN] : 0;
    uint32_t high = panel != NULL ? panel[PANEL_PINS_HIGH] : 0;
    uint32_t inputs = (driven & high) | (~driven & (misc >> PULL_UP_SHIFT));

    return (uint8_t)(((outputs & misc) | (~outputs & inputs)) & ALL);
}

void mps2_pins_make_output(const struct hil_gpio *gpio, uint8_t pin)
{
    (void)gpio;
    change(bit_of(OUTPUT_SHIFT + pin), true);
}

int mps2_pins_make_input(const struct hil_gpio *gpio, uint8_t pin, enum hil_gpio_pull pull)
{
    (void)gpio;
    change(bit_of(OUTPUT_SHIFT + pin), false);
    change(bit_of(PULL_UP_SHIFT + pin), pull == HIL_GPIO_PULL_UP);
    return 0;
}

void mps2_pins_disable(const struct hil_gpio *gpio, uint8_t pin)
{
    (void)mps2_pins_make_input(gpio, pin, HIL_GPIO_PULL_NONE);
}

void mps2_pins_set(const struct hil_gpio *gpio, uint8_t pin, bool high)
{
    (void)gpio;
    change(bit_of(pin), high);
}

bool mps2_pins_get(const struct hil_gpio *gpio, uint8_t pin)
{
    (void)gpio;
    return (levels_now() & bit_of(pin)) != 0;
}

void mps2_pins_listen(const struct hil_gpio *gpio,
                      void (*changed)(void *context, uint8_t pin, bool high), void *context)
{
    (void)gpio;
    listener.changed = changed;
    listener.context = context;
}

static uint8_t with(uint8_t set_of_pins, uint8_t pin, bool on)
{
    return (uint8_t)(on ? set_of_pins | bit_of(pin) : set_of_pins & ~bit_of(pin));
}

void mps2_pins_watch(const struct hil_gpio *gpio, uint8_t pin, bool rise, bool fall)
{
    (void)gpio;
    if (((listener.rising | listener.falling) & bit_of(pin)) == 0) {
        listener.seen = with(listener.seen, pin, (levels_now() & bit_of(pin)) != 0);
    }
    listener.rising = with(listener.rising, pin, rise);
    listener.falling = with(listener.falling, pin, fall);
}

enum mps2_pins_state mps2_pins_poll(void)
{
    uint32_t now = levels_now();
    uint32_t edges = (now & ~(uint32_t)listener.seen & listener.rising) |
                     (~now & listener.seen & listener.falling);
    uint8_t pin = 0;

    /* Those that are reported later are seen later. */
    listener.seen = (uint8_t)(now ^ edges);
    if (edges == 0) {
        return (listener.rising | listener.falling) != 0 ? MPS2_PINS_WATCHED : MPS2_PINS_UNWATCHED;
    }
    while ((edges & bit_of(pin)) == 0) {
        pin++;
    }
    listener.seen = (uint8_t)(listener.seen ^ bit_of(pin));
    if (listener.changed != NULL) {
        listener.changed(listener.context, pin, (now & bit_of(pin)) != 0);
    }
    return MPS2_PINS_MORE;
}

static uint16_t sample(const struct hil_adc *adc, uint8_t channel)
{
    const volatile uint32_t *panel = mps2_panel_words();
    uint32_t mv = panel != NULL ? panel[PANEL_CHANNELS + channel] : 0;

    (void)adc;
    return (uint16_t)(mv < REFERENCE_MV ? (mv << ADC_BITS) / REFERENCE_MV : ADC_MAX);
}

const struct hil_adc mps2_adc = {
    .count = MPS2_CHANNELS,
    .bits = ADC_BITS,
    .reference_mv = REFERENCE_MV,
    .frequency_max = SAMPLES_PER_SECOND,
    .sample = sample,
};
