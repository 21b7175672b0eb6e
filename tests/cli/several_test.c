// SPDX-License-Identifier: Apache-2.0
/*
 * One command on several devices: at the same time, with one report, the worst exit code, events,
 * rows on a terminal, and interrupts that reach all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fake.h"
#include "package.h"
#include "tool.h"

enum { DEVICES = 3, WORDS = 16, TRIES = 5000 };

static struct package package;
static struct fake fake[DEVICES];
static struct tool_run run;

/* A command line for all devices; ends with NULL. */
static const char *const *line(const char *first, const char *second, const char *third)
{
    static const char *word[WORDS];
    size_t count = 0;

    for (size_t i = 0; i < DEVICES; i++) {
        word[count++] = "-d";
        word[count++] = fake[i].selector;
    }
    word[count++] = first;
    word[count++] = second;
    word[count++] = second != NULL ? third : NULL;
    word[count] = NULL;
    return word;
}

static void moment(void)
{
    const struct timespec wait = {0, 2000000};

    nanosleep(&wait, NULL);
}

static int set_up(void **state)
{
    (void)state;
    setenv("LOADER_PATIENCE_MS", "1500", 1);
    for (size_t i = 0; i < DEVICES; i++) {
        fake_start(&fake[i], package.public_key);
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < DEVICES; i++) {
        fake_stop(&fake[i]);
    }
    return 0;
}

static void must_end_with(int code)
{
    if (run.code != code) {
        tool_show(&run);
    }
    assert_int_equal(run.code, code);
}

/* Keeps an object for the test of the schemas, one a line, where CLI_JSON_LOG says. */
static void keep(const json_t *object)
{
    const char *path = getenv("CLI_JSON_LOG");
    FILE *file = path != NULL ? fopen(path, "a") : NULL;

    if (path != NULL) {
        assert_non_null(file);
        assert_int_equal(json_dumpf(object, file, JSON_COMPACT | JSON_SORT_KEYS), 0);
        fputc('\n', file);
        fclose(file);
    }
}

static void one_report_says_what_became_of_each(void **state)
{
    (void)state;
    tool_run(&run, NULL, line("install", package.tab, NULL));
    must_end_with(0);
    for (size_t i = 0; i < DEVICES; i++) {
        char row[256];

        snprintf(row, sizeof row, "%s     0  done: ", fake[i].selector);
        assert_int_equal(tool_count(run.out, row), 1);
        snprintf(row, sizeof row, "%s: %s: 100 %%", fake[i].selector, package.tab);
        assert_int_equal(tool_count(run.err, row), 1);
    }
    tool_run(&run, NULL, line("list", NULL, NULL));
    must_end_with(0);
    assert_int_equal(tool_count(run.out, "gamma"), DEVICES);
    assert_int_equal(tool_count(run.out, "\ngamma "), DEVICES); /* a line of its own, as alone */
    assert_null(strchr(run.out, '?'));
    tool_run(&run, NULL, line("remove", "gamma", "-q"));
    must_end_with(0);
    assert_string_equal(run.out, "");
    assert_string_equal(run.err, "");
}

/* The first device says nothing: the others are through before it is given up. */
static void a_device_does_not_wait_for_another(void **state)
{
    const volatile struct model_plan *first = fake[0].plan;
    const volatile struct model_plan *last = fake[DEVICES - 1].plan;
    pid_t pid;

    (void)state;
    fake_arm(&fake[0], LINK_BEGIN, 0, MODEL_SILENT);
    pid = tool_begin(NULL, line("install", package.tab, NULL), false);
    for (int i = 0; i < TRIES && last->closed == 0; i++) {
        moment();
    }
    assert_int_equal(last->closed, 1);
    assert_int_equal(first->closed, 0);
    tool_end(&run, pid);
    must_end_with(7);
    assert_int_equal(tool_count(run.out, "  done: "), DEVICES - 1);
    assert_int_equal(tool_count(run.err, "hint: check the cable"), 1);
    /* The same command again: what is missing is done, what is done is left alone. */
    tool_run(&run, NULL, line("install", package.tab, NULL));
    must_end_with(3);
    assert_int_equal(tool_count(run.out, "  done: "), 1);
    assert_int_equal(tool_count(run.out, "  nothing to do: "), DEVICES - 1);
}

