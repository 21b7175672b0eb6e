// SPDX-License-Identifier: Apache-2.0
/* The table of apps stays a table, whatever the names are and however wide the terminal is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake.h"
#include "tool.h"

static const uint8_t no_key[64];
static struct fake fake;
static struct tool_run run;

static int set_up(void **state)
{
    (void)state;
    fake_start(&fake, no_key);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fake_stop(&fake);
    return 0;
}

/* Names all apps, and their owners, so. */
static void name_all(const char *name)
{
    fake.plan->evil = true;
    fake.plan->name_length = (uint8_t)strlen(name);
    memcpy(fake.plan->name, name, strlen(name));
}

/* A list on a terminal of so many columns, or with 0 into a file. */
static void list(unsigned short columns)
{
    const struct winsize size = {.ws_row = 24, .ws_col = columns};
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    size_t used = 0;
    ssize_t count;
    int slave;
    int status = -1;
    pid_t pid;

    if (columns == 0) {
        close(master);
        tool_run(&run, fake.selector, (const char *const[]){"list", NULL});
        assert_int_equal(run.code, 0);
        return;
    }
    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    assert_true(slave >= 0 && ioctl(slave, TIOCSWINSZ, &size) == 0);
    setenv("TERM", "xterm", 1);
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        dup2(slave, STDOUT_FILENO);
        close(slave);
        close(master);
        tool_become((const char *const[]){"-d", fake.selector, "list", NULL});
    }
    close(slave);
    while (used < sizeof run.out - 1 &&
           (count = read(master, run.out + used, sizeof run.out - 1 - used)) > 0) {
        used += (size_t)count;
    }
    run.out[used] = '\0';
    close(master);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Characters of a text's first bytes, in UTF-8. */
static size_t characters(const char *text, size_t bytes)
{
    size_t count = 0;

    for (size_t i = 0; i < bytes; i++) {
        count += ((unsigned char)text[i] & 0xC0) != 0x80 ? 1 : 0;
    }
    return count;
}

/*
 * Checks that the addresses of two apps stand where their head does, and answers how long the
 * longest of the three lines is.
 */
static size_t check_table(void)
{
    const char *line = run.out;
    size_t address = 0;
    size_t longest = 0;

    for (int i = 0; i < 3; i++) {
        const size_t length = strcspn(line, "\r\n");
        const char *at = strstr(line, i == 0 ? "ADDRESS" : "0x");

        if (at == NULL || at >= line + length) {
            tool_show(&run);
            fail_msg("line %d is none of a table", i);
            return 0;
        }
        address = i == 0 ? characters(line, (size_t)(at - line)) : address;
        if (characters(line, (size_t)(at - line)) != address) {
            tool_show(&run);
            fail_msg("line %d is not aligned", i);
        }
        longest = characters(line, length) > longest ? characters(line, length) : longest;
        line += length;
        line += strspn(line, "\r\n");
    }
    return longest;
}

#define LONG "abcdefghijklmnopqrstuvwxyz-12345"
#define WIDE "gr\303\274\303\237e-aus-M\303\274nchen-und-K\303\266ln"

static void what_a_program_reads_is_never_shortened(void **state)
{
    (void)state;
    list(0);
    (void)check_table();
    name_all(LONG);
    list(0);
    (void)check_table();
    assert_int_equal(tool_count(run.out, LONG), 4); /* the owner is called so, too */
    name_all(WIDE);
    list(0);
    (void)check_table();
    assert_int_equal(tool_count(run.out, WIDE), 4);
}

static void a_terminal_shows_all_that_it_has_room_for(void **state)
{
    (void)state;
    name_all(LONG);
    list(200);
    assert_true(check_table() <= 200);
    assert_int_equal(tool_count(run.out, LONG), 4);
    assert_int_equal(tool_count(run.out, "..."), 0);
}

static void names_are_shortened_where_a_line_would_break(void **state)
{
    static const char *const names[] = {LONG, WIDE, "x"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        name_all(names[i]);
        for (unsigned short columns = 80; columns < 120; columns = (unsigned short)(columns + 3)) {
            list(columns);
            if (check_table() > columns) {
                tool_show(&run);
                fail_msg("a line is longer than %u", columns);
            }
        }
        list(80);
        assert_true((tool_count(run.out, "...") > 0) == (strlen(names[i]) > 1));
    }
}

/* It breaks then, and is a table still. */
static void a_terminal_with_no_room_at_all_gets_what_it_can(void **state)
{
    (void)state;
    name_all(LONG);
    list(20);
    assert_true(check_table() > 20);
    assert_int_equal(tool_count(run.out, "abcdefg..."), 2);
}

#define WITH_DEVICE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DEVICE(what_a_program_reads_is_never_shortened),
        WITH_DEVICE(a_terminal_shows_all_that_it_has_room_for),
        WITH_DEVICE(names_are_shortened_where_a_line_would_break),
        WITH_DEVICE(a_terminal_with_no_room_at_all_gets_what_it_can),
    };

    tool_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
