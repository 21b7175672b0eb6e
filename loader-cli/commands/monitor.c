// SPDX-License-Identifier: Apache-2.0
/*
 * monitor: console output of all apps, each line marked with its app, and what happens to
 * processes. It holds the line and lends it, so that other commands work beside it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <base/bytes.h>

#include "../cli/console.h"
#include "../device/device.h"
#include "../device/fault.h"
#include "../device/offline.h"
#include "../posix/text.h"
#include "commands.h"
#include "monitor.h"
#include "monitor_rtt.h"

enum {
    PROCESSES_MAX = 32,
    LINE_MAX_BYTES = 400,
    HELD_MAX = 4096,
    KERNEL_PROCESS = -2,
    ASKS = 3, /* for the name of a process, before it counts as gone */
    SLICE_MS = 250,
    TRIES = 20,
    SECONDS_MAX = 31 * 86400 /* its milliseconds fit the clock */
};

struct monitor_wanted monitor_wanted = {
    .lines = MONITOR_ENDLESS, .seconds = MONITOR_ENDLESS, .reconnect = -1};

static const struct poptOption options[] = {
    {"rtt", 0, POPT_ARG_NONE, &monitor_wanted.rtt, 0,
     "through a debug probe: what the target writes into rings in its RAM", NULL},
    {"input", 0, POPT_ARG_NONE, &monitor_wanted.input, 0,
     "what is typed goes to the target of --rtt", NULL},
    {"lines", 0, POPT_ARG_INT, &monitor_wanted.lines, 0, "end after so many lines", "N"},
    {"for", 0, POPT_ARG_INT, &monitor_wanted.seconds, 0, "end after so many seconds", "SECONDS"},
    {"until", 0, POPT_ARG_STRING, &monitor_wanted.until, 0, "end at a line that matches", "REGEX"},
    {"timestamps", 't', POPT_ARG_NONE, &monitor_wanted.timestamps, 0, "print the time in front",
     NULL},
    {"log", 0, POPT_ARG_STRING, &monitor_wanted.log, 0,
     "append the lines to a file, each with date and time", "FILE"},
    {"reset", 0, POPT_ARG_NONE, &monitor_wanted.reset, 0, "restart the device first", NULL},
    {"reconnect", 0, POPT_ARG_INT, &monitor_wanted.reconnect, 0,
     "wait so long for a device that went away, by whatever line (on USB and when silent: 20 "
     "tries)",
     "SECONDS"},
    POPT_TABLEEND,
};

/* A process whose output is put together to lines. */
struct source {
    uint32_t process;
    char name[160];
    char text[LINE_MAX_BYTES];
    size_t used;
    char held[HELD_MAX]; /* lines that wait for the process's name, each behind when it was said */
    size_t held_used;
    uint32_t heard; /* when it last spoke, counted in pieces of output */
    uint8_t asked;  /* how often its name was asked for */
    bool named;
    bool taken;
};

struct monitor {
    struct cli *cli;
    struct device *device;
    struct source source[PROCESSES_MAX];
    struct console console;
    int printed;
    uint32_t pieces;   /* of output that have come */
    bool names_wanted; /* an unknown process spoke */
    bool matched;
    uint32_t start;          /* of watching through a probe */
    uint32_t matched_at;     /* when the line that matched came, counted like `pieces` */
    struct pattern *pattern; /* of --until; NULL: none */
};

/* What came before the line that ends it is shown, also when it had to wait for its name. */
static bool is_over(const struct monitor *m, uint32_t said)
{
    return (m->matched && said >= m->matched_at) ||
           (monitor_wanted.lines > 0 && m->printed >= monitor_wanted.lines);
}

/* said: when the line came, counted in pieces of output. */
static void print_line(struct monitor *m, const char *name, const char *text, uint32_t said)
{
    if (is_over(m, said)) {
        return;
    }
    console_print(&m->console, name, text);
    m->printed++;
    if (m->pattern != NULL && pattern_matches(m->pattern, text)) {
        m->matched = true;
        m->matched_at = said;
    }
}

/* Prints what was held back. */
static void release_held(struct monitor *m, struct source *s)
{
    size_t at = 0;

    while (at < s->held_used) {
        const char *line = s->held + at + sizeof m->pieces;
        uint32_t said;

        memcpy(&said, s->held + at, sizeof said);
        print_line(m, s->name, line, said);
        at += sizeof said + strlen(line) + 1;
    }
    s->held_used = 0;
}

