// SPDX-License-Identifier: Apache-2.0
/* The command lines of probes' GDB servers; docs/probes.md says where each word comes from. */
#include <stdarg.h>
#include <string.h>

#include "probe_server.h"

__attribute__((format(printf, 2, 3))) static void add(struct probe_words *words, const char *format,
                                                      ...)
{
    char *at = words->text + words->used;
    const size_t room = sizeof words->text - words->used;
    va_list list;
    int length;

    va_start(list, format);
    length = vsnprintf(at, room, format, list);
    va_end(list);
    if (length < 0 || (size_t)length >= room || words->count == PROBE_WORDS_MAX) {
        words->full = true;
        return;
    }
    words->word[words->count++] = at;
    words->word[words->count] = NULL;
    words->used += (size_t)length + 1;
}

/* The program: as a setting names it, else as it is called. */
static void begin(struct cli *cli, struct probe_words *words, const char *setting,
                  const char *usual)
{
    const char *named = cli_setting(cli, setting);

    *words = (struct probe_words){.count = 0};
    add(words, "%s", named[0] != '\0' ? named : usual);
}

static int finish(struct cli *cli, const struct probe_words *words)
{
    return words->full ? cli_fail(cli, EXIT_USAGE, NULL, "the command line of %s is too long",
                                  words->word[0] != NULL ? words->word[0] : "the server")
                       : EXIT_DONE;
}

static int unknown(struct cli *cli, const char *prefix, const char *of, const struct board *board)
{
    return cli_fail(cli, EXIT_USAGE, "docs/probes.md says what may be named",
                    "what is known of %s does not say which %s is meant: name it behind '%s:'",
                    board->name, of, prefix);
}

static bool ends_in(const char *text, const char *end)
{
    const size_t length = strlen(text);

    return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

/* One part of a configuration: a file, a command, or the name of a board. */
static void add_part(struct probe_words *words, const char *part)
{
    if (ends_in(part, ".cfg") || ends_in(part, ".tcl")) {
        add(words, "-f");
        add(words, "%s", part);
    } else if (strchr(part, ' ') != NULL) {
        add(words, "-c");
        add(words, "%s", part);
    } else {
        add(words, "-f");
        add(words, "board/%s.cfg", part);
    }
}

int probe_words_openocd(struct cli *cli, const char *what, const struct board *board, int port,
                        struct probe_words *words)
{
    char parts[sizeof board->probe.openocd + 256];
    char *rest = NULL;
    const bool own = what[0] == '\0' || strcmp(what, board->name) == 0;

    if (own && board->probe.openocd[0] == '\0') {
        return unknown(cli, "openocd", "configuration of OpenOCD", board);
    }
    begin(cli, words, "openocd", "openocd");
    /* These come first: what follows must find them set. A fault has to be said, or memory that
     * cannot be read is zeros. */
    add(words, "-c");
    add(words,
        "bindto 127.0.0.1; gdb_port %d; tcl_port disabled; telnet_port disabled; "
        "gdb_report_data_abort enable",
        port);
    snprintf(parts, sizeof parts, "%s", own ? board->probe.openocd : what);
    for (char *part = strtok_r(parts, ",", &rest); part != NULL;
         part = strtok_r(NULL, ",", &rest)) {
        add_part(words, part);
    }
    return finish(cli, words);
}

int probe_words_pyocd(struct cli *cli, const char *what, const struct board *board, int port,
                      struct probe_words *words)
{
    const char *at = strchr(what, '@');
    const int length = at != NULL ? (int)(at - what) : (int)strlen(what);

    if (length == 0 && board->probe.pyocd[0] == '\0') {
        return unknown(cli, "pyocd", "target of pyOCD", board);
    }
    begin(cli, words, "pyocd", "pyocd");
    add(words, "gdbserver");
    add(words, "--no-wait"); /* for a probe, for ever */
    add(words, "--target");
    add(words, "%.*s", length > 0 ? length : (int)strlen(board->probe.pyocd),
        length > 0 ? what : board->probe.pyocd);
    if (at != NULL && at[1] != '\0') {
        add(words, "--probe");
        add(words, "%s", at + 1);
    }
    add(words, "--port");
    add(words, "%d", port);
    add(words, "--telnet-port");
    add(words, "0");
    return finish(cli, words);
}

int probe_words_jlink(struct cli *cli, const char *what, const struct board *board, int port,
                      struct probe_words *words)
{
    if (what[0] == '\0' && board->probe.jlink[0] == '\0') {
        return unknown(cli, "jlink", "device of J-Link", board);
    }
    begin(cli, words, "jlink_server", "JLinkGDBServerCLExe");
    add(words, "-device");
    add(words, "%s", what[0] != '\0' ? what : board->probe.jlink);
    add(words, "-if");
    add(words, "swd");
    add(words, "-port");
    add(words, "%d", port);
    add(words, "-localhostonly");
    add(words, "-singlerun");
    add(words, "-nogui");
    return finish(cli, words);
}
