// SPDX-License-Identifier: Apache-2.0
#include "app_board.h"

#include <string.h>

enum { QUEUE = 16, SLOTS = 8, PROCESSES = 3 };

struct slot {
    bool used;
    uint32_t driver;
    uint32_t number;
    upcall_function *function;
    void *userdata;
    void *data;
    size_t length;
};

struct upcall {
    uint32_t driver;
    uint32_t number;
    uint32_t argument[3];
};

uint32_t board_now;
char board_console[256];
size_t board_console_used;
uint32_t board_missing;

static struct slot subscriptions[SLOTS];
static struct slot writable[SLOTS];
static struct slot readable[SLOTS];
static struct upcall queue[QUEUE];
static size_t queued;
static bool alarm_armed;
static uint32_t alarm_reference;
static uint32_t alarm_delta;
static uint32_t reading;
static uint32_t received;
static char typed[64];
static uint32_t buttons_enabled;

void board_reset(uint32_t now)
{
    board_now = now;
    board_missing = UINT32_MAX;
    board_console_used = 0;
    queued = 0;
    alarm_armed = false;
    reading = 0;
    received = 0;
    typed[0] = '\0';
    buttons_enabled = 0;
    memset(subscriptions, 0, sizeof subscriptions);
    memset(writable, 0, sizeof writable);
    memset(readable, 0, sizeof readable);
}

static struct slot *slot(struct slot *slots, uint32_t driver, uint32_t number)
{
    for (size_t i = 0; i < SLOTS; i++) {
        if (!slots[i].used) {
            slots[i] = (struct slot){.used = true, .driver = driver, .number = number};
        }
        if (slots[i].driver == driver && slots[i].number == number) {
            return &slots[i];
        }
    }
    fail_msg("too many slots");
    return NULL;
}

unsigned board_shared(void)
{
    unsigned count = 0;

    for (size_t i = 0; i < SLOTS; i++) {
        count += (writable[i].length > 0 ? 1u : 0u) + (readable[i].length > 0 ? 1u : 0u);
    }
    return count;
}

static struct syscall_return answer(uint32_t variant, uint32_t value)
{
    return (struct syscall_return){variant, {value, 0, 0}};
}

static void post(uint32_t driver, uint32_t number, uint32_t a0, uint32_t a1)
{
    assert_in_range(queued, 0, QUEUE - 1);
    queue[queued++] = (struct upcall){driver, number, {a0, a1, 0}};
}

/* What a read under way can be answered with. */
static void serve_read(void)
{
    struct slot *buffer = slot(writable, ABI_DRIVER_CONSOLE, ABI_CONSOLE_RW_READ);

    while (reading > 0 && typed[0] != '\0') {
        ((char *)buffer->data)[received++] = typed[0];
        memmove(typed, typed + 1, strlen(typed));
        if (received == reading) {
            reading = 0;
            post(ABI_DRIVER_CONSOLE, ABI_CONSOLE_UPCALL_READ, ABI_OK, received);
        }
    }
}

void board_type(const char *text)
{
    (void)strncat(typed, text, sizeof typed - strlen(typed) - 1);
    serve_read();
}

void board_press(uint32_t index, bool pressed)
{
    if ((buttons_enabled >> index & 1u) != 0) {
        post(ABI_DRIVER_BUTTON, ABI_BUTTON_UPCALL_CHANGED, index, pressed);
    }
}

static bool take(size_t at, struct upcall *taken)
{
    *taken = queue[at];
    memmove(&queue[at], &queue[at + 1], (--queued - at) * sizeof queue[0]);
    return true;
}

/* Lets time pass until the alarm goes off; nothing else would wake the app. */
static void idle(void)
{
    if (!alarm_armed) {
        fail_msg("the app waits for ever");
        return;
    }
    if (board_now - alarm_reference < alarm_delta) {
        board_now = alarm_reference + alarm_delta;
    }
    alarm_armed = false;
    post(ABI_DRIVER_ALARM, ABI_ALARM_UPCALL_FIRED, board_now, alarm_reference + alarm_delta);
}