/* Each pair of exit codes, in one run: the worse one wins, in whichever order they stand. */
static void the_worst_exit_code_wins(void **state)
{
    (void)state;
    tool_run(&run, fake[1].selector, (const char *const[]){"install", package.tab, NULL});
    must_end_with(0);
    tool_run(&run, NULL, line("install", package.tab, NULL));
    must_end_with(3); /* worse than 0 */
    tool_run(&run, fake[0].selector, (const char *const[]){"remove", "gamma", NULL});
    must_end_with(0);
    tool_run(&run, NULL, line("disable", "gamma", NULL));
    must_end_with(1); /* there is no such app on the first */
    fake_arm(&fake[2], LINK_DISABLE, 0, MODEL_CLOSED);
    tool_run(&run, NULL, line("disable", "gamma", NULL));
    must_end_with(7); /* worse than 1 */
    assert_int_equal(tool_count(run.err, "error: 2 of 3 devices: failed"), 1);
}

static void json_is_one_object_for_all(void **state)
{
    json_t *root;
    json_t *results;

    (void)state;
    fake_arm(&fake[1], LINK_LIST, 0, MODEL_CLOSED);
    tool_run(&run, NULL, line("list", "--json", NULL));
    must_end_with(7);
    root = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
    results = json_object_get(root, "results");
    assert_int_equal(json_array_size(results), DEVICES);
    assert_int_equal(json_integer_value(json_object_get(root, "exit")), 7);
    assert_string_equal(json_string_value(json_object_get(root, "command")), "list");
    assert_true(json_is_string(json_object_get(root, "error")));
    for (size_t i = 0; i < DEVICES; i++) {
        const json_t *one = json_array_get(results, i);

        assert_string_equal(json_string_value(json_object_get(one, "device")), fake[i].selector);
        assert_int_equal(json_integer_value(json_object_get(one, "exit")), i == 1 ? 7 : 0);
        assert_int_equal(json_array_size(json_object_get(one, "apps")), i == 1 ? 0 : 2);
        assert_true(json_is_string(json_object_get(one, "error")) == (i == 1));
    }
    keep(root);
    json_decref(root);
}

/* Every line is an event with a kind; answers how many are of that kind. */
static size_t events(const char *kind, const char *device)
{
    static char text[sizeof run.err];
    size_t count = 0;
    char *rest = NULL;

    snprintf(text, sizeof text, "%s", run.err);
    for (char *at = strtok_r(text, "\n", &rest); at != NULL; at = strtok_r(NULL, "\n", &rest)) {
        json_t *event = json_loads(at, JSON_REJECT_DUPLICATES, NULL);
        const char *is = json_string_value(json_object_get(event, "event"));
        const char *of = json_string_value(json_object_get(event, "device"));

        if (is == NULL) {
            fail_msg("no event: %s", at);
            return 0;
        }
        count +=
            strcmp(is, kind) == 0 && (device == NULL || (of != NULL && strcmp(of, device) == 0))
                ? 1
                : 0;
        if (device == NULL) {
            keep(event);
        }
        json_decref(event);
    }
    return count;
}

