// SPDX-License-Identifier: Apache-2.0
/*
 * Two tools at once on one device, behind TCP and as an emulated board: one works on, undisturbed,
 * the other says who has the line. Serial ports: serial_test.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "fake.h"
#include "package.h"
#include "tool.h"

enum { MIDDLE = 30, ROUNDS = 12, TRIES = 15000 };

static struct package package;
static struct tool_run run;
static struct tool_run other;

/* The first tool stands still in the middle of a transfer; the second gets nowhere near it. */
static void try_meanwhile(struct fake *fake, const char *selector, const char *second)
{
    const struct timespec moment = {0, 2000000};
    const volatile struct model_plan *plan = fake->plan;
    const char *const tries[][3] = {
        {"list"}, {"install", package.tab}, {"remove", "alpha"}, {"reboot"}, {"info"}};
    char wanted[64];
    pid_t pid;

    fake_cut(fake, MIDDLE, CUT_SIGNAL, 0); /* the device waits until it is told a process */
    pid = tool_begin(selector, (const char *const[]){"install", package.tab, NULL}, false);
    for (int i = 0; i < TRIES && plan->frames < MIDDLE; i++) {
        nanosleep(&moment, NULL);
    }
    assert_int_equal(plan->frames, MIDDLE);
    snprintf(wanted, sizeof wanted, "is in use by process %ld", (long)pid);
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        tool_run(&run, second, tries[i]);
        if (tool_fault(&run, 4) != NULL || strstr(run.err, wanted) == NULL) {
            tool_show(&run);
        }
        assert_null(tool_fault(&run, 4));
        assert_non_null(strstr(run.err, wanted));
    }
    fake->plan->tool = pid; /* signal 0 does nothing to it */
    tool_end(&run, pid);
    assert_null(tool_fault(&run, 0));
    tool_run(&run, second, (const char *const[]){"list", NULL});
    assert_null(tool_fault(&run, 0));
    assert_int_equal(tool_count(run.out, "gamma "), 1);
    assert_int_equal(tool_count(run.out, "alpha "), 1);
}

/* Both begin at the same time, again and again: whoever comes first, one of them does it. */
static void race(const char *selector)
{
    const char *const install[] = {"install", package.tab, NULL};
    const char *const remove[] = {"remove", "gamma", NULL};

    for (int i = 0; i < ROUNDS; i++) {
        const char *const *word = i % 2 == 0 ? remove : install;
        const int again = i % 2 == 0 ? 1 : 3; /* for the one that comes when it is done */
        pid_t first = tool_begin(selector, word, false);
        pid_t second = tool_begin(selector, word, false);

        tool_end(&run, first);
        tool_end(&other, second);
        if (other.code == 0) {
            struct tool_run swapped = run;

            run = other;
            other = swapped;
        }
        assert_null(tool_fault(&run, 0));
        assert_null(tool_fault(&other, other.code == again ? again : 4));
    }
}

static void over_tcp(void **state)
{
    struct fake fake;
    char localhost[64];

    (void)state;
    fake_start(&fake, package.public_key);
    snprintf(localhost, sizeof localhost, "tcp:localhost%s", strrchr(fake.selector, ':'));
    try_meanwhile(&fake, fake.selector, localhost);
    race(fake.selector);
    fake_stop(&fake);
}

static void on_an_emulated_board(void **state)
{
    static const char selector[] = "emu:mps2_an386/5";
    char path[160];
    struct fake fake;

    (void)state;
    assert_int_equal(mkdir(tool_path(path, sizeof path, "mps2_an386-5"), 0700), 0);
    tool_path(path, sizeof path, "mps2_an386-5/serial.sock");
    fake_start_at(&fake, path, package.public_key);
    try_meanwhile(&fake, selector, selector);
    race(selector);
    fake_stop(&fake);
    /* The board of the same name in another folder is another one. */
    setenv("GANTRY_EMU_DIR", "/nonexistent", 1);
    tool_run(&run, selector, (const char *const[]){"list", NULL});
    assert_null(tool_fault(&run, 4));
    assert_non_null(strstr(run.err, "is not running"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(over_tcp),
        cmocka_unit_test(on_an_emulated_board),
    };

    tool_setup();
    package_make(&package);
    setenv("LOADER_PATIENCE_MS", "60000", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
