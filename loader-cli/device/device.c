// SPDX-License-Identifier: Apache-2.0
#include "device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../posix/connect.h"
#include "offline.h"

enum {
    SLICE_MS = 100,
    READY_FACTOR = 6,
    RETRY_MS = 100,
    OTHER_JOB_MS = 3000,     /* a kernel that has just started notes that it is up */
    OTHER_SESSION_MS = 4000, /* a silent session ends after three seconds */
    PATIENCE_MIN_MS = 50,
    PATIENCE_MAX_MS = 60000,
    EMULATED_PATIENCE_MS = 10000,
    AWAIT_MIN_MS = 10000,
    BYE_MS = 500,
    SETTLE_MS = 100,
    AWAIT_MS = 250,
    AWAIT_MODE_TRIES = 20 /* in the wrong mode, before it is believed */
};

/* In slices, so that whoever cancels in the meantime need not wait for the whole of it. */
static int transport_read(void *context, uint8_t *data, size_t capacity, uint32_t timeout_ms)
{
    struct device *device = context;
    int count;

    do {
        uint32_t slice = timeout_ms < SLICE_MS ? timeout_ms : SLICE_MS;

        if (cli_cancelled(device->cli)) {
            return LINK_E_INTERRUPTED;
        }
        count = line_read(&device->line, data, capacity, slice);
        timeout_ms -= slice;
    } while (count == 0 && timeout_ms > 0);
    return count;
}

static int transport_write(void *context, const uint8_t *data, size_t length)
{
    struct device *device = context;

    return cli_cancelled(device->cli) ? (int)LINK_E_INTERRUPTED
                                      : line_write(&device->line, data, length);
}

static uint32_t transport_now(void *context)
{
    (void)context;
    return clock_ms();
}

/* What comes unasked goes on to who opened the device; progress goes to the caller, in words. */
static void on_console(void *context, uint32_t process, const uint8_t *text, size_t length)
{
    const struct link_listener *listener = ((struct device *)context)->listener;

    if (listener != NULL && listener->console != NULL) {
        listener->console(listener->context, process, text, length);
    }
}

static void on_event(void *context, uint8_t event, const uint8_t *fields, size_t length)
{
    const struct link_listener *listener = ((struct device *)context)->listener;

    if (listener != NULL && listener->event != NULL) {
        listener->event(listener->context, event, fields, length);
    }
}

static void on_text(void *context, const uint8_t *text, size_t length)
{
    const struct link_listener *listener = ((struct device *)context)->listener;

    if (listener != NULL && listener->text != NULL) {
        listener->text(listener->context, text, length);
    }
}

static void on_progress(void *context, uint32_t done, uint32_t total)
{
    struct device *device = context;

    device->transfer_done = done;
    cli_progress(device->cli, device->transfer, device->transfer_first, done, total);
}

bool device_is_over(const struct device *device)
{
    return interrupted() || cli_cancelled(device->cli);
}

const char *device_name(const struct link_name *name, char *text, size_t size)
{
    if (name->length > 0) {
        return cli_clean(name->text, name->length, text, size);
    }
    snprintf(text, size, "(no name)");
    return text;
}

static int exit_code_of(int error)
{
    switch (error) {
    case LINK_NOTHING:
        return EXIT_NOTHING;
    case LINK_BUSY:
        return EXIT_DEVICE;
    case LINK_KEY_UNKNOWN:
    case LINK_SIGNATURE:
    case LINK_DIGEST:
    case LINK_OLDER:
    case LINK_OWNER:
    case LINK_POLICY:
    case LINK_HEADER:
    case LINK_WRONG_BOARD:
    case LINK_LOCKED:
        return EXIT_REFUSED;
    case LINK_NO_FLASH:
    case LINK_NO_RAM:
    case LINK_NO_SLOT:
    case LINK_NO_IDENTITY:
        return EXIT_SPACE;
    case LINK_E_INTERRUPTED:
        return EXIT_INTERRUPTED;
    default:
        return error < 0 ? EXIT_LOST : EXIT_FAILED;
    }
}

