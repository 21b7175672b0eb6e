// SPDX-License-Identifier: Apache-2.0
#include <chips/rp2040_adc.h>

#include <stddef.h>

#include "rp2040.h"

#define CS             (RP2040_ADC + 0x00u)
#define RESULT         RP2040_REG(RP2040_ADC + 0x04u)
#define PAD(pin)       RP2040_REG(RP2040_PADS + 4u + 4u * (pin))
#define CS_ON          (1u << 0)
#define CS_THERMOMETER (1u << 1)
#define CS_START       (1u << 2)
#define CS_READY       (1u << 8)
#define CS_INPUT(n)    ((uint32_t)(n) << 12)
#define PAD_ANALOG     (1u << 7) /* neither output nor digital input nor resistor */

enum {
    FIRST_PIN = 26,
    THERMOMETER = 4,
    BITS = 12,
    REFERENCE_MV = 3300,
    SAMPLES_PER_SECOND = 10000,
    /* 4.9.5: 0.706 V at 27 degrees, 1.721 mV less for each more; in microvolts and hundredths */
    ZERO_UV = 706000,
    ZERO_CENTI = 2700,
    UV_PER_DEGREE = 1721
};

static void (*listener)(void *context, int status, int32_t value);
static void *listener_context;

void rp2040_adc_init(void)
{
    rp2040_reset_blocks(1u << RP2040_RESET_ADC);
    RP2040_REG(CS) = CS_ON;
    for (uint32_t i = 0; i < RP2040_ADC_CHANNELS; i++) {
        PAD(FIRST_PIN + i) = PAD_ANALOG;
    }
}

/* 96 cycles of 48 MHz: 2 microseconds. */
static uint32_t convert(uint32_t input)
{
    uint32_t setting = CS_ON | CS_INPUT(input) | (input == THERMOMETER ? CS_THERMOMETER : 0);

    RP2040_REG(CS) = setting;
    RP2040_REG(CS) = setting | CS_START;
    while ((RP2040_REG(CS) & CS_READY) == 0) {
    }
    return RESULT & ((1u << BITS) - 1u);
}

static uint16_t sample(const struct hil_adc *adc, uint8_t channel)
{
    (void)adc;
    PAD(FIRST_PIN + channel) = PAD_ANALOG;
    return (uint16_t)convert(channel);
}

static void listen(const struct hil_temperature *thermometer,
                   void (*measured)(void *context, int status, int32_t value), void *context)
{
    (void)thermometer;
    listener = measured;
    listener_context = context;
}

static int start(const struct hil_temperature *thermometer)
{
    int32_t uv = (int32_t)((convert(THERMOMETER) * (REFERENCE_MV * 125u)) >> (BITS - 3));

    (void)thermometer;
    if (listener != NULL) {
        listener(listener_context, 0, ZERO_CENTI - (uv - ZERO_UV) * 100 / UV_PER_DEGREE);
    }
    return 0;
}

const struct hil_adc rp2040_adc = {
    .count = RP2040_ADC_CHANNELS,
    .bits = BITS,
    .reference_mv = REFERENCE_MV,
    .frequency_max = SAMPLES_PER_SECOND,
    .sample = sample,
};

const struct hil_temperature rp2040_temperature = {.listen = listen, .start = start};
