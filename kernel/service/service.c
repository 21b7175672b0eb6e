// SPDX-License-Identifier: Apache-2.0
/* The serial line between link and kernel: bytes, time, output, faults. */
#include "service.h"

#include <base/bytes.h>
#include <base/checked.h>
#include <kernel/timer.h>
#include <kernel/work.h>
#include <string.h>

/*
 * The window must fit the driver's receive ring, for the time in which nobody reads it: four blocks
 * of 1043 bytes on the line, in a ring of 4352.
 */
enum { WINDOW = 4, REPLAY_SIZE = 1024 };

struct link_device service_link;

static uint8_t replay[REPLAY_SIZE];

static void run(void *context);
static struct work running = WORK(run, NULL);
static void line_ready(void *context);
static struct timer deadline = {.fired = line_ready};

/* The clock must be read before the counter behind it comes round. */
enum { REBOOT_DELAY_MS = 50, UPTIME_EVERY_MS = 30000 };

static void reboot_now(void *context);
static struct timer reboot_timer = {.fired = reboot_now};
static bool reboot_to_bootloader;

static void reboot_now(void *context)
{
    (void)context;
    service_config->reboot(reboot_to_bootloader);
}

void service_reboot_soon(bool bootloader)
{
    reboot_to_bootloader = bootloader;
    timer_arm(&reboot_timer, timer_now(), timer_from_ms(REBOOT_DELAY_MS));
}

void service_wake(void)
{
    work_post(&running);
}

static void line_ready(void *context)
{
    (void)context;
    service_wake();
}

const struct hil_serial_client service_client = {.ready = line_ready};

static size_t read_line(void *context, uint8_t *data, size_t capacity)
{
    (void)context;
    return service_config->serial->read(service_config->serial, data, capacity);
}

static size_t write_line(void *context, const uint8_t *data, size_t length)
{
    (void)context;
    return service_config->serial->write(service_config->serial, data, length);
}

/* A millisecond clock that wraps at 2^32 though the counter behind it wraps earlier. */
uint32_t service_uptime_ms(void)
{
    static struct {
        uint32_t last; /* when the clock was asked, in ticks of the counter */
        uint32_t rest; /* ticks of then that made no whole millisecond */
        uint32_t ms;
    } clock;
    uint32_t per_ms = timer_frequency() / 1000u;
    uint32_t now = timer_now();
    uint32_t passed = now - clock.last + clock.rest;

    clock.last = now;
    clock.ms += passed / per_ms;
    clock.rest = passed % per_ms;
    return clock.ms;
}

static uint32_t now_ms(void *context)
{
    (void)context;
    return service_uptime_ms();
}

static void text(void *context, uint8_t byte)
{
    (void)context;
    service_config->typed(byte);
}

static void session(void *context, bool open)
{
    (void)context;
    if (open) {
        service_forget();
    } else {
        loader_detach(); /* nobody waits for its answer any more */
        link_device_transfer_close(&service_link);
        service_config->ready();
    }
}

static void space(void *context)
{
    (void)context;
    service_config->ready();
}

static const struct link_device_config link_config = {
    .read = read_line,
    .write = write_line,
    .now_ms = now_ms,
    .request = service_request,
    .data = service_data,
    .text = text,
    .session = session,
    .space = space,
    .replay = replay,
    .replay_size = REPLAY_SIZE,
    .mode = LINK_MODE_KERNEL,
    .window = WINDOW,
    .plain_text = true,
};

static uint32_t unreported; /* one bit per process: its fault is still to be told */
static void report_faults(void);

static void run(void *context)
{
    uint32_t wait;

    (void)context;
    report_faults(); /* one that finds no place tries again when the line has moved */
    if (link_device_poll(&service_link)) {
        service_wake();
    }
    wait = ck_min(link_device_deadline(&service_link), UPTIME_EVERY_MS);
    if (service_config->raise != NULL) {
        wait = ck_min(wait, service_config->raise->poll());
    }
    wait = timer_from_ms(wait + 1);
    if (!deadline.armed || deadline.delta > wait) {
        timer_arm(&deadline, timer_now(), wait);
    }
}

static size_t write_console(struct process_id process, const uint8_t *data, size_t length)
{
    size_t taken = link_device_console(&service_link, process.value, data, length);

    service_wake();
    return taken;
}

const struct console_line service_line = {.write = write_console};

static void print(const void *text_bytes, size_t left)
{
    const uint8_t *at = text_bytes;

    while (left > 0) {
        size_t taken = link_device_console(&service_link, SERVICE_KERNEL_PROCESS, at, left);

        if (taken == 0) {
            break; /* the line is busy with more important things */
        }
        at += taken;
        left -= taken;
    }
    service_wake();
}

void service_print(const char *line)
{
    print(line, bytes_length(line));
}

static void print_hex(const char *what, uint32_t value)
{
    char digits[8];

    service_print(what);
    for (uint32_t i = 0; i < sizeof digits; i++) {
        digits[i] = "0123456789abcdef"[(value >> (28 - 4 * i)) & 15];
    }
    print(digits, sizeof digits);
}

/* For a plain terminal; a session gets the event. */
static void print_fault(const struct process_image *image, const struct fault *fault)
{
    static const char *const causes[] = {
        "none",        "memory access",         "execution",   "stack",   "bus access",
        "instruction", "alignment or division", "system call", "request",
    };

    service_print("[kernel] fault in ");
    print(image->name, image->name_length);
    service_print(": ");
    service_print(fault->cause < sizeof causes / sizeof causes[0] ? causes[fault->cause] : "?");
    print_hex(" at 0x", fault->address);
    print_hex(", pc 0x", fault->pc);
    service_print("\r\n");
}

/* Puts one report where the line takes it from. False: there is one already. */
static bool report(const struct process *process)
{
    const struct process_image *image = process_image(process);
    uint8_t fields[LINK_REPLY_MAX - 8];
    struct link_fault m = {.process = process_id(process).value, .app = image->flash_start};
    struct fault fault;
    size_t size;

    process_fault(process, &fault);
    m.cause = fault.cause;
    m.address = fault.address;
    m.pc = fault.pc;
    m.lr = fault.lr;
    m.sp = fault.sp;
    m.psr = fault.psr;
    m.status = fault.status;
    link_name_set(&m.name, image->name, image->name_length);
    size = link_put_fault(&m, fields, sizeof fields);
    return link_device_event(&service_link, LINK_EVENT_FAULT, fields, size);
}

static void report_faults(void)
{
    for (uint32_t i = 0; i < process_slots() && unreported != 0; i++) {
        const struct process *process = process_at(i);
        uint32_t bit = 1u << i;

        if ((unreported & bit) != 0 && (process == NULL || report(process))) {
            unreported &= ~bit;
        }
    }
}

void service_faulted(struct process *process, const struct fault *fault)
{
    if (!link_device_session(&service_link)) {
        print_fault(process_image(process), fault);
        return;
    }
    for (uint32_t i = 0; i < process_slots(); i++) {
        unreported |= process_at(i) == process ? 1u << i : 0;
    }
    service_wake();
}

void service_init(void)
{
    const struct hil_serial *serial = service_config->serial;

    link_device_init(&service_link, &link_config);
    (void)serial->open(serial, service_config->rate, &service_client);
}