static const char *hint_of(int error)
{
    switch (error) {
    case LINK_KEY_UNKNOWN:
        return "sign it with a key that the device's kernel was built with: loader-cli info";
    case LINK_SIGNATURE:
    case LINK_DIGEST:
        return "build and sign the package anew: loader-cli sign PACKAGE --key KEY.pem";
    case LINK_OLDER:
        return "raise the version: loader-cli pack --app-version N";
    case LINK_NO_FLASH:
        return "make room: loader-cli list, then loader-cli remove NAME; an update needs less "
               "with --in-place";
    case LINK_NO_RAM:
        return "free some: loader-cli disable NAME, or remove NAME, or lower the app's heap and "
               "stack";
    case LINK_NO_SLOT:
        return "free one: loader-cli ps, then loader-cli disable NAME or remove NAME";
    case LINK_NO_IDENTITY:
        return "update an app that the device knows; only erasing its flash makes it forget names";
    case LINK_NOTHING:
        return "loader-cli list shows what is installed";
    case LINK_BUSY:
        return "try again in a moment";
    case LINK_E_SILENT:
    case LINK_E_IO:
    case LINK_E_GARBLED:
    case LINK_E_SESSION:
    case LINK_E_PROTOCOL:
    case LINK_E_STUCK:
        return "check the cable and the device, then run the same command again: it resumes";
    case LINK_OWNER: /* an identity belongs to its owner also after removal */
    case LINK_POLICY:
        return "sign it with the owner's key, or give it a name or ShortID of your own: loader-cli "
               "pack";
    case LINK_HEADER:
    case LINK_WRONG_BOARD:
        return "loader-cli inspect shows what is in the package, loader-cli info what the device "
               "is";
    case LINK_NOT_FOUND:
        return "the device has changed meanwhile: loader-cli list";
    case LINK_READ_ONLY:
    case LINK_LOCKED:
    case LINK_FLASH:
        return "loader-cli info shows the state of the device";
    case LINK_STATE:
        return "loader-cli ps -v shows the state of each app";
    case LINK_WRONG_KIND:
        return "kernels are installed by the bootloader: loader-cli reboot --bootloader";
    default:
        return NULL;
    }
}

int device_fail(struct device *device, int error, const char *what)
{
    const char *text = error < 0 ? link_error_text(error) : link_status_text(error);
    const uint32_t *n = device->host.numbers;
    char detail[96] = "";

    if (error == LINK_NO_FLASH || error == LINK_NO_RAM) {
        snprintf(detail, sizeof detail, " (needs %u bytes, largest free is %u)", n[0], n[1]);
    } else if (error == LINK_OLDER) {
        snprintf(detail, sizeof detail, " (version %u, the device accepts %u and newer)", n[1],
                 n[0]);
    }
    if (error == LINK_E_INTERRUPTED) {
        return cli_fail(device->cli, EXIT_INTERRUPTED, NULL, "%s: interrupted", what);
    }
    if (error == LINK_UNSUPPORTED && device->line.offline != NULL) {
        return device_fail_not_running(device, what, NULL);
    }
    return cli_fail(device->cli, exit_code_of(error), hint_of(error), "%s: %s%s", what,
                    text != NULL ? text : "unknown answer", detail);
}

int device_ask(struct device *device, uint8_t command, const void *arguments, size_t length,
               const uint8_t **result, size_t *result_length)
{
    uint32_t start = clock_ms();
    int error = link_host_request(&device->host, command, arguments, length, result, result_length);

    while (error == LINK_BUSY && !device_is_over(device) && clock_ms() - start < OTHER_JOB_MS) {
        clock_sleep_ms(RETRY_MS);
        error = link_host_request(&device->host, command, arguments, length, result, result_length);
    }
    return error;
}

int device_begin(struct device *device, const struct link_begin *begin, struct link_begun *begun)
{
    uint8_t arguments[LINK_REQUEST_MAX];
    size_t length = link_put_begin(begin, arguments, sizeof arguments);
    uint32_t start = clock_ms();
    int error = link_host_begin(&device->host, arguments, length, begun);

    while (error == LINK_BUSY && !device_is_over(device) && clock_ms() - start < OTHER_JOB_MS) {
        clock_sleep_ms(RETRY_MS);
        error = link_host_begin(&device->host, arguments, length, begun);
    }
    return error;
}

