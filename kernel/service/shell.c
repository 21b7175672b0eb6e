// SPDX-License-Identifier: Apache-2.0
/*
 * The text shell. One line is read, then its command is run in steps, each of which puts one line
 * of output together; the next step waits until the serial line has taken it.
 */
#include <kernel/shell.h>

#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <kernel/console.h>
#include <kernel/kernel.h>

#include "service.h"

enum { LINE_SIZE = 64, OUT_SIZE = 160, NAME_WIDTH = 20, BACKSPACE = 8, DELETE = 127, SPACE = 32 };

/* Puts the next line of a command's output together; false when that was the last. */
typedef bool step(uint32_t number);

static char line[LINE_SIZE];
static uint32_t typed;
static const char *argument; /* of the command, inside `line`; never NULL while one runs */
static char out[OUT_SIZE];
static uint32_t used;
static uint32_t sent;
static step *running; /* NULL: a line is being read */
static uint32_t number;
static bool hibernating;

static void put(const char *text)
{
    uint32_t length = ck_min((uint32_t)bytes_length(text), OUT_SIZE - used);

    memcpy(out + used, text, length);
    used += length;
}

static void put_number(uint32_t value, uint32_t width)
{
    char digits[11] = {0};
    uint32_t at = sizeof digits - 1;

    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    for (uint32_t length = sizeof digits - 1 - at; length < width; length++) {
        put(" ");
    }
    put(digits + at);
}

static void put_hex(uint32_t value)
{
    char digits[11] = "0x00000000";

    for (uint32_t i = 0; i < 8; i++) {
        digits[2 + i] = "0123456789abcdef"[(value >> (28 - 4 * i)) & 15];
    }
    put(digits);
}

/* A name, without what a terminal could take for more than text. */
static void put_name(const struct process *process, uint32_t width)
{
    const struct process_image *image = process_image(process);

    for (uint32_t i = 0; i < ck_max(image->name_length, width); i++) {
        char c = ' ';

        if (i < image->name_length) {
            c = (char)image->name[i];
            c = (image->name[i] < SPACE || image->name[i] == DELETE) ? '?' : c;
        }
        if (used < OUT_SIZE) {
            out[used++] = c;
        }
    }
}

static void put_labelled(const char *label, uint32_t value)
{
    put(label);
    put_number(value, 0);
    put("\r\n");
}

static const char *state_of(const struct process *process)
{
    static const char *const states[] = {
        [ABI_PROCESS_RUNNING] = "Running",        [ABI_PROCESS_YIELDED] = "Yielded",
        [ABI_PROCESS_YIELDED_FOR] = "YieldedFor", [ABI_PROCESS_STOPPED] = "Stopped",
        [ABI_PROCESS_FAULTED] = "Faulted",        [ABI_PROCESS_TERMINATED] = "Terminated",
    };

    return states[process_state(process)];
}

static bool is_named(const struct process *process)
{
    const struct process_image *image = process_image(process);

    return process != NULL && bytes_length(argument) == image->name_length &&
           bytes_equal(argument, image->name, image->name_length);
}

static bool unknown(uint32_t at)
{
    (void)at;
    put("Valid commands are: help status list stop start fault boot terminate process kernel reset "
        "panic console-start console-stop\r\n");
    return false;
}

static bool help(uint32_t at)
{
    if (at > 0) {
        return unknown(at);
    }
    put("Welcome to the process console.\r\n");
    return true;
}

static bool status(uint32_t at)
{
    uint32_t total = 0;
    uint32_t active = 0;
    uint32_t slices = 0;

    (void)at;
    for (uint32_t i = 0; i < process_slots(); i++) {
        const struct process *process = process_at(i);
        struct process_statistics s;

        if (process != NULL) {
            process_statistics(process, &s);
            total++;
            active += process_is_alive(process) ? 1 : 0;
            slices += s.slices_expired;
        }
    }
    put_labelled("Total processes: ", total);
    put_labelled("Active processes: ", active);
    put_labelled("Timeslice expirations: ", slices);
    return false;
}

