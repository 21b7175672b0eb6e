// SPDX-License-Identifier: Apache-2.0
#include "monitor_rtt.h"

#include <stdio.h>
#include <string.h>

#include <base/checked.h>
#include <link/error.h>

#include "../offline/gdb_memory.h"
#include "../posix/line.h"
#include "../posix/terminal.h"
#include "../transport/rtt.h"

enum {
    SEARCH_PIECE = 64 * 1024, /* of RAM, between two looks at the clock */
    TAKE_MAX = 8192,
    IDLE_MS = 20,
    HALTING_IDLE_MS = 60, /* where each look stops the target: it should run most of the time */
    NOTE_AFTER_MS = 2000,
    INPUT_MAX = 512
};

struct watch {
    struct cli *cli;
    const struct rtt_watcher *watcher;
    struct gdb *gdb;
    struct rtt rtt;
    char name[RTT_RINGS_MAX][4 * RTT_NAME_MAX + 8];
    bool complained[RTT_RINGS_MAX];
    bool was_found;
    bool noted; /* that there is no block yet */
    uint32_t since;
    uint8_t input[INPUT_MAX];
    uint32_t input_used;
    bool wants_input;
};

static int read_memory(void *context, uint32_t address, uint8_t *data, uint32_t length)
{
    return gdb_read(context, address, data, length);
}

static int write_memory(void *context, uint32_t address, const uint8_t *data, uint32_t length)
{
    return gdb_write(context, address, data, length);
}

/* The names of the rings, once for each control block. */
static void learn_names(struct watch *w)
{
    char raw[RTT_NAME_MAX + 1];

    for (uint32_t i = 0; i < w->rtt.up_count; i++) {
        rtt_name(&w->rtt, i, raw);
        if (raw[0] != '\0') {
            cli_clean(raw, strlen(raw), w->name[i], sizeof w->name[i]);
        } else {
            snprintf(w->name[i], sizeof w->name[i], "rtt%u", i);
        }
        w->complained[i] = false;
    }
}

static int search(struct watch *w)
{
    int error = rtt_search(&w->rtt, SEARCH_PIECE);

    if (error == 0 && w->rtt.found) {
        cli_note(w->cli, "control block at 0x%08x: %u rings up, %u down", w->rtt.block,
                 w->rtt.up_count, w->rtt.down_count);
        learn_names(w);
        w->was_found = true;
    } else if (!w->noted && clock_ms() - w->since > NOTE_AFTER_MS) {
        w->noted = true;
        cli_note(w->cli, "there is no control block in 0x%08x to 0x%08x yet: looking on",
                 w->rtt.start, w->rtt.start + w->rtt.size);
    }
    return error;
}

/* Takes what one ring has. *some: there was something. */
static int take(struct watch *w, uint32_t ring, bool *some)
{
    uint8_t data[TAKE_MAX];
    int count = rtt_take(&w->rtt, ring, data, sizeof data);

    if (count == LINK_E_PROTOCOL) {
        /* Empty descriptors are usual: a program need not use all that its block has. */
        if (!w->complained[ring] && w->rtt.up[ring].size != 0) {
            cli_note(w->cli, "note: ring %u is damaged, and is left out until it is sound again",
                     ring);
        }
        w->complained[ring] = true;
        return 0;
    }
    if (count > 0) {
        w->complained[ring] = false;
        w->watcher->text(w->watcher->context, ring, w->name[ring], data, (size_t)count);
        *some = true;
    }
    return count < 0 ? count : 0;
}

static int give(struct watch *w)
{
    int count = 0;

    if (w->wants_input && w->input_used < sizeof w->input) {
        w->wants_input = terminal_input(w->input, sizeof w->input, &w->input_used);
    }
    if (w->input_used > 0) {
        count = rtt_give(&w->rtt, 0, w->input, w->input_used);
    }
    if (count > 0) {
        memmove(w->input, w->input + count, w->input_used - (uint32_t)count);
        w->input_used -= (uint32_t)count;
    }
    return count < 0 && count != LINK_E_PROTOCOL ? count : 0;
}