static void check_alarm(void)
{
    if (alarm_armed && board_now - alarm_reference >= alarm_delta) {
        idle();
    }
}

void board_pass(uint32_t counts)
{
    board_now += counts;
    check_alarm();
}

void syscall_yield_wait(void)
{
    for (;;) {
        struct upcall next;
        struct slot *to;

        check_alarm();
        while (queued == 0) {
            idle();
        }
        (void)take(0, &next);
        to = slot(subscriptions, next.driver, next.number);
        if (to->function != NULL) {
            to->function(next.argument[0], next.argument[1], next.argument[2], to->userdata);
            return;
        }
    }
}

void syscall_yield_wait_for(uint32_t driver, uint32_t number, uint32_t argument[3])
{
    for (;;) {
        check_alarm();
        for (size_t i = 0; i < queued; i++) {
            struct upcall next;

            if (queue[i].driver == driver && queue[i].number == number && take(i, &next)) {
                memcpy(argument, next.argument, sizeof next.argument);
                return;
            }
        }
        idle();
    }
}

struct syscall_return syscall_subscribe(uint32_t driver, uint32_t number, upcall_function *function,
                                        void *userdata)
{
    struct slot *to = slot(subscriptions, driver, number);
    size_t kept = 0;

    if (driver == board_missing) {
        return answer(ABI_FAILURE_2_U32, ABI_NODEVICE);
    }
    for (size_t i = 0; i < queued; i++) {
        if (queue[i].driver != driver || queue[i].number != number) {
            queue[kept++] = queue[i];
        }
    }
    queued = kept;
    to->function = function;
    to->userdata = userdata;
    return answer(ABI_SUCCESS_2_U32, 0);
}

static struct syscall_return allow(struct slot *slots, uint32_t driver, uint32_t number, void *data,
                                   size_t length)
{
    struct slot *to = slot(slots, driver, number);

    if (driver == board_missing) {
        return answer(ABI_FAILURE_2_U32, ABI_NODEVICE);
    }
    to->data = data;
    to->length = length;
    return answer(ABI_SUCCESS_2_U32, 0);
}

struct syscall_return syscall_allow_rw(uint32_t driver, uint32_t number, void *data, size_t length)
{
    return allow(writable, driver, number, data, length);
}

struct syscall_return syscall_allow_ro(uint32_t driver, uint32_t number, const void *data,
                                       size_t length)
{
    return allow(readable, driver, number, (void *)(uintptr_t)data, length);
}

static struct syscall_return alarm_command(uint32_t number, uint32_t argument0, uint32_t argument1)
{
    switch (number) {
    case ABI_ALARM_FREQUENCY:
        return answer(ABI_SUCCESS_U32, BOARD_HZ);
    case ABI_ALARM_NOW:
        return answer(ABI_SUCCESS_U32, board_now);
    case ABI_ALARM_STOP:
        if (!alarm_armed) {
            return answer(ABI_FAILURE, ABI_ALREADY);
        }
        alarm_armed = false;
        return answer(ABI_SUCCESS, 0);
    default:
        assert_int_equal(number, ABI_ALARM_SET_ABSOLUTE);
        alarm_reference = argument0;
        alarm_delta = argument1;
        alarm_armed = true;
        return answer(ABI_SUCCESS_U32, argument0 + argument1);
    }
}

static struct syscall_return console_command(uint32_t number, uint32_t length)
{
    struct slot *out = slot(readable, ABI_DRIVER_CONSOLE, ABI_CONSOLE_RO_WRITE);

