// SPDX-License-Identifier: Apache-2.0
/*
 * Driver 8: low-level debug. A line per call, written to the console at once when it has room, else
 * counted and reported as dropped.
 */
#include <kernel/capsules.h>
#include <string.h>

enum { LINE_SIZE = 80 };

struct text {
    char data[LINE_SIZE];
    size_t length;
};

struct debug {
    uint32_t dropped;
};

static const struct console_line *line;

static void init(const struct driver *driver, const void *device)
{
    (void)driver;
    line = device;
}

static void add(struct text *text, const char *s)
{
    while (*s != '\0' && text->length < LINE_SIZE) {
        text->data[text->length++] = *s++;
    }
}

static void add_hex(struct text *text, uint32_t value)
{
    char digits[9];
    uint32_t at = sizeof digits - 1;

    digits[at] = '\0';
    do {
        digits[--at] = "0123456789abcdef"[value & 15];
        value >>= 4;
    } while (value != 0);
    add(text, "0x");
    add(text, &digits[at]);
}

static bool put(struct process *process, const struct text *text)
{
    /* All or nothing: half a line helps nobody. */
    return line->write(process_id(process), (const uint8_t *)text->data, text->length) ==
           text->length;
}

static void begin(struct text *text, const struct process *process)
{
    text->length = 0;
    add(text, "LowLevelDebug: App ");
    add_hex(text, process_id(process).value);
}

static void report_dropped(struct process *process, struct debug *debug)
{
    struct text text;

    if (debug->dropped == 0) {
        return;
    }
    begin(&text, process);
    add(&text, ": dropped ");
    add_hex(&text, debug->dropped);
    add(&text, " entries\r\n");
    if (put(process, &text)) {
        debug->dropped = 0;
    }
}

static void add_alert(struct text *text, uint32_t code)
{
    add(text, " alert code ");
    add_hex(text, code);
    add(text, code == ABI_DEBUG_ALERT_PANIC            ? " (panic)"
              : code == ABI_DEBUG_ALERT_WRONG_LOCATION ? " (wrong location)"
                                                       : "");
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t argument0, uint32_t argument1)
{
    struct debug *debug = grant_enter(driver, process);
    struct text text;

    if (number == ABI_COMMAND_EXISTS) {
        return syscall_success();
    }
    if (number > ABI_DEBUG_PRINT_TWO) {
        return syscall_failure(ABI_NOSUPPORT);
    }
    if (debug == NULL) {
        return syscall_failure(ABI_NOMEM);
    }
    report_dropped(process, debug);
    begin(&text, process);
    if (number == ABI_DEBUG_ALERT) {
        add_alert(&text, argument0);
    } else {
        add(&text, " prints ");
        add_hex(&text, argument0);
    }
    if (number == ABI_DEBUG_PRINT_TWO) {
        add(&text, " ");
        add_hex(&text, argument1);
    }
    add(&text, "\r\n");
    if (!put(process, &text)) {
        debug->dropped++;
    }
    return syscall_success();
}

const struct driver debug_driver = {
    .number = ABI_DRIVER_LOW_LEVEL_DEBUG,
    .state_size = sizeof(struct debug),
    .init = init,
    .command = command,
};
