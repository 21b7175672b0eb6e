// SPDX-License-Identifier: Apache-2.0
#include "../cli/help.h"
#include "commands.h"

static int markdown;
static int man;

static const struct poptOption options[] = {
    {"markdown", 0, POPT_ARG_NONE, &markdown, 0, "docs/commands.md", NULL},
    {"man", 0, POPT_ARG_NONE, &man, 0, "manual page", NULL},
    POPT_TABLEEND,
};

static int run(struct cli *cli, int count, const char **argument)
{
    (void)cli;
    (void)count;
    (void)argument;
    if (markdown != 0) {
        help_markdown();
    } else if (man != 0) {
        help_man();
    } else {
        help_overview();
    }
    return EXIT_DONE;
}

static int run_completion(struct cli *cli, int count, const char **argument)
{
    if (count != 1 || !help_completion(argument[0])) {
        return cli_fail(cli, EXIT_USAGE, NULL, "completion takes one of bash, zsh, fish");
    }
    return EXIT_DONE;
}

const struct command command_help = {
    .name = "help",
    .group = "About the tool",
    .summary = "List the commands, or write the documentation",
    .usage = "",
    .options = options,
    .run = run,
};

const struct command command_completion = {
    .name = "completion",
    .group = "About the tool",
    .summary = "Print completions for a shell",
    .usage = "bash|zsh|fish",
    .help = "  eval \"$(loader-cli completion bash)\"",
    .run = run_completion,
};