static void put_row(const struct process *process)
{
    uint32_t short_id = process_image(process)->short_id;
    struct process_statistics s;
    struct process_use use;

    process_statistics(process, &s);
    process_use(process, &use);
    put_number(process_id(process).value, 4);
    put("  ");
    if (short_id != 0) {
        put_hex(short_id);
    } else {
        put("Unique    ");
    }
    put(" ");
    put_name(process, NAME_WIDTH);
    put_number(s.slices_expired, 6);
    put_number(s.syscalls, 10);
    put_number(s.restarts, 10);
    put_number(use.grants, 5);
    put("/");
    put_number(use.drivers, 2);
    put("  ");
    put(state_of(process));
    put("\r\n");
}

static bool list(uint32_t at)
{
    if (at == 0) {
        put(" PID  ShortID    Name                Quanta  Syscalls  Restarts  Grants  State\r\n");
    } else if (process_at(at - 1) != NULL) {
        put_row(process_at(at - 1));
    }
    return at < process_slots();
}

/* Does something to every process of the name, and says so. */
static bool each(uint32_t at, uint32_t action, const char *done)
{
    struct process *process = process_at(at);

    if (process != NULL && is_named(process)) {
        int error = process_control(process, action);

        put("Process ");
        put_name(process, 0);
        put(error == 0 ? done : " is not in a state for that");
        put("\r\n");
    }
    return at + 1 < process_slots();
}

static bool start(uint32_t at)
{
    return each(at, ABI_PROCESS_RESUME, " resumed.");
}

static bool stop(uint32_t at)
{
    return each(at, ABI_PROCESS_STOP, " stopped");
}

static bool fault(uint32_t at)
{
    return each(at, ABI_PROCESS_FAULT, " now faulted");
}

static bool boot(uint32_t at)
{
    return each(at, ABI_PROCESS_BOOT, " booted");
}

static bool terminate(uint32_t at)
{
    return each(at, ABI_PROCESS_TERMINATE, " terminated");
}

static void put_range(const char *what, uint32_t from, uint32_t to)
{
    put("  ");
    put_hex(from);
    put(" - ");
    put_hex(to);
    put("  ");
    put(what);
    put("\r\n");
}

static bool process_line(const struct process *process, uint32_t at)
{
    const struct process_image *image = process_image(process);
    struct process_statistics s;
    struct process_memory m;

    process_statistics(process, &s);
    process_memory(process, &m);
    switch (at) {
    case 0:
        put("Process: ");
        put_name(process, 0);
        put("  [");
        put(state_of(process));
        put("]\r\n");
        return true;
    case 1:
        put_labelled("  Events queued: ", process_upcalls(process));
        put_labelled("  Syscall count: ", s.syscalls);
        put_labelled("  Dropped upcall count: ", s.upcalls_dropped);
        return true;
    case 2:
        put_labelled("  Restart count: ", s.restarts);
        put_labelled("  Completion code: ", s.completion);
        return true;
    case 3:
        put_range("RAM: kernel's state and grants", m.grant_start, m.start + m.size);
        put_range("RAM: unused", m.app_break, m.grant_start);
        return true;
    case 4:
        put_range("RAM: app", m.start, m.app_break);
        put_range("flash: binary and footers", image->app_start,
                  image->flash_start + image->flash_size);
        return true;
    default:
        put_range("flash: header and protected", image->flash_start, image->app_start);
        return false;
    }
}

/* Of the first one of this name. */
static bool process(uint32_t at)
{
    for (uint32_t i = 0; i < process_slots(); i++) {
        if (process_at(i) != NULL && is_named(process_at(i))) {
            return process_line(process_at(i), at);
        }
    }
    return false;
}

