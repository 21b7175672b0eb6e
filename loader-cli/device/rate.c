// SPDX-License-Identifier: Apache-2.0
#include "rate.h"

#include <stdlib.h>

#include <base/bytes.h>
#include <link/protocol.h>

enum {
    RATE_MAX_USUAL = 921600, /* what adapters and the boards' UARTs have in common */
    RATE_MOST = 12000000,
    WORTH_BYTES = 4096,
    SETTLE_MS = 5,    /* the device changes when the last bit of its answer has gone */
    CONFIRM_MS = 300, /* for an answer, at either rate */
    MARGIN_MS = 100
};

/* To which rate this line may be raised; 0: not at all. What is set holds for any line. */
static int limit_of(struct device *device, uint32_t *rate)
{
    const char *text = cli_setting(device->cli, "rate_max");
    char *end;
    unsigned long value;

    *rate = line_may_raise(&device->line) ? (uint32_t)RATE_MAX_USUAL : 0;
    if (text[0] == '\0') {
        return EXIT_DONE;
    }
    value = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || value > RATE_MOST) {
        return cli_fail(device->cli, EXIT_USAGE, "921600 is usual",
                        "the setting rate_max is '%s', not 0 to %d", text, RATE_MOST);
    }
    *rate = device->line.borrowed ? 0 : (uint32_t)value;
    return EXIT_DONE;
}

/* Asks, with little patience: at another rate the device hears nothing. */
static int ask_briefly(struct device *device, uint8_t command, const uint8_t *arguments,
                       size_t length)
{
    const uint32_t silence_ms = device->host.silence_ms;
    const uint8_t *result;
    int error;

    device->host.silence_ms = CONFIRM_MS;
    error = device_ask(device, command, arguments, length, &result, &length);
    device->host.silence_ms = silence_ms;
    return error;
}

/* The device goes back when it has understood nothing for a while, and not before. */
static void go_back(struct device *device, uint32_t rate)
{
    uint32_t start = clock_ms();

    (void)line_set_rate(&device->line, 0);
    while (!device_is_over(device) && clock_ms() - start < LINK_RATE_MS + MARGIN_MS) {
        clock_sleep_ms(SETTLE_MS);
    }
    cli_note(device->cli,
             "note: the line to %s does not work at %u bits per second and stays at %u",
             device->line.name, (unsigned)rate, (unsigned)device->line.rate);
}

int device_raise_rate(struct device *device, uint32_t size)
{
    uint8_t arguments[4];
    uint32_t rate;
    int error;
    int code = limit_of(device, &rate);

    if (code != EXIT_DONE || rate <= device->line.rate || size < WORTH_BYTES ||
        device->rate_tried) {
        return code;
    }
    device->rate_tried = true;
    bytes_put_u32(arguments, rate);
    error = ask_briefly(device, LINK_RATE, arguments, sizeof arguments);
    /* Silence may mean that its answer was lost, and that it has changed. */
    if (error != 0 && error != LINK_E_SILENT && error != LINK_E_GARBLED) {
        return EXIT_DONE; /* it cannot; what else is wrong shows at the next request */
    }
    clock_sleep_ms(SETTLE_MS);
    if (!line_set_rate(&device->line, rate) || ask_briefly(device, LINK_PING, NULL, 0) != 0) {
        go_back(device, rate);
    }
    return EXIT_DONE;
}