static void flush_line(struct monitor *m, struct source *s)
{
    char clean[LINE_MAX_BYTES * 2];
    size_t length;

    cli_clean(s->text, s->used, clean, sizeof clean);
    s->used = 0;
    length = strlen(clean) + 1;
    if (s->named) {
        print_line(m, s->name, clean, m->pieces);
        return;
    }
    m->names_wanted = true;
    if (sizeof m->pieces + length > sizeof s->held - s->held_used) {
        release_held(m, s); /* better without a name than lost */
    }
    memcpy(s->held + s->held_used, &m->pieces, sizeof m->pieces);
    memcpy(s->held + s->held_used + sizeof m->pieces, clean, length);
    s->held_used += sizeof m->pieces + length;
}

/* Prints what there is of a source, whole lines or not, named or not, and gives its place free. */
static void give_up(struct monitor *m, struct source *s)
{
    release_held(m, s);
    if (s->used > 0) {
        s->named = true;
        flush_line(m, s);
    }
    memset(s, 0, sizeof *s);
}

/* The source for a process; the longest silent one makes place for a new one. */
static struct source *find_source(struct monitor *m, uint32_t process)
{
    struct source *free_one = &m->source[0];

    for (size_t i = 0; i < PROCESSES_MAX; i++) {
        struct source *s = &m->source[i];

        if (s->taken && s->process == process) {
            return s;
        }
        if (free_one->taken && (!s->taken || s->heard < free_one->heard)) {
            free_one = s;
        }
    }
    give_up(m, free_one);
    free_one->process = process;
    free_one->taken = true;
    if (process == (uint32_t)KERNEL_PROCESS) {
        snprintf(free_one->name, sizeof free_one->name, "kernel");
        free_one->named = true;
    } else {
        snprintf(free_one->name, sizeof free_one->name, "#%u", process);
        m->names_wanted = true;
    }
    return free_one;
}

static void on_console(void *context, uint32_t process, const uint8_t *text, size_t length)
{
    struct monitor *m = context;
    struct source *s = find_source(m, process);

    s->heard = ++m->pieces;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n' || s->used == sizeof s->text) {
            flush_line(m, s);
        } else if (text[i] != '\r') {
            s->text[s->used++] = (char)text[i];
        }
    }
}

static void on_event(void *context, uint8_t event, const uint8_t *fields, size_t length)
{
    struct monitor *m = context;
    struct link_fault fault;
    char name[160];
    char words[160];
    char line[400];

    if (event == LINK_EVENT_FAULT && link_get_fault(fields, length, &fault)) {
        fault_words(fault.cause, fault.address, fault.pc, words, sizeof words);
        snprintf(line, sizeof line, "FAULT in %s (process %u): %s",
                 device_name(&fault.name, name, sizeof name), fault.process, words);
        print_line(m, name, line, m->pieces);
    } else if (event == LINK_EVENT_DROPPED && length == 4) {
        snprintf(line, sizeof line, "(%u bytes of earlier output were not kept)",
                 bytes_get_u32(fields));
        print_line(m, "monitor", line, m->pieces);
    }
}

/*
 * Wants names again while lines wait for one: a process can have begun behind the question for its
 * slot. One whose name does not come is gone, and its lines are printed without.
 */
static void want_names(struct monitor *m)
{
    m->names_wanted = false;
    for (size_t i = 0; i < PROCESSES_MAX; i++) {
        struct source *s = &m->source[i];

        if (s->taken && !s->named && s->held_used > 0) {
            s->asked++;
            s->named = s->asked >= ASKS;
            m->names_wanted |= !s->named;
            if (s->named) {
                release_held(m, s);
            }
        }
    }
}

/* Learns the names of processes that have spoken. */
static int learn_names(struct monitor *m)
{
    for (uint8_t i = 0; i < m->device->info.process_slots; i++) {
        struct link_process process;
        const uint8_t *result;
        size_t length;
        int error = link_host_request(&m->device->host, LINK_PROCESS, &i, 1, &result, &length);

        if (error != 0) {
            return error;
        }
        if (length > 0 && link_get_process(result, length, &process)) {
            struct source *s = find_source(m, process.process);

            s->heard = ++m->pieces; /* it runs: no place to be given away for it */
            device_name(&process.name, s->name, sizeof s->name);
            s->named = true;
            release_held(m, s);
        }
    }
    want_names(m);
    return 0;
}

