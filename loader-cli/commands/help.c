// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>

#include "../cli/completion.h"
#include "../cli/help.h"
#include "../cli/man.h"
#include "commands.h"

static int markdown;
static int man;

static const struct poptOption options[] = {
    {"markdown", 0, POPT_ARG_NONE, &markdown, 0, "docs/commands.md", NULL},
    {"man", 0, POPT_ARG_NONE, &man, 0, "manual page, of the tool or the command named", NULL},
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

/* The command that the words name; NULL when there is none. */
static const struct command *named(int count, const char **word)
{
    char name[64] = "";

    for (int i = 0; i < count; i++) {
        size_t used = strlen(name);

        snprintf(name + used, sizeof name - used, "%s%s", i > 0 ? " " : "", word[i]);
    }
    for (size_t i = 0; commands[i] != NULL; i++) {
        if (strcmp(commands[i]->name, name) == 0) {
            return commands[i];
        }
    }
    return NULL;
}

/* Prints the manual page or the help of the command that is named, or of the tool. */
static int print_page(struct cli *cli, int count, const char **argument)
{
    const struct command *command = count > 0 ? named(count, argument) : NULL;

    if (count > 0 && command == NULL) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli help lists the commands",
                        "there is no command '%s'", argument[0]);
    }
    if (man == 0 && command != NULL) {
        help_command(cli, command);
    } else if (man == 0) {
        help_overview();
    } else if (command != NULL) {
        man_command(cli, command);
    } else {
        man_overview(cli);
    }
    return EXIT_DONE;
}

static int run(struct cli *cli, int count, const char **argument)
{
    if ((count != 0 && markdown != 0) ||
        (cli->json != 0 && (markdown != 0 || man != 0 || count != 0))) {
        return cli_fail(cli, EXIT_USAGE, NULL,
                        "--markdown is about all commands, and --json lists them");
    }
    if (markdown != 0) {
        help_markdown();
    } else if (cli->json != 0) {
        list_commands(cli);
    } else {
        return print_page(cli, count, argument);
    }
    return EXIT_DONE;
}

static int run_completion(struct cli *cli, int count, const char **argument)
{
    if (cli->json != 0) {
        return cli_fail(cli, EXIT_USAGE, NULL, "completion prints a script, not JSON");
    }
    if (count != 1 || !completion_print(argument[0])) {
        return cli_fail(cli, EXIT_USAGE, NULL, "completion takes one of bash, zsh, fish");
    }
    return EXIT_DONE;
}

const struct command command_help = {
    .name = "help",
    .group = "About the tool",
    .summary = "List the commands, explain one, or write the documentation",
    .usage = "[COMMAND] [--markdown | --man]",
    .options = options,
    .lenient = true,
    .run = run,
};

const struct command command_completion = {
    .name = "completion",
    .group = "About the tool",
    .summary = "Print completions for a shell",
    .usage = "bash|zsh|fish",
    .help = "For the shell that runs; the Debian package puts them where shells look for them.\n\n"
            "  eval \"$(loader-cli completion bash)\"\n"
            "  eval \"$(loader-cli completion zsh)\"\n"
            "  loader-cli completion fish | source",
    .lenient = true,
    .run = run_completion,
};
