// SPDX-License-Identifier: Apache-2.0
/* The monitor loses nothing of what apps say, however many of them come and go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <link/protocol.h>

#include "fake.h"
#include "tool.h"

enum {
    CROWD = 100,     /* more than the monitor has places for */
    TORRENT = 25000, /* lines, more than a JSON object takes */
    KEPT = 10000
};

static const uint8_t no_key[64];
static struct fake fake;
static struct tool_run run;

static int set_up(void **state)
{
    (void)state;
    fake_start(&fake, no_key);
    fake.plan->crowd = CROWD;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fake_stop(&fake);
    return 0;
}

static void a_line_in_two_pieces_survives_a_crowd(void **state)
{
    (void)state;
    tool_run(&run, fake.selector,
             (const char *const[]){"monitor", "--until", "begins, and ends", "--for", "30", NULL});
    if (run.code != 0) {
        tool_show(&run);
    }
    assert_int_equal(run.code, 0);
}

static void lines_of_processes_that_are_gone_come_without_their_names(void **state)
{
    char wanted[32];

    (void)state;
    snprintf(wanted, sizeof wanted, "line %d$", CROWD);
    tool_run(&run, fake.selector,
             (const char *const[]){"monitor", "--until", wanted, "--for", "30", NULL});
    assert_int_equal(run.code, 0);
    for (int i = 1; i <= CROWD; i++) {
        snprintf(wanted, sizeof wanted, "| line %d\n", i);
        assert_non_null(strstr(run.out, wanted));
    }
}

/* Reads the log into text. */
static void read_log(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "r");

    assert_non_null(file);
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

/* A log has the lines without colours, with date and time, and goes on where it ended. */
static void log_has_every_line(void **state)
{
    static char text[65536];
    char path[160];
    const char *const words[] = {"monitor", "--until", "and ends", "--for",
                                 "30",      "--log",   path,       NULL};
    size_t shown = 0;
    regex_t stamp;

    (void)state;
    tool_path(path, sizeof path, "board.log");
    setenv("LOADER_COLOR", "always", 1);
    for (size_t runs = 1; runs <= 2; runs++) {
        tool_run(&run, fake.selector, words);
        assert_int_equal(run.code, 0);
        assert_non_null(strchr(run.out, '\033'));
        read_log(path, text, sizeof text);
        assert_null(strchr(text, '\033'));
        shown += tool_count(run.out, "\n");
        assert_int_equal(tool_count(text, "\n"), shown);
        assert_int_equal(tool_count(text, "begins, and ends"), runs);
    }
    unsetenv("LOADER_COLOR");
    assert_int_equal(regcomp(&stamp,
                             "^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]"
                             "\\.[0-9]{3}[+-][0-9]{4} ",
                             REG_EXTENDED | REG_NOSUB),
                     0);
    assert_int_equal(regexec(&stamp, text, 0, NULL, 0), 0);
    regfree(&stamp);
}

static void log_that_cannot_be_kept_is_an_error(void **state)
{
    (void)state;
    tool_run(&run, fake.selector,
             (const char *const[]){"monitor", "--lines", "2", "--log", "/dev/full", NULL});
    assert_null(tool_fault(&run, 6));
    tool_run(&run, fake.selector,
             (const char *const[]){"monitor", "--lines", "2", "--log", "/nonexistent/log", NULL});
    assert_null(tool_fault(&run, 1));
}

static void quiet_shows_nothing_and_still_waits(void **state)
{
    char path[160];
    char text[8192];

    (void)state;
    tool_path(path, sizeof path, "quiet.log");
    tool_run(&run, fake.selector,
             (const char *const[]){"monitor", "-q", "--until", "line 3$", "--for", "30", "--log",
                                   path, NULL});
    assert_int_equal(run.code, 0);
    assert_string_equal(run.out, "");
    assert_string_equal(run.err, "");
    read_log(path, text, sizeof text);
    assert_non_null(strstr(text, "| line 3\n"));
}

/* The escape sequence in front of an app's name in the output; NULL when it is not there. */
static const char *color_of(const char *name, char *color, size_t size)
{
    const char *at = strstr(run.out, name);

    while (at != NULL && at > run.out && at[-1] != '\033') {
        at--;
    }
    if (at != NULL) {
        snprintf(color, size, "%.*s", (int)strcspn(at, "m"), at);
    }
    return at;
}

static void apps_differ_in_colour(void **state)
{
    char first[16];
    char second[16];
    char again[16];

    (void)state;
    setenv("LOADER_COLOR", "always", 1);
    for (int i = 0; i < 2; i++) {
        tool_run(&run, fake.selector,
                 (const char *const[]){"monitor", "--until", "and ends", "--for", "30", NULL});
        assert_int_equal(run.code, 0);
        assert_non_null(color_of("#1001 ", first, sizeof first));
        assert_non_null(color_of("#1002 ", second, sizeof second));
        assert_string_not_equal(first, second);
        if (i > 0) {
            assert_string_equal(first, again);
        }
        memcpy(again, first, sizeof again);
    }
    unsetenv("LOADER_COLOR");
}

static void timestamps_have_their_milliseconds(void **state)
{
    regex_t stamp;

    (void)state;
    tool_run(&run, fake.selector, (const char *const[]){"monitor", "-t", "--lines", "2", NULL});
    assert_int_equal(run.code, 0);
    assert_int_equal(regcomp(&stamp, "^[0-2][0-9]:[0-5][0-9]:[0-6][0-9]\\.[0-9]{3} [^|]* \\| ",
                             REG_EXTENDED | REG_NOSUB),
                     0);
    assert_int_equal(regexec(&stamp, run.out, 0, NULL, 0), 0);
    regfree(&stamp);
    tool_run(&run, fake.selector,
             (const char *const[]){"monitor", "-t", "--json", "--lines", "1", NULL});
    assert_non_null(strstr(run.out, "\"time\": \"2"));
}