int device_request(struct device *device, uint8_t command, const void *arguments, size_t length,
                   const uint8_t **result, size_t *result_length, const char *what)
{
    int error = device_ask(device, command, arguments, length, result, result_length);

    return error == 0 ? EXIT_DONE : device_fail(device, error, what);
}

/* How long the device may be silent: the setting, for lines that are slower or tests. */
static int set_patience(struct device *device)
{
    const char *text = cli_setting(device->cli, "patience_ms");
    char *end;
    unsigned long value;

    if (text[0] == '\0') {
        if (strncmp(device->line.name, "emu:", 4) == 0) {
            device->host.silence_ms = EMULATED_PATIENCE_MS; /* as slow as its computer is busy */
        }
        return EXIT_DONE;
    }
    value = strtoul(text, &end, 10);
    if (*end != '\0' || value < PATIENCE_MIN_MS || value > PATIENCE_MAX_MS) {
        return cli_fail(device->cli, EXIT_USAGE, "2500 is usual",
                        "the setting patience_ms is '%s', not %d to %d", text, PATIENCE_MIN_MS,
                        PATIENCE_MAX_MS);
    }
    device->host.silence_ms = (uint32_t)value;
    return EXIT_DONE;
}

/* What is asked right behind the hello. */
struct greeting {
    struct device *device;
    int status; /* of INFO */
};

static void take_greeting(void *context, size_t index, int status, const uint8_t *result,
                          size_t length)
{
    struct greeting *g = context;

    if (index > 0) {
        g->device->has_key = status == 0 && link_get_key(result, length, &g->device->key);
        return;
    }
    g->status =
        status != 0 || link_get_info(result, length, &g->device->info) ? status : LINK_E_PROTOCOL;
}

/* Says hello; a session over another of the device's lines ends by itself when it is silent. */
static int say_hello(struct greeting *g, bool installs)
{
    static const struct link_question questions[] = {
        {.command = LINK_INFO}, {.command = LINK_KEY, .length = 1, .argument = {0}}};
    struct link_host *host = &g->device->host;
    uint32_t start = clock_ms();
    int error = link_host_open(host, questions, installs ? 2 : 1, take_greeting, g);

    while (error == LINK_BUSY && !device_is_over(g->device) &&
           clock_ms() - start < OTHER_SESSION_MS) {
        clock_sleep_ms(RETRY_MS);
        error = link_host_open(host, questions, installs ? 2 : 1, take_greeting, g);
    }
    return error;
}

/* Opens the session; a device that has just started is busy for a while. */
static int greet(struct device *device, bool installs)
{
    struct cli *cli = device->cli;
    struct greeting greeting = {.device = device};
    uint32_t start = clock_ms();
    const uint8_t *result;
    size_t length;
    int error = say_hello(&greeting, installs);

    if (error == LINK_BUSY) {
        return cli_fail(cli, EXIT_DEVICE, "end the other program, or wait for it",
                        "%s has a session with another program, over another of its lines",
                        device->line.name);
    }
    if (error == LINK_E_VERSION) {
        return cli_fail(cli, EXIT_DEVICE, "use the loader-cli of the device's release",
                        "%s speaks version %u of the protocol, this tool version %u",
                        device->line.name, device->host.hello.version, LINK_VERSION);
    }
    if (error == LINK_E_INTERRUPTED) {
        return device_fail(device, error, device->line.name);
    }
    if (error != 0 && device->host.hello.version == 0) {
        return cli_fail(cli, EXIT_DEVICE,
                        "is it the right port, is the board powered, is its line rate 115200?",
                        "no Gantry device answers at %s: %s", device->line.name,
                        link_error_text(error) != NULL ? link_error_text(error) : "odd answer");
    }
    error = error != 0 ? error : greeting.status;
    while (error == LINK_BUSY && clock_ms() - start < READY_FACTOR * device->host.silence_ms) {
        clock_sleep_ms(RETRY_MS);
        error = link_host_request(&device->host, LINK_INFO, NULL, 0, &result, &length);
        if (error == 0 && !link_get_info(result, length, &device->info)) {
            error = LINK_E_PROTOCOL;
        }
    }
    return error == 0 ? EXIT_DONE : device_fail(device, error, device->line.name);
}

