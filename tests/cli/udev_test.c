// SPDX-License-Identifier: Apache-2.0
/* install-udev: prints, writes when told to, and leaves what is not its own alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool.h"

static struct tool_run run;
static char folder[128];
static char file[160];

/* Runs install-udev with --folder and up to three more words. */
static void check(const char *const *more, int code, const char *text)
{
    const char *word[8] = {"install-udev", "--folder", folder};
    const char *fault;

    for (size_t i = 0; more[i] != NULL; i++) {
        word[3 + i] = more[i];
    }
    tool_run(&run, NULL, word);
    fault = tool_fault(&run, code);
    if (fault != NULL || (strstr(run.out, text) == NULL && strstr(run.err, text) == NULL)) {
        printf("wanted %d and '%s': %s\n", code, text, fault != NULL ? fault : "other words");
        tool_show(&run);
    }
    assert_null(fault);
    assert_true(strstr(run.out, text) != NULL || strstr(run.err, text) != NULL);
}

static const char *const print[] = {NULL};
static const char *const apply[] = {"--apply", NULL};
static const char *const own_ids[] = {"--apply", "--ids", "ABCD:12", NULL};

static void content(char *text, size_t size)
{
    FILE *f = fopen(file, "r");
    size_t length;

    assert_non_null(f);
    length = fread(text, 1, size - 1, f);
    text[length] = '\0';
    fclose(f);
}

static void put(const char *text)
{
    FILE *f = fopen(file, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void rules_are_printed_and_nothing_is_written(void **state)
{
    (void)state;
    check(print, 0, "ATTR{idVendor}==\"1209\", ATTR{idProduct}==\"0001\", TAG+=\"uaccess\"");
    assert_non_null(strstr(run.out, "ENV{ID_MM_DEVICE_IGNORE}=\"1\""));
    assert_int_equal(access(file, F_OK), -1);
}

static void rules_are_written_once(void **state)
{
    char text[4096];

    (void)state;
    check(apply, 0, "70-gantry.rules: written");
    content(text, sizeof text);
    check(print, 0, "uaccess");
    assert_string_equal(run.out, text);
    check(apply, 3, "has these rules already");
}

/* Hexadecimal digits are small there: udev compares texts. */
static void earlier_rules_of_ours_are_replaced(void **state)
{
    char text[4096];

    (void)state;
    check(own_ids, 0, "written");
    content(text, sizeof text);
    assert_non_null(strstr(text, "ATTR{idVendor}==\"abcd\", ATTR{idProduct}==\"0012\""));
    assert_non_null(strstr(text, "ATTR{idVendor}==\"1209\""));
    check(apply, 0, "written");
}

static void foreign_file_is_left_alone(void **state)
{
    static const char foreign[] = "# mine\n";
    char text[64];

    (void)state;
    put(foreign);
    check(apply, 1, "was not written by this command: not touched");
    content(text, sizeof text);
    assert_string_equal(text, foreign);
    put("");
    check(apply, 1, "not touched");
    unlink(file);
}

static void link_is_left_alone(void **state)
{
    char target[160];

    (void)state;
    tool_path(target, sizeof target, "elsewhere");
    assert_int_equal(symlink(target, file), 0);
    check(apply, 1, "is no plain file: not touched");
    assert_int_equal(access(target, F_OK), -1);
    unlink(file);
}

static void without_permission_sudo_is_the_hint(void **state)
{
    const char *const words[] = {"install-udev", "--folder", folder, "--apply", NULL};

    (void)state;
    assert_int_equal(chmod(folder, 0755), 0);
    tool_end(&run, tool_begin(NULL, words, true));
    if (tool_fault(&run, 8) != NULL) {
        tool_show(&run);
    }
    assert_null(tool_fault(&run, 8));
    assert_non_null(strstr(run.err, "hint: sudo loader-cli install-udev --apply"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_are_printed_and_nothing_is_written),
        cmocka_unit_test(rules_are_written_once),
        cmocka_unit_test(earlier_rules_of_ours_are_replaced),
        cmocka_unit_test(foreign_file_is_left_alone),
        cmocka_unit_test(link_is_left_alone),
        cmocka_unit_test(without_permission_sudo_is_the_hint),
    };

    tool_setup();
    tool_path(folder, sizeof folder, "rules.d");
    snprintf(file, sizeof file, "%s/70-gantry.rules", folder);
    if (mkdir(folder, 0755) != 0) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