static void events_are_lines_of_json(void **state)
{
    (void)state;
    fake_arm(&fake[2], LINK_BEGIN, 0, MODEL_CLOSED);
    tool_run(&run, NULL, line("install", package.tab, "--progress=json"));
    must_end_with(7);
    assert_int_equal(events("end", NULL), DEVICES + 1);
    assert_int_equal(events("error", NULL), 2); /* one of the device, one of all */
    for (size_t i = 0; i < DEVICES; i++) {
        assert_int_equal(events("end", fake[i].selector), 1);
        assert_int_equal(events("state", fake[i].selector), 1);
        assert_true((events("progress", fake[i].selector) > 10) == (i != 2));
    }
    /* The same of a single device. */
    tool_run(&run, fake[2].selector,
             (const char *const[]){"install", package.tab, "--progress", "json", NULL});
    must_end_with(0);
    assert_int_equal(events("end", NULL), 1);
    assert_int_equal(events("error", NULL), 0);
    assert_true(events("progress", fake[2].selector) > 10);
    assert_non_null(strstr(run.err, "\"done\":20"));
    fake[2].plan->torrent = 3;
    tool_run(&run, fake[2].selector,
             (const char *const[]){"monitor", "-t", "--json", "--progress", "json", "--lines", "3",
                                   NULL});
    must_end_with(0);
    assert_int_equal(events("line", NULL), 3);
    fake[2].plan->torrent = 0;
    tool_run(&run, fake[2].selector, (const char *const[]){"list", "--progress", "bar", NULL});
    must_end_with(2);
}

static void what_makes_no_sense_is_refused(void **state)
{
    const char *const selector = fake[0].selector;

    (void)state;
    tool_run(&run, selector, (const char *const[]){"-d", selector, "list", NULL});
    assert_null(tool_fault(&run, 2));
    tool_run(&run, selector, (const char *const[]){"-d", "all", "list", NULL});
    assert_null(tool_fault(&run, 2));
    tool_run(&run, "all", (const char *const[]){"list", NULL});
    assert_null(tool_fault(&run, 4));
    tool_run(&run, selector, (const char *const[]){"-d", fake[1].selector, "monitor", NULL});
    assert_null(tool_fault(&run, 2));
    tool_run(&run, "emu:mps2_an386/0", (const char *const[]){"list", NULL});
    assert_null(tool_fault(&run, 4));
    tool_run(&run, "emu:mps2_an386/100", (const char *const[]){"list", NULL});
    assert_null(tool_fault(&run, 4));
}

/* All wait; the interrupt goes to the one process that was started. */
static pid_t begin_and_wait(void)
{
    pid_t pid;

    for (size_t i = 0; i < DEVICES; i++) {
        fake_arm(&fake[i], MODEL_DATA, 0, MODEL_SILENT);
    }
    setenv("LOADER_PATIENCE_MS", "60000", 1);
    pid = tool_begin(NULL, line("install", package.tab, NULL), false);
    for (size_t i = 0; i < DEVICES; i++) {
        assert_true(fake_misbehaves(&fake[i]));
    }
    return pid;
}

static void an_interrupt_reaches_all(void **state)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

    (void)state;
    for (size_t s = 0; s < sizeof signals / sizeof signals[0]; s++) {
        pid_t pid = begin_and_wait();

        kill(pid, signals[s]);
        tool_end(&run, pid);
        must_end_with(130);
        assert_int_equal(tool_count(run.out, "  130  interrupted"), DEVICES);
    }
    for (size_t i = 0; i < DEVICES; i++) {
        fake_arm(&fake[i], 0, 0, MODEL_GOOD); /* waits until the connection has ended */
    }
    setenv("LOADER_PATIENCE_MS", "3000", 1);
    tool_run(&run, NULL, line("install", package.tab, NULL));
    must_end_with(0);
}

