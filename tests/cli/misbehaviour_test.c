// SPDX-License-Identifier: Apache-2.0
/*
 * Every step of the protocol x every way to misbehave there: the tool ends with the documented exit
 * code, one sentence and one hint, and the device shows the same apps as before. Prints how many
 * combinations there were.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake.h"
#include "package.h"
#include "tool.h"

enum { WORKERS = 8, CASES_MAX = 512, BLOCK = 1024, NAME_SIZE = 96 };

#define PACKAGE "the package"

struct step {
    const char *name;
    uint8_t command;
    uint32_t offset;
    bool results; /* its answer has some */
    const char *arguments[4];
};

static const struct step steps[] = {
    {"hello", LINK_HELLO, 0, true, {"list"}},
    {"hello", LINK_HELLO, 0, true, {"install", PACKAGE}},
    {"info", LINK_INFO, 0, true, {"info"}},
    {"key", LINK_KEY, 0, true, {"info"}},
    {"key", LINK_KEY, 0, true, {"install", PACKAGE}},
    {"list", LINK_LIST, 0, true, {"list"}},
    {"list", LINK_LIST, 0, true, {"update", PACKAGE}},
    {"process", LINK_PROCESS, 0, true, {"ps"}},
    {"detail", LINK_DETAIL, 0, true, {"ps", "-v"}},
    {"system", LINK_SYSTEM, 0, false, {"ps", "-v"}}, /* any figures will do */
    {"control", LINK_CONTROL, 0, false, {"pause", "alpha"}},
    {"begin", LINK_BEGIN, 0, true, {"install", PACKAGE}},
    {"first data", MODEL_DATA, 0, true, {"install", PACKAGE}},
    {"middle data", MODEL_DATA, 10 * BLOCK, true, {"install", PACKAGE}},
    {"last data", MODEL_DATA, 20 * BLOCK, true, {"install", PACKAGE}},
    {"commit", LINK_COMMIT, 0, false, {"install", PACKAGE}},
    {"remove", LINK_REMOVE, 0, false, {"remove", "alpha", "beta"}},
    {"enable", LINK_ENABLE, 0, false, {"enable", "alpha"}},
    {"disable", LINK_DISABLE, 0, false, {"disable", "alpha"}},
    {"start", LINK_START, 0, false, {"start", "alpha"}},
    {"stop", LINK_STOP, 0, false, {"stop", "alpha", "beta"}},
    {"restart", LINK_RESTART, 0, false, {"restart", "alpha"}},
    {"reboot", LINK_REBOOT, 0, false, {"reboot"}},
    {"ping", LINK_PING, 0, false, {"monitor", "--for", "2"}},
    {"bye", LINK_BYE, 0, false, {"list"}},
};

struct one {
    const struct step *step; /* NULL: a stranger */
    enum model_how how;
    enum model_stranger stranger;
    const char *const *arguments;
    int code; /* expected */
};

static struct one cases[CASES_MAX];
static size_t case_count;
static struct package package;

static bool is_slow(const struct step *step)
{
    return step->command == LINK_BEGIN || step->command == LINK_COMMIT ||
           step->command == LINK_START || strcmp(step->name, "middle data") == 0;
}

/* Whether the combination can be told from good behaviour. */
static bool applies(const struct step *step, enum model_how how)
{
    if (step->command == LINK_BYE || step->command == LINK_PING ||
        strcmp(step->name, "last data") == 0) {
        /* A late acknowledgement or goodbye is not missed; what stops the device is. */
        return how < MODEL_RESET || (how == MODEL_RESET && step->command != LINK_BYE);
    }
    switch (how) {
    case MODEL_RESET:
        return step->command != LINK_HELLO;
    case MODEL_TRUNCATED:
    case MODEL_EXTENDED:
    case MODEL_ONES:
        return step->results;
    case MODEL_BUSY:
        /* With two names there are two verdicts. */
        return step->command != LINK_HELLO && step->command != MODEL_DATA &&
               step->command != LINK_COMMIT && step->arguments[2] == NULL;
    case MODEL_STUCK:
        return is_slow(step);
    default:
        return true;
    }
}

static int expected(const struct step *step, enum model_how how)
{
    if (step->command == LINK_BYE || (step->command == LINK_PING && how == MODEL_RESET)) {
        return 0; /* nobody waits for the answer; a monitor comes back by itself */
    }
    return step->command == LINK_HELLO || how == MODEL_BUSY ? 4 : 7;
}

