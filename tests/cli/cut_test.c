// SPDX-License-Identifier: Apache-2.0
/*
 * After every frame of a command, of either side: the cable is pulled, the tool is told to end, the
 * tool is told so twice. The tool says what happened, the device has what it had before or what it
 * is to have, and the same command completes it.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake.h"
#include "package.h"
#include "tool.h"

enum { WORKERS = 4, FRAMES_MAX = 500 };

struct command {
    const char *word[3]; /* "new" stands for the package */
    bool update;         /* the older version is there before */
    int again;           /* the exit code once it has been done */
};

static const struct command commands[] = {
    {{"install", "new"}, false, 3}, {{"update", "new"}, true, 3}, {{"remove", "alpha"}, false, 1},
    {{"stop", "alpha"}, false, 0},  {{"list"}, false, 0},
};

struct way {
    const char *name;
    enum model_cut cut;
};

static const struct way ways[] = {
    {"the cable is pulled", CUT_LINE},
    {"a signal", CUT_SIGNAL},
    {"two signals", CUT_TWICE},
};

/* Each in turn. */
static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

static struct package old;
static char new_package[128];
static struct tool_run run;

static void words(const struct command *command, const char *word[4])
{
    for (size_t i = 0; i < 3; i++) {
        word[i] = command->word[i] != NULL && strcmp(command->word[i], "new") == 0
                      ? new_package
                      : command->word[i];
    }
    word[3] = NULL;
}

/* Runs it, and lets the device know its process; answers the device's state afterwards. */
static uint32_t run_command(const struct fake *fake, const struct command *command)
{
    const char *word[4];
    pid_t pid;

    words(command, word);
    pid = tool_begin(fake->selector, word, false);
    fake->plan->tool = pid;
    tool_end(&run, pid);
    fake_settle(fake);
    return fake->plan->state;
}

/* A device before the command. */
static uint32_t prepare(struct fake *fake, const struct command *command)
{
    static const char *const list[] = {"list", NULL};

    fake_start(fake, old.public_key);
    if (command->update) {
        tool_run(&run, fake->selector, (const char *const[]){"install", old.tab, NULL});
    } else {
        tool_run(&run, fake->selector, list);
    }
    fake_settle(fake);
    return fake->plan->state;
}

/* Whether a run that was cut says so. */
static const char *judge_end(const struct way *way)
{
    const bool twice = way->cut == CUT_TWICE; /* the second may come before anything is said */

    if (run.code == 0) {
        return tool_fault(&run, 0); /* it was through already */
    }
    if (way->cut == CUT_LINE) {
        return tool_fault(&run, run.code == 4 ? 4 : 7);
    }
    if (run.code != 130) {
        return "another exit code";
    }
    return tool_count(run.err, "interrupted\n") == 1 || (twice && run.err[0] == '\0')
               ? NULL
               : "it does not say that it was interrupted";
}

/*
 * One cut; answers what is wrong, or NULL. *happened: the command has so many frames. *through: it
 * ended as if nothing had been.
 */
static const char *cut(const struct command *command, const struct way *way, uint32_t frame,
                       uint32_t after, bool *happened, bool *through)
{
    const char *fault;
    struct fake fake;
    uint32_t before = prepare(&fake, command);
    uint32_t state;

    fake_cut(&fake, frame, way->cut, signals[frame % 3]);
    state = run_command(&fake, command);
    *happened = fake.plan->happened == 1;
    *through = run.code == 0;
    fault = judge_end(way);
    if (fault == NULL && state != before && state != after) {
        fault = "the device is neither as before nor as it is to be";
    }
    if (fault == NULL && run.code == 0 && state != after) {
        fault = "it says that it is done, and it is not";
    }
    if (fault == NULL && *happened) {
        fake_cut(&fake, 0, CUT_NOTHING, 0);
        fault =
            run_command(&fake, command) == after ? NULL : "the same command does not complete it";
        if (fault == NULL) {
            fault = tool_fault(&run, state == after ? command->again : 0);
        }
    }
    fake_stop(&fake);
    return fault;
}

/* All frames; answers how many cuts were wrong. */
static int sweep(const struct command *command, const struct way *way)
{
    uint32_t after;
    struct fake fake;
    bool happened = true;
    uint32_t frame = 1;
    uint32_t count = 0;
    uint32_t completed = 0;
    int failed = 0;

    (void)prepare(&fake, command);
    after = run_command(&fake, command);
    fake_stop(&fake);
    for (; happened && frame < FRAMES_MAX; frame++) {
        bool through;
        const char *fault = cut(command, way, frame, after, &happened, &through);

        count += happened ? 1 : 0;
        completed += happened && through ? 1 : 0;
        if (fault != NULL) {
            printf("FAIL: %s, %s, frame %u, signal %d: %s\n", command->word[0], way->name,
                   (unsigned)frame, signals[frame % 3], fault);
            tool_show(&run);
            failed++;
        }
    }
    printf("%s, %s: %u frames, after %u of them it was through\n", command->word[0], way->name,
           (unsigned)count, (unsigned)completed);
    /* What is cut early is noticed; a command has at least hello, a request and their answers. */
    return failed + (count >= 4 && completed < count && frame < FRAMES_MAX ? 0 : 1);
}

int main(void)
{
    const size_t command_count = sizeof commands / sizeof commands[0];
    const size_t way_count = sizeof ways / sizeof ways[0];
    int failed = 0;

    tool_setup();
    package_make(&old);
    tool_path(new_package, sizeof new_package, "new.tab");
    tool_run(&run, NULL,
             (const char *const[]){"pack", old.elf, "--name", "gamma", "--app-version", "1", "-o",
                                   new_package, "--key", old.key, NULL});
    if (run.code != 0) {
        tool_show(&run);
        return EXIT_FAILURE;
    }
    fflush(stdout);
    for (size_t w = 0; w < WORKERS; w++) {
        if (fork() == 0) {
            for (size_t i = w; i < command_count * way_count; i += WORKERS) {
                failed += sweep(&commands[i / way_count], &ways[i % way_count]);
            }
            fflush(stdout);
            _exit(failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS);
        }
    }
    for (size_t w = 0; w < WORKERS; w++) {
        int status = -1;

        failed += wait(&status) > 0 && status == 0 ? 0 : 1;
    }
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