static int open_device(struct cli *cli, struct device *device, const struct link_listener *listener,
                       bool installs)
{
    char chosen[300];
    const char *selector = cli->device;
    int code;

    memset(device, 0, sizeof *device);
    device->cli = cli;
    cli_opening(cli);
    if (selector == NULL || selector[0] == '\0') {
        code = connect_choose(cli, chosen, sizeof chosen);
        if (code != EXIT_DONE) {
            return code;
        }
        selector = chosen;
    }
    code = line_open(cli, selector, &device->line);
    if (code != EXIT_DONE) {
        line_close(&device->line);
        return code;
    }
    device->transport =
        (struct link_transport){transport_read, transport_write, transport_now, device};
    device->listener = listener;
    device->hears = (struct link_listener){on_console, on_event, on_text, on_progress, device};
    link_host_init(&device->host, &device->transport, &device->hears);
    code = set_patience(device);
    code = code != EXIT_DONE ? code : greet(device, installs);
    if (code != EXIT_DONE) {
        line_close(&device->line);
        return code;
    }
    if (device->line.offline != NULL) {
        device_note_strange(device);
    }
    cli_opened(cli, device->line.name, (device->info.flags & LINK_INFO_DEVELOPMENT) != 0);
    return EXIT_DONE;
}

int device_need_kernel(struct device *device)
{
    return device->host.hello.mode == LINK_MODE_KERNEL
               ? EXIT_DONE
               : cli_fail(device->cli, EXIT_FAILED,
                          "loader-cli reboot starts the kernel; without one: loader-cli recover "
                          "KERNEL.img",
                          "%s is in its bootloader, which knows nothing of apps",
                          device->line.name);
}

int device_open(struct cli *cli, struct device *device, const struct link_listener *listener)
{
    return open_device(cli, device, listener, false);
}

int device_open_installer(struct cli *cli, struct device *device,
                          const struct link_listener *listener)
{
    return open_device(cli, device, listener, true);
}

/* Of a device that is open: refuses one that knows no apps. */
static int want_kernel(struct device *device, int code)
{
    if (code == EXIT_DONE) {
        code = device_need_kernel(device);
        if (code != EXIT_DONE) {
            device_close(device);
        }
    }
    return code;
}

int device_open_kernel(struct cli *cli, struct device *device, const struct link_listener *listener)
{
    return want_kernel(device, device_open(cli, device, listener));
}

int device_open_kernel_installer(struct cli *cli, struct device *device,
                                 const struct link_listener *listener)
{
    return want_kernel(device, device_open_installer(cli, device, listener));
}

int device_hello(struct device *device)
{
    int error;

    (void)line_set_rate(&device->line, 0); /* a session begins at the usual rate */
    device->rate_tried = false;
    device->has_key = false; /* another kernel may trust others */
    error = line_is_open(&device->line) ? link_host_hello(&device->host) : (int)LINK_E_IO;

    if (error == LINK_E_IO && line_reopen(device->cli, &device->line)) {
        device->reconnected = true;
        error = link_host_hello(&device->host);
    }
    return error;
}

/* Whether the device is back, in whichever mode. */
static bool is_back(struct device *device)
{
    const uint8_t *result;
    size_t length;

    return device_hello(device) == 0 &&
           link_host_request(&device->host, LINK_INFO, NULL, 0, &result, &length) == 0 &&
           link_get_info(result, length, &device->info);
}

int device_await(struct device *device, uint8_t mode)
{
    const uint32_t start = clock_ms();
    const uint32_t patience = READY_FACTOR * device->host.silence_ms;
    bool back = false;

    cli_restarting(device->cli);
    memset(&device->host.hello, 0, sizeof device->host.hello);
    for (int i = 0; !back && !device_is_over(device) &&
                    (clock_ms() - start < patience || clock_ms() - start < AWAIT_MIN_MS);
         i++) {
        clock_sleep_ms(AWAIT_MS);
        back = is_back(device) && (device->host.hello.mode == mode || i > AWAIT_MODE_TRIES);
    }
    if (device_is_over(device)) {
        return device_fail(device, LINK_E_INTERRUPTED, device->line.name);
    }
    if (device->host.hello.version == 0) {
        return cli_fail(device->cli, EXIT_LOST, "check the device, then run it again",
                        "the device did not come back");
    }
    return device->host.hello.mode == mode
               ? EXIT_DONE
               : cli_fail(device->cli, EXIT_FAILED, "loader-cli info shows what runs",
                          mode == LINK_MODE_KERNEL
                              ? "the device came back in its bootloader: it has no valid kernel"
                              : "the device came back with its kernel, not its bootloader");
}