/* The device's connection ends when it is asked for a restart: what it says then is shown. */
static void reset_restarts_the_device_first(void **state)
{
    uint32_t before = fake.plan->opened;

    (void)state;
    fake.plan->leaves = true;
    tool_run(
        &run, fake.selector,
        (const char *const[]){"monitor", "--reset", "--until", "and ends", "--for", "30", NULL});
    fake.plan->leaves = false;
    if (run.code != 0) {
        tool_show(&run);
    }
    assert_int_equal(run.code, 0);
    assert_true(fake.plan->opened >= before + 2);
}

/* A connection that ends is made again when that is wanted, and lost when it is not. */
static void lost_device_is_waited_for(void **state)
{
    (void)state;
    fake_arm(&fake, LINK_PING, 0, MODEL_CLOSED);
    tool_run(&run, fake.selector, (const char *const[]){"monitor", "--for", "10", NULL});
    assert_null(tool_fault(&run, 7));
    fake_arm(&fake, LINK_PING, 0, MODEL_CLOSED);
    tool_run(&run, fake.selector,
             (const char *const[]){"monitor", "--for", "6", "--reconnect", "20", NULL});
    if (run.code != 0) {
        tool_show(&run);
    }
    assert_int_equal(run.code, 0);
    assert_non_null(strstr(run.err, " went away"));
    assert_non_null(strstr(run.err, " is back"));
}

/* The JSON object of a monitor that ends at the torrent's last line; released by the caller. */
static json_t *object_of(const char *const *words, const char *events)
{
    char path[160];
    json_t *object;
    int status = -1;
    pid_t pid;

    fake.plan->crowd = 0;
    fake.plan->torrent = TORRENT;
    tool_path(path, sizeof path, "object.json");
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        if (freopen(path, "w", stdout) == NULL || freopen(events, "w", stderr) == NULL) {
            _exit(127);
        }
        tool_become(words);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    object = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(object);
    return object;
}

/* The lines of an object are the torrent's from there on, and it says how many are not in it. */
static void check_lines(const json_t *object, size_t first)
{
    const json_t *lines = json_object_get(object, "lines");
    char wanted[32];

    assert_int_equal(json_array_size(lines), TORRENT - first + 1);
    assert_int_equal(json_integer_value(json_object_get(object, "lines_left_out")), first - 1);
    for (size_t i = 0; i < json_array_size(lines); i++) {
        const json_t *text = json_object_get(json_array_get(lines, i), "text");

        snprintf(wanted, sizeof wanted, "line %zu", first + i);
        assert_string_equal(json_string_value(text), wanted);
    }
}

static void json_of_a_torrent_has_its_end_and_not_more(void **state)
{
    char last[32];
    json_t *object;

    (void)state;
    snprintf(last, sizeof last, "line %d$", TORRENT);
    object = object_of(
        (const char *const[]){"-d", fake.selector, "monitor", "--json", "--until", last, NULL},
        "/dev/null");
    check_lines(object, TORRENT - KEPT + 1);
    json_decref(object);
}

static void as_many_lines_as_are_asked_for_are_in_the_json(void **state)
{
    char number[16];
    json_t *object;

    (void)state;
    snprintf(number, sizeof number, "%d", TORRENT);
    object = object_of(
        (const char *const[]){"-d", fake.selector, "monitor", "--json", "--lines", number, NULL},
        "/dev/null");
    check_lines(object, 1);
    json_decref(object);
}

/* Nothing is left out of the events, and each is a line that a program can take by itself. */
static void every_line_is_an_event_as_it_comes(void **state)
{
    char path[160];
    char last[32];
    char text[512];
    size_t count = 0;
    FILE *file;

    (void)state;
    snprintf(last, sizeof last, "line %d$", TORRENT);
    tool_path(path, sizeof path, "events.jsonl");
    json_decref(object_of((const char *const[]){"-d", fake.selector, "monitor", "--json", "-t",
                                                "--progress", "json", "--until", last, NULL},
                          path));
    file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(text, sizeof text, file) != NULL) {
        json_t *event = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
        const char *kind = json_string_value(json_object_get(event, "event"));

        assert_non_null(kind);
        if (strcmp(kind, "line") == 0) {
            char wanted[32];

            snprintf(wanted, sizeof wanted, "line %zu", ++count);
            assert_string_equal(json_string_value(json_object_get(event, "text")), wanted);
            assert_true(json_is_string(json_object_get(event, "app")));
            assert_true(json_is_string(json_object_get(event, "time")));
        }
        json_decref(event);
    }
    fclose(file);
    assert_int_equal(count, TORRENT);
}

#define WITH_DEVICE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DEVICE(a_line_in_two_pieces_survives_a_crowd),
        WITH_DEVICE(lines_of_processes_that_are_gone_come_without_their_names),
        WITH_DEVICE(log_has_every_line),
        WITH_DEVICE(log_that_cannot_be_kept_is_an_error),
        WITH_DEVICE(quiet_shows_nothing_and_still_waits),
        WITH_DEVICE(apps_differ_in_colour),
        WITH_DEVICE(timestamps_have_their_milliseconds),
        WITH_DEVICE(reset_restarts_the_device_first),
        WITH_DEVICE(lost_device_is_waited_for),
        WITH_DEVICE(json_of_a_torrent_has_its_end_and_not_more),
        WITH_DEVICE(as_many_lines_as_are_asked_for_are_in_the_json),
        WITH_DEVICE(every_line_is_an_event_as_it_comes),
    };

    tool_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
