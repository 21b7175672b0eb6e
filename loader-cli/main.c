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
#include "cli/several.h"
#include "cli/suggest.h"
#include "posix/terminal.h"

#ifndef LOADER_CLI_VERSION
#define LOADER_CLI_VERSION "0"
#endif

static struct cli cli;
static const char *const *command_line; /* as it was typed; ends with NULL */
static int want_help;
static char **device_option; /* ends with NULL; NULL: none is named */
static char *board_option;
static char *progress_option;
static char *only_device;

static const struct poptOption global_options[] = {
    {"device", 'd', POPT_ARG_ARGV, &device_option, 0,
     "which device (or LOADER_DEVICE); several at once: each with its own -d, or -d all",
     "SELECTOR"},
    {"board", 0, POPT_ARG_STRING, &board_option, 0,
     "of which board a flash image is or a probe is on (or LOADER_BOARD)", "NAME|FILE"},
    {"json", 0, POPT_ARG_NONE, &cli.json, 0, "print one JSON object", NULL},
    {"progress", 0, POPT_ARG_STRING, &progress_option, 0,
     "how progress is shown: auto, or json: each event a line of JSON on standard error", "HOW"},
    {SEVERAL_OPTION, 0, POPT_ARG_STRING | POPT_ARGFLAG_DOC_HIDDEN, &only_device, 0,
     "the one of several devices that this process is for", "SELECTOR"},
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

/* Options in front of the command: only those that every command takes are possible there. */
static int skip_global(int count, const char **word)
{
    int at = 1;

    while (at < count && word[at][0] == '-') {
        at += strcmp(word[at], "-d") == 0 || strcmp(word[at], "--device") == 0 ||
                      strcmp(word[at], "--board") == 0 || strcmp(word[at], "--progress") == 0
                  ? 2
                  : 1;
    }
    return at;
}

/* Has the command line run once for each of the devices that are named. */
static int run_on_several(const struct command *command)
{
    struct several devices = {NULL, 0};
    int code;

    if (!command->several) {
        return cli_fail(&cli, EXIT_USAGE, "name one with -d", "%s works with one device at a time",
                        command->name);
    }
    code = several_find(&cli, device_option, &devices);
    code = code != EXIT_DONE ? code : several_run(&cli, &devices, command_line);
    several_free(&devices);
    return code;
}

/* Runs a command with what is set, on its command line or elsewhere. */
static int run_with_settings(const struct command *command, int count, const char **word)
{
    uint32_t held = command->lenient ? cli_hold(&cli, UINT32_MAX) : cli.held;
    int code = settings_load(&cli);
    const char *device = only_device != NULL     ? only_device
                         : device_option != NULL ? device_option[0]
                                                 : settings_value("device", NULL);
    const char *board = board_option != NULL ? board_option : settings_value("board", NULL);

    cli.held = held;
    if (code != EXIT_DONE && !command->lenient) {
        return code;
    }
    if (progress_option != NULL && strcmp(progress_option, "json") != 0 &&
        strcmp(progress_option, "auto") != 0) {
        return cli_fail(&cli, EXIT_USAGE, "--progress auto or --progress json",
                        "there is no progress '%s'", progress_option);
    }
    if (only_device == NULL && several_are_named(device_option)) {
        return run_on_several(command);
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

        code = cli_fail(&cli, EXIT_USAGE, hint, "%s: %s", bad, poptStrerror(code));
    } else if (want_help) {
        help_command(&cli, command);
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
        if (strcmp(word[i], "--version") == 0) {
            json_object_set_new(cli.result, "version", json_string(LOADER_CLI_VERSION));
            if (!cli.json) {
                printf("loader-cli %s\n", LOADER_CLI_VERSION);
            }
            return EXIT_DONE;
        }
    }
    if (help) {
        cli.json = 0;
        help_overview();
        return EXIT_DONE;
    }
    return cli_fail(&cli, EXIT_USAGE, "loader-cli --help lists the commands",
                    "there is no command on the command line");
}

/* What is wrong with words that are no command, and what may be meant. */
static int no_command(int count, const char **word)
{
    const bool more = count > 1 && word[1][0] != '-';
    const char *hint = foreign_command(count, word);
    char near[192];

    if (hint == NULL && suggest(count, word, near, sizeof near)) {
        hint = near;
    }
    return cli_fail(&cli, EXIT_USAGE, hint != NULL ? hint : "loader-cli --help lists the commands",
                    "there is no command '%s%s%s'", word[0],
                    more && suggest_is_group(word[0]) ? " " : "",
                    more && suggest_is_group(word[0]) ? word[1] : "");
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
        return no_command(argc - at, argv + at);
    }
    cli.command = command->name;
    json_object_set_new(cli.result, "command", json_string(command->name));
    word = calloc((size_t)argc + 1, sizeof *word);
    if (word == NULL) {
        return cli_fail(&cli, EXIT_MEMORY, NULL, "out of memory");
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
    const int error = errno;

    if (error == EPIPE || code != EXIT_DONE) {
        return code;
    }
    fprintf(stderr,
            "error: the output cannot be written: %s\n"
            "hint: is there room where it goes?\n",
            strerror(error));
    return error == ENOSPC ? EXIT_SPACE : EXIT_FAILED;
}

/* How errors are reported is known from the start, so that a mistake in front of it is too. */
static void look_ahead(int count, char **word)
{
    for (int i = 1; i < count && strcmp(word[i], "--") != 0; i++) {
        cli.json = cli.json || strcmp(word[i], "--json") == 0;
        cli.events = cli.events || strcmp(word[i], "--progress=json") == 0 ||
                     (strcmp(word[i], "--progress") == 0 && i + 1 < count &&
                      strcmp(word[i + 1], "json") == 0) ||
                     strncmp(word[i], "--" SEVERAL_OPTION "=", sizeof SEVERAL_OPTION + 2) == 0;
    }
}

int main(int argc, char **argv)
{
    int code;

    setlocale(LC_ALL, "");
    cli.hooks = &cli_hooks;
    cli.result = json_object();
    cli.global = global_options;
    command_line = (const char *const *)argv;
    look_ahead(argc, argv);
    code = dispatch(argc, (const char **)argv);
    cli_finish(&cli, code);
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        code = output_failed(code);
    }
    for (size_t i = 0; device_option != NULL && device_option[i] != NULL; i++) {
        free(device_option[i]);
    }
    free(device_option);
    free(progress_option);
    free(only_device);
    free(board_option);
    return code;
}