static void collect_cases(void)
{
    static const char *const commands[][4] = {
        {"info"}, {"list"},    {"install", PACKAGE}, {"stop", "alpha"},
        {"ps"},   {"monitor"}, {"reboot"},
    };

    for (size_t s = 0; s < sizeof steps / sizeof steps[0]; s++) {
        for (int how = MODEL_SILENT; how < MODEL_HOWS; how++) {
            if (applies(&steps[s], (enum model_how)how)) {
                cases[case_count++] =
                    (struct one){&steps[s], (enum model_how)how, STRANGER_NONE, steps[s].arguments,
                                 expected(&steps[s], (enum model_how)how)};
            }
        }
    }
    for (int stranger = STRANGER_SILENT; stranger < STRANGERS; stranger++) {
        for (size_t c = 0; c < sizeof commands / sizeof commands[0]; c++) {
            cases[case_count++] =
                (struct one){NULL, MODEL_GOOD, (enum model_stranger)stranger, commands[c], 4};
        }
    }
}

static void run_arguments(struct tool_run *run, const struct fake *fake,
                          const char *const *arguments)
{
    const char *word[TOOL_ARGUMENTS_MAX + 1] = {NULL};

    for (size_t i = 0; arguments[i] != NULL; i++) {
        word[i] = strcmp(arguments[i], PACKAGE) == 0 ? package.tab : arguments[i];
    }
    tool_run(run, fake->selector, word);
}

/* One combination; answers what is wrong, or NULL. */
static const char *judge(struct fake *fake, const struct one *one, struct tool_run *run)
{
    static const char *const list[] = {"list", NULL};
    static struct tool_run before;
    static struct tool_run after;
    const char *fault;

    unsetenv("LOADER_PATIENCE_MS");
    tool_run(&before, fake->selector, list);
    if (before.code != 0) {
        *run = before;
        return "the healthy device cannot be listed";
    }
    if (one->step != NULL) {
        fake_arm(fake, one->step->command, one->step->offset, one->how);
    }
    fake_estrange(fake, one->stranger);
    setenv("LOADER_PATIENCE_MS", one->how == MODEL_STUCK ? "200" : "500", 1);
    run_arguments(run, fake, one->arguments);
    unsetenv("LOADER_PATIENCE_MS");
    fault = tool_fault(run, one->code);
    if (fault == NULL && !fake_misbehaves(fake)) {
        fault = "the device never came to misbehave";
    }
    fake_arm(fake, 0, 0, MODEL_GOOD);
    fake_estrange(fake, STRANGER_NONE);
    tool_run(&after, fake->selector, list);
    if (fault == NULL && (after.code != 0 || strcmp(before.out, after.out) != 0)) {
        *run = after;
        fault = "the device does not show what it showed before";
    }
    return fault;
}

/* Does every WORKERS-th case; answers how many failed. */
static int work(size_t first)
{
    static struct tool_run run;
    int failed = 0;

    for (size_t i = first; i < case_count; i += WORKERS) {
        const struct one *one = &cases[i];
        const char *fault;
        struct fake fake;

        fake_start(&fake, package.public_key);
        fault = judge(&fake, one, &run);
        fake_stop(&fake);
        if (fault != NULL) {
            printf("FAIL: %s, %s: %s: %s (wanted %d)\n",
                   one->step != NULL ? one->step->name : "no Gantry device",
                   one->step != NULL ? model_hows[one->how] : model_strangers[one->stranger],
                   one->arguments[0], fault, one->code);
            tool_show(&run);
            failed++;
        }
    }
    fflush(stdout);
    return failed;
}

int main(void)
{
    int failed = 0;

    tool_setup();
    package_make(&package);
    collect_cases();
    fflush(stdout);
    for (size_t w = 0; w < WORKERS; w++) {
        if (fork() == 0) {
            _exit(work(w) > 0 ? EXIT_FAILURE : EXIT_SUCCESS);
        }
    }
    for (size_t w = 0; w < WORKERS; w++) {
        int status = -1;

        failed += wait(&status) > 0 && status == 0 ? 0 : 1;
    }
    printf("%zu combinations of step and misbehaviour, %d of %d workers saw failures\n", case_count,
           failed, WORKERS);
    return failed == 0 && case_count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
