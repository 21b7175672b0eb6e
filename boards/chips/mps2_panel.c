// SPDX-License-Identifier: Apache-2.0
#include <chips/mps2_panel.h>

#include <base/bytes.h>
#include <hil/error.h>
#include <trust/sha256.h>

#include <string.h>

#define LED_REGISTER (*(volatile uint32_t *)0x40028000u)

enum { MAGIC, BUTTONS, STRAP, SEED = 4, LED_COUNT = 2, KEY_SIZE = 32 };

static volatile uint32_t *panel;
static uint8_t key[KEY_SIZE]; /* hash chain: never leaves this file */
static uint32_t drawn;

/* Who listens, and to which buttons. */
static struct {
    uint32_t watched;
    uint32_t seen; /* state of the buttons at the last look */
    void (*changed)(void *context, uint8_t index, bool pressed);
    void *context;
} listener;

static bool is_valid(void)
{
    return panel != NULL && panel[MAGIC] == PANEL_MAGIC;
}

/* next = SHA-256(label, key, counter) */
static void derive(const char *label, uint32_t counter, uint8_t out[KEY_SIZE])
{
    struct trust_sha256 hash;

    trust_sha256_init(&hash);
    trust_sha256_update(&hash, label, bytes_length(label));
    trust_sha256_update(&hash, key, sizeof key);
    trust_sha256_update(&hash, &counter, sizeof counter);
    trust_sha256_finish(&hash, out);
}

void mps2_panel_init(uint32_t page)
{
    uint8_t successor[KEY_SIZE];

    panel = (volatile uint32_t *)(uintptr_t)page;
    if (!is_valid()) {
        return;
    }
    for (uint32_t i = 0; i < PANEL_SEED_WORDS; i++) {
        uint32_t word = panel[SEED + i];

        memcpy(key + 4 * i, &word, sizeof word);
    }
    derive("seed", 0, successor);
    for (uint32_t i = 0; i < PANEL_SEED_WORDS; i++) {
        uint32_t word;

        memcpy(&word, successor + 4 * i, sizeof word);
        panel[SEED + i] = word;
    }
    derive("key", 0, successor);
    memcpy(key, successor, sizeof key);
}

const volatile uint32_t *mps2_panel_words(void)
{
    return is_valid() ? panel : NULL;
}

bool mps2_panel_strap(void)
{
    return is_valid() && panel[STRAP] == 1;
}

static int fill(const struct hil_entropy *entropy, uint8_t *data, size_t length)
{
    (void)entropy;
    if (!is_valid()) {
        memset(data, 0, length);
        return HIL_E_IO;
    }
    while (length > 0) {
        uint8_t block[KEY_SIZE];
        size_t count = length < sizeof block ? length : sizeof block;

        derive("out", drawn++, block);
        memcpy(data, block, count);
        data += count;
        length -= count;
    }
    /* Forward secrecy: what was given out cannot be computed from what is kept. */
    derive("next", drawn, key);
    return 0;
}

static void led_set(const struct hil_led *led, uint8_t index, bool lit)
{
    uint32_t bit = 1u << index;

    (void)led;
    LED_REGISTER = lit ? LED_REGISTER | bit : LED_REGISTER & ~bit;
}

static bool led_get(const struct hil_led *led, uint8_t index)
{
    (void)led;
    return ((LED_REGISTER >> index) & 1u) != 0;
}

static uint32_t buttons_now(void)
{
    return is_valid() ? panel[BUTTONS] : 0;
}

static void listen(const struct hil_button *button,
                   void (*changed)(void *context, uint8_t index, bool pressed), void *context)
{
    (void)button;
    listener.changed = changed;
    listener.context = context;
}

static void watch(const struct hil_button *button, uint8_t index, bool on)
{
    uint32_t bit = 1u << index;

    (void)button;
    if (on && (listener.watched & bit) == 0) {
        listener.seen = (listener.seen & ~bit) | (buttons_now() & bit);
    }
    listener.watched = on ? listener.watched | bit : listener.watched & ~bit;
}

static bool pressed(const struct hil_button *button, uint8_t index)
{
    (void)button;
    return ((buttons_now() >> index) & 1u) != 0;
}

bool mps2_panel_wants_poll(void)
{
    return listener.watched != 0;
}

void mps2_panel_poll(void)
{
    uint32_t now = buttons_now();
    uint32_t edges = (now ^ listener.seen) & listener.watched;

    listener.seen = now;
    for (uint32_t i = 0; i < MPS2_BUTTONS; i++) {
        if (((edges >> i) & 1u) != 0 && listener.changed != NULL) {
            listener.changed(listener.context, (uint8_t)i, ((now >> i) & 1u) != 0);
        }
    }
}

const struct hil_led mps2_leds = {.count = LED_COUNT, .set = led_set, .get = led_get};
const struct hil_button mps2_buttons = {
    .count = MPS2_BUTTONS, .listen = listen, .watch = watch, .pressed = pressed};
const struct hil_entropy mps2_entropy = {.fill = fill};