static bool kernel(uint32_t at)
{
    const struct store_extent *apps = &loader_store()->config->apps;

    if (at == 0) {
        put_labelled("Kernel version: 2.3, Gantry ", loader_kernel_version());
        put("  on ");
        put(service_config->board);
        put("\r\n");
        return true;
    }
    put("  ");
    put_hex(service_config->kernel_slot);
    put("  kernel slot\r\n");
    put_range("flash for apps", apps->address, apps->address + apps->size);
    return false;
}

static bool reset(uint32_t at)
{
    if (at > 0) {
        service_config->reboot(false);
    }
    put("Resetting.\r\n");
    return true;
}

static bool panic(uint32_t at)
{
    if (at > 0) {
        kernel_panic("asked for on the shell", NULL);
    }
    put("Panic.\r\n");
    return true;
}

static bool hibernate(uint32_t at)
{
    (void)at;
    hibernating = true;
    put("What is typed goes to the apps now, until console-start.\r\n");
    return false;
}

static bool wake(uint32_t at)
{
    (void)at;
    return false;
}

static step *find(const char *word)
{
    static const struct {
        const char *word;
        step *step;
    } commands[] = {
        {"help", help},          {"status", status},
        {"list", list},          {"start", start},
        {"stop", stop},          {"fault", fault},
        {"boot", boot},          {"terminate", terminate},
        {"process", process},    {"kernel", kernel},
        {"reset", reset},        {"panic", panic},
        {"console-start", wake}, {"console-stop", hibernate},
    };

    for (uint32_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        uint32_t length = (uint32_t)bytes_length(commands[i].word);

        if (bytes_length(word) == length && bytes_equal(word, commands[i].word, length)) {
            return commands[i].step;
        }
    }
    return unknown;
}

/* Sends what has been put together; false while some of it waits for room. */
static bool flush(void)
{
    while (sent < used) {
        size_t taken = link_device_console(&service_link, SERVICE_KERNEL_PROCESS,
                                           (const uint8_t *)out + sent, used - sent);

        if (taken == 0) {
            return false;
        }
        sent += (uint32_t)taken;
    }
    used = 0;
    sent = 0;
    return true;
}

/* Goes on as far as the line lets it. In a session nothing of this is for anybody. */
static void pump(void)
{
    if (link_device_session(&service_link)) {
        running = NULL;
        used = 0;
        sent = 0;
        return;
    }
    while (flush() && running != NULL) {
        bool more = running(number++);

        if (!more) {
            running = NULL;
            put(hibernating ? "" : "tock$ ");
        }
    }
    service_wake();
}

/* A line is complete: splits it into the command and its argument. */
static void obey(void)
{
    uint32_t at = 0;

    line[typed] = '\0';
    typed = 0;
    while (line[at] != '\0' && line[at] != ' ') {
        at++;
    }
    argument = line + at;
    if (line[at] == ' ') {
        line[at] = '\0';
        argument++;
    }
    number = 0;
    if (hibernating) {
        hibernating = find(line) != wake;
        running = hibernating ? NULL : wake;
    } else {
        running = line[0] != '\0' ? find(line) : wake;
    }
}

static void echo(const char *text)
{
    if (!hibernating) {
        put(text);
    }
}

static void take(uint8_t byte)
{
    if (byte == '\r' || byte == '\n') {
        echo("\r\n");
        obey();
    } else if (byte == BACKSPACE || byte == DELETE) {
        if (typed > 0) {
            typed--;
            echo("\b \b");
        }
    } else if (byte >= SPACE && typed < LINE_SIZE - 1) {
        line[typed++] = (char)byte;
        echo((const char[2]){(char)byte, '\0'});
    }
}

void shell_typed(uint8_t byte)
{
    if (hibernating) {
        console_typed(byte);
    }
    /* What is typed while a command answers is not kept. */
    if (running == NULL) {
        take(byte);
    }
    pump();
}

void shell_ready(void)
{
    console_ready();
    pump();
}