/* A process that cannot even react is ended with the second interrupt. */
static void a_second_interrupt_ends_all_at_once(void **state)
{
    char path[64];
    char text[256] = "";
    pid_t pid = begin_and_wait();
    FILE *children;
    char *rest = text;
    size_t count = 0;

    (void)state;
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", (long)pid, (long)pid);
    children = fopen(path, "r");
    assert_non_null(children);
    assert_non_null(fgets(text, sizeof text, children));
    fclose(children);
    for (long child = strtol(rest, &rest, 10); child > 0; child = strtol(rest, &rest, 10)) {
        kill((pid_t)child, SIGSTOP);
        count++;
    }
    assert_int_equal(count, DEVICES);
    kill(pid, SIGINT);
    for (int i = 0; i < 50; i++) {
        moment(); /* two signals that wait together are one */
    }
    kill(pid, SIGINT);
    tool_end(&run, pid);
    must_end_with(130);
    for (size_t i = 0; i < DEVICES; i++) {
        fake_arm(&fake[i], 0, 0, MODEL_GOOD); /* the connections have ended with the processes */
    }
}

/* Runs it with standard error on a terminal of a size; what came there is put into run.err. */
static void run_on_terminal(unsigned short columns, unsigned short lines, const char *const *word)
{
    const struct winsize size = {.ws_row = lines, .ws_col = columns};
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    int slave;
    size_t used = 0;
    ssize_t count;
    pid_t pid;

    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    assert_true(slave >= 0 && ioctl(slave, TIOCSWINSZ, &size) == 0);
    setenv("TERM", "xterm", 1);
    pid = tool_begin_to(slave, NULL, word);
    close(slave);
    while (used < sizeof run.err - 1 &&
           (count = read(master, run.err + used, sizeof run.err - 1 - used)) > 0) {
        used += (size_t)count;
    }
    run.err[used] = '\0';
    close(master);
    assert_int_equal(waitpid(pid, &run.code, 0), pid);
    run.code = WEXITSTATUS(run.code);
}

static void a_terminal_has_a_row_for_each(void **state)
{
    char row[256];

    (void)state;
    setenv("LOADER_PATIENCE_MS", "500", 1);
    fake_arm(&fake[0], MODEL_DATA, 10240, MODEL_SILENT);
    run_on_terminal(200, 24, line("install", package.tab, NULL));
    must_end_with(7);
    assert_true(tool_count(run.err, "s left  ") >=
                1); /* half of it is there, and seen long enough */
    snprintf(row, sizeof row, "%s  failed\033[K", fake[0].selector);
    assert_true(tool_count(run.err, row) >= 1);
    run_on_terminal(200, 24, line("install", package.tab, NULL));
    must_end_with(3);
    assert_true(tool_count(run.err, "\033[3A") >= 2); /* drawn again in place */
    for (size_t i = 0; i < DEVICES; i++) {
        snprintf(row, sizeof row, "%s  %s\033[K", fake[i].selector,
                 i == 0 ? "done" : "nothing to do");
        assert_true(tool_count(run.err, row) >= 1);
    }
    /* Too low for all rows: plain lines. */
    run_on_terminal(200, 3, line("remove", "gamma", NULL));
    run_on_terminal(200, 3, line("install", package.tab, NULL));
    must_end_with(0);
    assert_int_equal(tool_count(run.err, "\033["), 0);
    assert_int_equal(tool_count(run.err, ": 100 %"), DEVICES);
    /* Too narrow: cut, never wrapped. */
    run_on_terminal(16, 24, line("list", NULL, NULL));
    must_end_with(0);
    snprintf(row, sizeof row, "%.15s\033[K", fake[0].selector);
    assert_true(tool_count(run.err, row) >= DEVICES);
    assert_int_equal(tool_count(run.err, fake[0].selector), 0);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(one_report_says_what_became_of_each),
        CASE(a_device_does_not_wait_for_another),
        CASE(the_worst_exit_code_wins),
        CASE(json_is_one_object_for_all),
        CASE(events_are_lines_of_json),
        CASE(what_makes_no_sense_is_refused),
        CASE(an_interrupt_reaches_all),
        CASE(a_second_interrupt_ends_all_at_once),
        CASE(a_terminal_has_a_row_for_each),
    };

    if (getenv("CLI_JSON_LOG") != NULL) {
        (void)remove(getenv("CLI_JSON_LOG")); /* what another run has seen */
    }
    tool_setup();
    package_make(&package);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
