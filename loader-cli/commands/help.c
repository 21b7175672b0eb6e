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

static void list_commands(struct cli *cli)
{
    json_t *list = json_array();

    for (size_t i = 0; commands[i] != NULL; i++) {
        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "name", commands[i]->name, "usage",
                                              commands[i]->usage, "summary", commands[i]->summary));
    }
    json_object_set_new(cli->result, "commands", list);
}

static int run(struct cli *cli, int count, const char **argument)
{
    (void)argument;
    if (count != 0 || (cli->json != 0 && (markdown != 0 || man != 0))) {
        return cli_fail(cli, EXIT_USAGE, NULL,
                        "help takes no arguments, and --json for the list of commands alone");
    }
    if (cli->json != 0) {
        list_commands(cli);
    } else if (markdown != 0) {
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
    if (cli->json != 0) {
        return cli_fail(cli, EXIT_USAGE, NULL, "completion prints a script, not JSON");
    }
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