static void give_up_all(struct monitor *m)
{
    for (size_t i = 0; i < PROCESSES_MAX; i++) {
        give_up(m, &m->source[i]);
    }
}

static bool is_done(const struct monitor *m, uint32_t start)
{
    return m->matched || ferror(stdout) != 0 ||
           (monitor_wanted.lines > 0 && m->printed >= monitor_wanted.lines) ||
           (monitor_wanted.seconds > 0 &&
            clock_ms() - start >= (uint32_t)monitor_wanted.seconds * 1000u);
}

/* It ended before --until did. */
static int no_match(const struct monitor *m)
{
    return cli_fail(m->cli, EXIT_FAILED, "without --until it shows what is printed",
                    "no line matched '%s'", monitor_wanted.until);
}

/* Whether one more try makes sense of a device that has been away since then. */
static bool may_come_back(int tries, uint32_t since)
{
    return monitor_wanted.reconnect < 0
               ? tries < TRIES
               : clock_ms() - since < (uint32_t)monitor_wanted.reconnect * 1000u;
}

/* After the device was restarted, or while it is away: opens the session again. */
static int reconnect(struct monitor *m, uint32_t start)
{
    const uint32_t since = clock_ms();

    if (monitor_wanted.reconnect >= 0) {
        cli_note(m->cli, "%s went away", m->device->line.name);
    }
    for (int i = 0; may_come_back(i, since) && !interrupted() && !is_done(m, start); i++) {
        int error = link_host_hello(&m->device->host);

        if (error == 0) {
            give_up_all(m); /* the numbers of processes begin anew */
            if (monitor_wanted.reconnect >= 0) {
                cli_note(m->cli, "%s is back", m->device->line.name);
            }
            return 0;
        }
        clock_sleep_ms(SLICE_MS);
        if (error == LINK_E_IO) {
            (void)line_reopen(m->cli, &m->device->line);
        }
    }
    return interrupted() ? LINK_E_INTERRUPTED : LINK_E_SILENT;
}

/* Whether the session can be opened again after such an error. */
static bool is_passing(const struct monitor *m, int error)
{
    return error == LINK_E_SILENT || error == LINK_E_GARBLED || error == LINK_E_SESSION ||
           (error == LINK_E_IO &&
            (monitor_wanted.reconnect > 0 || line_comes_back(&m->device->line)));
}

static int watch(struct monitor *m)
{
    uint32_t start = clock_ms();
    int error = learn_names(m);

    /* Who has borrowed the line may finish first. */
    while (!is_done(m, start) || m->device->line.borrower_fd >= 0) {
        if (error == LINK_E_INTERRUPTED) {
            return monitor_wanted.until != NULL ? EXIT_INTERRUPTED : EXIT_DONE;
        }
        if (is_passing(m, error)) {
            error = reconnect(m, start);
        }
        if (error != 0 && error != LINK_E_INTERRUPTED) {
            return device_fail(m->device, error, "monitor");
        }
        if (m->device->line.borrower_fd >= 0) {
            /* The line is lent: only listen. */
            m->device->host.sent_ms = clock_ms();
            m->names_wanted = true;
            error = link_host_listen(&m->device->host, 20);
        } else {
            error = m->names_wanted ? learn_names(m) : 0;
            error = error != 0 ? error : link_host_listen(&m->device->host, SLICE_MS / 5);
        }
    }
    if (monitor_wanted.until != NULL && !m->matched) {
        return no_match(m);
    }
    return EXIT_DONE;
}

/* Opens the device, prepares it, watches, and lets go of it. */
static int run_on_device(struct monitor *m, const struct link_listener *listener,
                         monitor_prepare prepare, void *context)
{
    int code = device_open_kernel(m->cli, m->device, listener);

    if (code != EXIT_DONE) {
        return code;
    }
    if (m->device->line.offline != NULL) {
        code = device_fail_not_running(
            m->device, "monitor",
            "start the board; through a debug probe --rtt shows what it writes");
        device_close(m->device);
        return code;
    }
    code = monitor_wanted.reset != 0 ? device_restart(m->device, LINK_REBOOT_KERNEL, "monitor")
                                     : EXIT_DONE;
    if (code == EXIT_DONE && prepare != NULL) {
        code = prepare(m->device, context);
    }
    if (code == EXIT_DONE) {
        line_lend(&m->device->line);
        code = watch(m);
    }
    give_up_all(m);
    device_close(m->device);
    return code;
}

