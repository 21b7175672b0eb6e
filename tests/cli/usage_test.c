// SPDX-License-Identifier: Apache-2.0
/*
 * Every command that the tool names explains itself, and says what is wrong with a command line:
 * exit code 2, one sentence, one hint, as text and as JSON; and devices that cannot be what they
 * claim to be.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "tool.h"

enum { COMMANDS_MAX = 64, NAME_SIZE = 40 };

static char names[COMMANDS_MAX][NAME_SIZE];
static size_t name_count;
static struct tool_run run;
static int failed;
static int checks;

static void verdict(const char *command, const char *what, const char *fault)
{
    checks++;
    if (fault != NULL) {
        printf("FAIL: %s, %s: %s\n", command, what, fault);
        tool_show(&run);
        failed++;
    }
}

/* The commands as the tool's own page has them: "### NAME". */
static void read_names(void)
{
    static const char *const page[] = {"help", "--markdown", NULL};
    static const char heading[] = "\n### ";

    tool_run(&run, NULL, page);
    for (const char *at = strstr(run.out, heading); at != NULL && name_count < COMMANDS_MAX;
         at = strstr(at, heading)) {
        size_t length;

        at += sizeof heading - 1;
        length = strcspn(at, "\n");
        if (length < NAME_SIZE) {
            memcpy(names[name_count], at, length);
            name_count++;
        }
    }
}

/* Runs the words of a command and one more. */
static void run_with(const char *command, const char *more, const char *json)
{
    char words[NAME_SIZE];
    const char *argument[6] = {NULL};
    size_t count = 0;
    char *rest = NULL;

    snprintf(words, sizeof words, "%s", command);
    for (char *word = strtok_r(words, " ", &rest); word != NULL && count < 3;
         word = strtok_r(NULL, " ", &rest)) {
        argument[count++] = word;
    }
    argument[count++] = more;
    argument[count] = json;
    tool_run(&run, NULL, argument);
}

static bool is_error_object(int code)
{
    json_t *root = json_loads(run.out, 0, NULL);
    const json_t *number = json_object_get(root, "exit");
    bool ok = json_is_string(json_object_get(root, "error")) && json_integer_value(number) == code;

    json_decref(root);
    return ok;
}

static void check_command(const char *command)
{
    run_with(command, "--help", NULL);
    verdict(command, "--help",
            run.code != 0           ? "another exit code"
            : strlen(run.out) < 100 ? "it hardly explains anything"
                                    : NULL);
    run_with(command, "--no-such-option", NULL);
    verdict(command, "an option that does not exist", tool_fault(&run, 2));
    run_with(command, "--no-such-option", "--json");
    verdict(command, "the same as JSON",
            run.code != 2         ? "another exit code"
            : !is_error_object(2) ? "no JSON object with the error"
                                  : NULL);
}

static void check_devices(void)
{
    static const char *const list[] = {"list", NULL};
    char closed[64];
    const struct {
        const char *selector;
        int code;
    } devices[] = {
        {"nonsense", 2},
        {"tcp:", 2},
        {"tcp:127.0.0.1", 2},
        {"tcp:127.0.0.1:99999", 2},
        {"serial:", 4},
        {"gdb", 2},
        {closed, 4},
        {"serial:/dev/null", 4},
        {"emu:no_such_board", 4},
        {"emu:mps2_an386", 4},
    };

    snprintf(closed, sizeof closed, "tcp:127.0.0.1:%d", fake_closed_port());
    for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++) {
        tool_run(&run, devices[i].selector, list);
        verdict("list", devices[i].selector, tool_fault(&run, devices[i].code));
    }
    setenv("LOADER_DEVICE", "nonsense", 1);
    tool_run(&run, NULL, list);
    verdict("list", "LOADER_DEVICE that names nothing", tool_fault(&run, 2));
    unsetenv("LOADER_DEVICE");
    tool_run(&run, NULL, list);
    verdict("list", "no device at all",
            strstr(run.err, "emu start") != NULL ? tool_fault(&run, 4)
                                                 : "the hint does not tell how to start one");
}

int main(void)
{
    tool_setup();
    read_names();
    for (size_t i = 0; i < name_count; i++) {
        check_command(names[i]);
    }
    check_devices();
    printf("%zu commands, %d checks, %d failed\n", name_count, checks, failed);
    return failed == 0 && name_count > 20 ? EXIT_SUCCESS : EXIT_FAILURE;
}