int device_ask_restart(struct device *device, uint8_t where, const char *what)
{
    const uint8_t *result;
    size_t length;
    int error = link_host_request(&device->host, LINK_REBOOT, &where, 1, &result, &length);

    device->reconnected = false;
    /* A device on USB may leave the bus before its answer was fetched. */
    return error == 0 || (error == LINK_E_IO && line_comes_back(&device->line))
               ? EXIT_DONE
               : device_fail(device, error, what);
}

int device_restart(struct device *device, uint8_t where, const char *what)
{
    int code = device_ask_restart(device, where, what);

    return code != EXIT_DONE ? code
                             : device_await(device, where == LINK_REBOOT_BOOTLOADER
                                                        ? (uint8_t)LINK_MODE_BOOTLOADER
                                                        : (uint8_t)LINK_MODE_KERNEL);
}

void device_close(struct device *device)
{
    /* A borrowed line's session goes on: the monitor that lent it uses it. */
    if (!device->line.borrowed && line_is_open(&device->line)) {
        /* The line is also another tool's and a terminal's: neither is heard before it is over. */
        (void)link_host_bye(&device->host, BYE_MS);
        if (device->host.hello.mode == LINK_MODE_BOOTLOADER) {
            (void)link_host_listen(&device->host,
                                   SETTLE_MS); /* a tool of Tock's may follow at once */
        }
    }
    line_close(&device->line);
}

int device_refresh(struct device *device, const char *what)
{
    const uint8_t *result;
    size_t length;
    int code = device_request(device, LINK_INFO, NULL, 0, &result, &length, what);

    if (code == EXIT_DONE && !link_get_info(result, length, &device->info)) {
        code = device_fail(device, LINK_E_PROTOCOL, what);
    }
    return code;
}

/* Splits name@ADDRESS; answers the name's length. */
static size_t split(const char *text, bool *has_address, uint32_t *address)
{
    const char *at = strrchr(text, '@');
    char *end;

    *has_address = false;
    if (at == NULL) {
        return strlen(text);
    }
    *address = (uint32_t)strtoul(at + 1, &end, 0);
    *has_address = *end == '\0' && end != at + 1;
    return *has_address ? (size_t)(at - text) : strlen(text);
}

int device_find(struct device *device, const char *name, const struct link_entry **entry)
{
    bool has_address;
    uint32_t address = 0;
    size_t length = split(name, &has_address, &address);
    size_t found = 0;
    int code = device_list(device);

    if (code != EXIT_DONE) {
        return code;
    }
    for (size_t i = 0; i < device->app_count; i++) {
        const struct link_entry *e = &device->app[i];

        if (e->name.length == length && memcmp(e->name.text, name, length) == 0 &&
            (!has_address || e->app.address == address)) {
            *entry = e;
            found++;
        }
    }
    if (found == 0) {
        return cli_fail(device->cli, EXIT_FAILED, "loader-cli list shows what is installed",
                        "there is no app '%s' on the device", name);
    }
    if (found > 1) {
        return cli_fail(device->cli, EXIT_USAGE,
                        "name it with its address, as in NAME@0x21100000; loader-cli list shows it",
                        "there are %zu apps named '%s'", found, name);
    }
    return EXIT_DONE;
}

int device_app_command(struct device *device, uint8_t command, const struct link_entry *entry,
                       const char *what)
{
    uint8_t arguments[8];
    const uint8_t *result;
    size_t length = link_put_app(&entry->app, arguments, sizeof arguments);

    return device_request(device, command, arguments, length, &result, &length, what);
}
