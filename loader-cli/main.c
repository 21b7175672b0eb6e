// SPDX-License-Identifier: Apache-2.0
/* loader-cli: finds the command, reads its options, runs it. */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/foreign.h"
#include "cli/help.h"
#include "cli/settings.h"
#include "posix/terminal.h"

#ifndef LOADER_CLI_VERSION
#define LOADER_CLI_VERSION "0"
#endif

static struct cli cli;
static int want_help;
static char *device_option;
static char *board_option;

static const struct poptOption global_options[] = {
    {"device", 'd', POPT_ARG_STRING, &device_option, 0, "which device (or LOADER_DEVICE)",
     "SELECTOR"},
    {"board", 0, POPT_ARG_STRING, &board_option, 0,
     "of which board a flash image is or a probe is on (or LOADER_BOARD)", "NAME|FILE"},
    {"json", 0, POPT_ARG_NONE, &cli.json, 0, "print one JSON object", NULL},
    {"quiet", 'q', POPT_ARG_NONE, &cli.quiet, 0, "print errors only", NULL},
    {"help", 'h', POPT_ARG_NONE, &want_help, 0, "explain", NULL},
    POPT_TABLEEND,
};

/* How many words a name consists of, if the command line begins with all of them; else 0. */
static int match_name(const char *name, int count, const char **word)
{
    int words = 0;

    while (words < count) {
        size_t length = strcspn(name, " ");

        if (strncmp(name, word[words], length) != 0 || word[words][length] != '\0') {
            return 0;
        }
        words++;
        if (name[length] == '\0') {
            return words;
        }
        name += length + 1;
    }
    return 0;
}

/* The command with the longest name that the command line begins with; *words: of how many. */
static const struct command *find_command(int count, const char **word, int *words)
{
    const struct command *found = NULL;

    *words = 0;
    for (size_t i = 0; commands[i] != NULL; i++) {
        int matching = match_name(commands[i]->name, count, word);

        if (matching > *words) {
            found = commands[i];
            *words = matching;
        }
    }
    return found;
}

/* Options in front of the command: only -d, --board and the like are possible there. */
static int skip_global(int count, const char **word)
{
    int at = 1;

    while (at < count && word[at][0] == '-') {
        at += strcmp(word[at], "-d") == 0 || strcmp(word[at], "--device") == 0 ||
                      strcmp(word[at], "--board") == 0
                  ? 2
                  : 1;
    }
    return at;
}

/* Runs a command with what is set, on its command line or elsewhere. */
static int run_with_settings(const struct command *command, int count, const char **word)
{
    uint32_t held = command->lenient ? cli_hold(&cli, UINT32_MAX) : cli.held;
    int code = settings_load(&cli);
    const char *device = device_option != NULL ? device_option : settings_value("device", NULL);
    const char *board = board_option != NULL ? board_option : settings_value("board", NULL);

    cli.held = held;
    if (code != EXIT_DONE && !command->lenient) {
        return code;
    }
    cli.color = terminal_wants_color(settings_value("color", NULL));
    cli.board = board[0] != '\0' ? (char *)(uintptr_t)board : NULL;
    cli.device = device[0] != '\0' ? (char *)(uintptr_t)settings_device(device) : NULL;
    return command->run(&cli, count, word);
}

static bool has_option(const struct poptOption *options, const char *name)
{
    while (options->longName != NULL && strcmp(options->longName, name) != 0) {
        options++;
    }
    return options->longName != NULL;
}

/* The options of every command, without those that mean something else to this one. */
static const struct poptOption *global_beside(const struct poptOption *own)
{
    static struct poptOption left[sizeof global_options / sizeof global_options[0]];
    size_t count = 0;

    for (size_t i = 0; global_options[i].longName != NULL; i++) {
        if (!has_option(own, global_options[i].longName)) {
            left[count++] = global_options[i];
        }
    }
    left[count] = (struct poptOption)POPT_TABLEEND;
    return left;
}