static int exchange(struct watch *w, bool *some)
{
    int error = w->rtt.found ? rtt_look(&w->rtt) : 0;

    if (error != 0) {
        return error;
    }
    if (!w->rtt.found) {
        if (w->was_found) {
            cli_note(w->cli, "the control block is gone: looking for it anew");
            w->was_found = false;
            w->noted = true;
            w->rtt.next = 0;
        }
        *some = true; /* the sooner the better */
        return search(w);
    }
    for (uint32_t i = 0; error == 0 && i < w->rtt.up_count; i++) {
        error = take(w, i, some);
    }
    return error != 0 ? error : give(w);
}

/* One look; the target is stopped for it where its server knows no other way. */
static int poll_target(struct watch *w, bool *some)
{
    const bool halts = !w->gdb->dialect->reads_running;
    int error = halts ? gdb_halt(w->gdb) : 0;

    error = error != 0 ? error : exchange(w, some);
    return error != 0 ? error : gdb_run(w->gdb);
}

static int watch(struct watch *w, bool reset)
{
    int error = reset ? gdb_reset(w->gdb) : 0;

    w->since = clock_ms();
    error = error != 0 ? error : gdb_run(w->gdb);
    if (error == 0 && !w->gdb->dialect->reads_running) {
        cli_note(w->cli, "note: this server reads memory of a halted target only: it is stopped "
                         "for each look");
    }
    while (error == 0 && !interrupted() && !w->watcher->is_done(w->watcher->context)) {
        bool some = false;

        error = poll_target(w, &some);
        if (error == 0 && (!some || !w->gdb->dialect->reads_running)) {
            clock_sleep_ms(w->gdb->dialect->reads_running ? IDLE_MS : HALTING_IDLE_MS);
        }
    }
    return error;
}

static int failed(struct cli *cli, const char *device, int error)
{
    const char *text = link_error_text(error);

    return cli_fail(cli, EXIT_LOST, "check the probe, its cable and the target's power",
                    "%s: the probe does not answer any more: %s", device,
                    text != NULL ? text : "odd answer");
}

static int watch_line(struct cli *cli, struct line *line, struct watch *w, bool reset)
{
    const struct board *board = line->offline != NULL ? offline_board(line->offline) : NULL;
    struct rtt_memory memory = {read_memory, write_memory, NULL};
    int error;

    w->gdb = line->offline != NULL ? gdb_memory_client(offline_memory(line->offline)) : NULL;
    if (w->gdb == NULL) {
        return cli_fail(cli, EXIT_DEVICE, "-d openocd:, pyocd:, jlink:, bmp: or gdb:HOST:PORT",
                        "%s is no debug probe, and --rtt needs one", line->name);
    }
    if (board->ram.size == 0) {
        return cli_fail(cli, EXIT_FAILED, "add \"ram\": {\"address\": ..., \"size\": ...}",
                        "the description of %s does not say where its RAM is", board->name);
    }
    memory.context = w->gdb;
    rtt_init(&w->rtt, &memory, board->ram.address, board->ram.size);
    json_object_set_new(cli->result, "device", json_string(line->name));
    error = watch(w, reset);
    if (interrupted() || error == LINK_E_INTERRUPTED) {
        return EXIT_INTERRUPTED;
    }
    return error == 0 ? EXIT_DONE : failed(cli, line->name, error);
}

int monitor_rtt(struct cli *cli, const struct rtt_watcher *watcher, bool reset, bool input)
{
    static struct watch w;
    struct line line;
    int code;

    if (cli->device == NULL || cli->device[0] == '\0') {
        return cli_fail(cli, EXIT_USAGE, "-d openocd:, pyocd:, jlink:, bmp: or gdb:HOST:PORT",
                        "--rtt needs the name of a debug probe");
    }
    interrupt_catch();
    w = (struct watch){.cli = cli, .watcher = watcher, .wants_input = input};
    code = line_open(cli, cli->device, &line);
    code = code != EXIT_DONE ? code : watch_line(cli, &line, &w, reset);
    line_close(&line);
    return code;
}