    if (number == ABI_CONSOLE_WRITE) {
        assert_in_range(out->length, length, sizeof board_console - board_console_used);
        memcpy(board_console + board_console_used, out->data, length);
        board_console_used += length;
        post(ABI_DRIVER_CONSOLE, ABI_CONSOLE_UPCALL_WRITTEN, length, 0);
    } else if (number == ABI_CONSOLE_READ) {
        if (length == 0 || length > 64) {
            return answer(ABI_FAILURE, ABI_INVAL);
        }
        reading = length;
        received = 0;
        serve_read();
    } else if (reading > 0) {
        reading = 0;
        post(ABI_DRIVER_CONSOLE, ABI_CONSOLE_UPCALL_READ, ABI_CANCEL, received);
    }
    return answer(ABI_SUCCESS, 0);
}

static struct syscall_return rng_command(uint32_t length)
{
    struct slot *to = slot(writable, ABI_DRIVER_RNG, ABI_RNG_RW_DESTINATION);

    if (length == 0) {
        return answer(ABI_FAILURE, ABI_RESERVE);
    }
    memset(to->data, 0x5A, length);
    post(ABI_DRIVER_RNG, ABI_RNG_UPCALL_FILLED, ABI_OK, length);
    return answer(ABI_SUCCESS, 0);
}

static struct syscall_return button_command(uint32_t number, uint32_t index)
{
    if (index >= 2) {
        return answer(ABI_FAILURE, ABI_INVAL);
    }
    buttons_enabled = number == ABI_BUTTON_ENABLE ? buttons_enabled | 1u << index
                                                  : buttons_enabled & ~(1u << index);
    return answer(ABI_SUCCESS, 0);
}

/* Processes 1 to 3, named "p1" to "p3"; the third is stopped. */
static struct syscall_return process_command(uint32_t number, uint32_t id)
{
    struct slot *to = slot(writable, ABI_DRIVER_PROCESS_INFO, ABI_PROCESS_RW_BUFFER);
    bool known = id >= 1 && id <= PROCESSES;
    uint32_t words[4] = {10 * id, 100 * id, 0, id == 3 ? ABI_PROCESS_STOPPED : ABI_PROCESS_YIELDED};
    char name[3] = {'p', (char)('0' + id), '\0'};

    switch (number) {
    case ABI_PROCESS_IDS:
        for (uint32_t i = 0; i < PROCESSES && i < to->length / 4; i++) {
            ((uint32_t *)to->data)[i] = i + 1;
        }
        return answer(ABI_SUCCESS_U32, PROCESSES);
    case ABI_PROCESS_NAME:
        if (known && to->length > 0) {
            memcpy(to->data, name, to->length < 2 ? to->length : 2);
        }
        return known ? answer(ABI_SUCCESS_U32, 2) : answer(ABI_FAILURE, ABI_INVAL);
    case ABI_PROCESS_STATISTICS:
        if (known) {
            memcpy(to->data, words, sizeof words);
        }
        return answer(ABI_SUCCESS, 0);
    case ABI_PROCESS_CONTROL:
        return known ? answer(ABI_FAILURE, ABI_NODEVICE) : answer(ABI_FAILURE, ABI_INVAL);
    default:
        return answer(ABI_SUCCESS_U32, PROCESSES);
    }
}

struct syscall_return syscall_command(uint32_t driver, uint32_t command, uint32_t argument0,
                                      uint32_t argument1)
{
    if (driver == board_missing) {
        return answer(ABI_FAILURE, ABI_NODEVICE);
    }
    switch (driver) {
    case ABI_DRIVER_ALARM:
        return alarm_command(command, argument0, argument1);
    case ABI_DRIVER_CONSOLE:
        return console_command(command, argument0);
    case ABI_DRIVER_RNG:
        return rng_command(argument0);
    case ABI_DRIVER_BUTTON:
        return button_command(command, argument0);
    case ABI_DRIVER_PROCESS_INFO:
        return process_command(command, argument0);
    default:
        fail_msg("driver %x", driver);
        return answer(ABI_FAILURE, ABI_NODEVICE);
    }
}