/* A ring of RTT is as a process that has its name already. */
static void on_rtt(void *context, uint32_t ring, const char *name, const uint8_t *data,
                   size_t length)
{
    struct monitor *m = context;
    struct source *s = find_source(m, ring);

    snprintf(s->name, sizeof s->name, "%.*s", (int)sizeof s->name - 1, name);
    s->named = true;
    on_console(m, ring, data, length);
}

static bool rtt_is_done(void *context)
{
    const struct monitor *m = context;

    return is_done(m, m->start);
}

static int run_on_probe(struct monitor *m)
{
    const struct rtt_watcher watcher = {on_rtt, rtt_is_done, m};
    int code;

    m->start = clock_ms();
    code = monitor_rtt(m->cli, &watcher, monitor_wanted.reset != 0, monitor_wanted.input != 0);
    give_up_all(m);
    if (code == EXIT_INTERRUPTED && monitor_wanted.until == NULL) {
        return EXIT_DONE;
    }
    return code == EXIT_DONE && monitor_wanted.until != NULL && !m->matched ? no_match(m) : code;
}

bool monitor_numbers_are_sound(void)
{
    const struct monitor_wanted *w = &monitor_wanted;

    return (w->lines == MONITOR_ENDLESS || w->lines > 0) &&
           (w->seconds == MONITOR_ENDLESS || (w->seconds > 0 && w->seconds <= SECONDS_MAX)) &&
           w->reconnect >= -1 && w->reconnect <= SECONDS_MAX;
}

int monitor_run(struct cli *cli, monitor_prepare prepare, void *context)
{
    static struct monitor m;
    static struct device device;
    const struct link_listener listener = {.console = on_console, .event = on_event, .context = &m};
    const char *pattern = monitor_wanted.until;
    int code;

    if (monitor_wanted.input != 0 && monitor_wanted.rtt == 0) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli monitor --help", "--input needs --rtt");
    }
    m = (struct monitor){.cli = cli, .device = &device};
    if (!monitor_numbers_are_sound()) {
        return cli_fail(cli, EXIT_USAGE, NULL,
                        "a number is 0 or negative, or of more than a month");
    }
    m.pattern = pattern != NULL ? pattern_new(pattern) : NULL;
    if (pattern != NULL && m.pattern == NULL) {
        return cli_fail(cli, EXIT_USAGE, NULL, "'%s' is not a regular expression", pattern);
    }
    code = console_open(&m.console, cli, monitor_wanted.log, monitor_wanted.timestamps != 0,
                        monitor_wanted.lines > 0 ? (size_t)monitor_wanted.lines : 0);
    if (code == EXIT_DONE) {
        code = monitor_wanted.rtt != 0 ? run_on_probe(&m)
                                       : run_on_device(&m, &listener, prepare, context);
    }
    code = console_close(&m.console, code);
    pattern_free(m.pattern);
    return code;
}

static int run(struct cli *cli, int count, const char **argument)
{
    (void)argument;
    return count == 0 ? monitor_run(cli, NULL, NULL)
                      : cli_fail(cli, EXIT_USAGE, NULL, "monitor takes no arguments");
}

const struct command command_monitor = {
    .name = "monitor",
    .group = "Device",
    .summary = "Show what the apps print and what happens to them",
    .usage = "",
    .help = "Every line is marked with its app. What was printed while nobody listened comes "
            "first, as\n"
            "far as the device kept it. Other commands work beside a monitor that runs. Ctrl-C "
            "ends.\n"
            "With --quiet nothing is shown: a --log is written all the same, and --until ends "
            "it.\n\n"
            "  loader-cli monitor --until 'ready' --for 10\n"
            "  loader-cli -d openocd: --board raspberry_pi_pico monitor --rtt\n"
            "  loader-cli monitor --reset -t --log board.log --reconnect 3600",
    .options = options,
    .run = run,
};