static int run_command(const struct command *command, int count, const char **word)
{
    static const struct poptOption none[] = {POPT_TABLEEND};
    const struct poptOption *own = command->options != NULL ? command->options : none;
    const struct poptOption options[] = {
        {NULL, 0, POPT_ARG_INCLUDE_TABLE, (void *)(uintptr_t)own, 0, NULL, NULL},
        {NULL, 0, POPT_ARG_INCLUDE_TABLE, (void *)(uintptr_t)global_beside(own), 0, NULL, NULL},
        POPT_TABLEEND,
    };
    poptContext context = poptGetContext("loader-cli", count, word, options, 0);
    const char **left;
    int code = poptGetNextOpt(context);

    if (code < -1) {
        const char *bad = poptBadOption(context, POPT_BADOPTION_NOALIAS);
        const char *hint = code == POPT_ERROR_BADOPT ? foreign_option(bad) : NULL;

        code = cli_fail(&cli, EXIT_USAGE, hint != NULL ? hint : "loader-cli COMMAND --help",
                        "%s: %s", bad, poptStrerror(code));
    } else if (want_help) {
        help_command(command, context);
        cli.json = 0; /* help is text */
        code = EXIT_DONE;
    } else {
        int arguments = 0;

        left = poptGetArgs(context);
        while (left != NULL && left[arguments] != NULL) {
            arguments++;
        }
        code = run_with_settings(command, arguments, left);
    }
    poptFreeContext(context);
    return code;
}

/* A command line of options alone: help, or a mistake. */
static int without_command(int count, const char **word)
{
    bool help = false;

    for (int i = 1; i < count; i++) {
        help = help || strcmp(word[i], "--help") == 0 || strcmp(word[i], "-h") == 0;
    }
    if (help) {
        cli.json = 0;
        help_overview();
        return EXIT_DONE;
    }
    return cli_fail(&cli, EXIT_USAGE, "loader-cli --help lists the commands",
                    "there is no command on the command line");
}

/* Takes the words of the command's name out of the command line and runs what is left. */
static int dispatch(int argc, const char **argv)
{
    int at = skip_global(argc, argv);
    const struct command *command;
    const char **word;
    int words = 1;
    int count = 0;
    int code;

    if (at >= argc) {
        return without_command(argc, argv);
    }
    command = find_command(argc - at, argv + at, &words);
    if (command == NULL) {
        const char *hint = foreign_command(argv[at]);

        return cli_fail(&cli, EXIT_USAGE,
                        hint != NULL ? hint : "loader-cli --help lists the commands",
                        "there is no command '%s'", argv[at]);
    }
    json_object_set_new(cli.result, "command", json_string(command->name));
    word = calloc((size_t)argc + 1, sizeof *word);
    if (word == NULL) {
        return cli_fail(&cli, EXIT_FAILED, NULL, "out of memory");
    }
    for (int i = 0; i < argc; i++) {
        if (i < at || i >= at + words) {
            word[count++] = argv[i];
        }
    }
    code = run_command(command, count, word);
    free(word);
    return code;
}

/* Whoever reads may have had enough, as head(1) has; any other failure has lost something. */
static int output_failed(int code)
{
    if (errno == EPIPE || code != EXIT_DONE) {
        return code;
    }
    fprintf(stderr,
            "error: the output cannot be written: %s\n"
            "hint: is there room where it goes?\n",
            strerror(errno));
    return EXIT_FAILED;
}

int main(int argc, char **argv)
{
    int code;

    setlocale(LC_ALL, "");
    cli.hooks = &cli_hooks;
    cli.result = json_object();
    cli.global = global_options;
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        printf("loader-cli %s\n", LOADER_CLI_VERSION);
        json_decref(cli.result);
        return EXIT_DONE;
    }
    /* Known from the start, so that a mistake in front of it is reported as JSON too. */
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        cli.json = cli.json || strcmp(argv[i], "--json") == 0;
    }
    code = dispatch(argc, (const char **)argv);
    cli_finish(&cli, code);
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        code = output_failed(code);
    }
    free(device_option);
    free(board_option);
    return code;
}
