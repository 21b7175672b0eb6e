// SPDX-License-Identifier: Apache-2.0
/* complete: knows every command and every option, devices and the apps of the one that is meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "fake.h"
#include "tool.h"

static const uint8_t no_key[64];
static struct fake fake;
static struct tool_run run;

/* Completes words, the last of which is unfinished; ends with NULL. */
static void complete(const char *const *words)
{
    const char *line[12] = {"complete", "--"};

    for (size_t i = 0; words[i] != NULL; i++) {
        line[2 + i] = words[i];
    }
    tool_run(&run, NULL, line);
    assert_int_equal(run.code, 0);
    assert_string_equal(run.err, "");
}

/* Whether a line of the answer is that word, with or without an explanation. */
static bool offers(const char *word)
{
    size_t length = strlen(word);

    for (const char *at = run.out; *at != '\0'; at += strcspn(at, "\n") + 1) {
        if (strncmp(at, word, length) == 0 && (at[length] == '\t' || at[length] == '\n')) {
            return true;
        }
    }
    return false;
}

static void assert_offers(const char *word)
{
    if (!offers(word)) {
        printf("'%s' is missing in:\n%s", word, run.out);
    }
    assert_true(offers(word));
}

static size_t lines(void)
{
    return tool_count(run.out, "\n");
}

/* For every command that there is: its words, and every option that its help names. */
static void every_command_and_every_option_is_known(void **state)
{
    static struct tool_run help;
    json_t *root;
    size_t i;
    json_t *command;

    (void)state;
    tool_run(&help, NULL, (const char *const[]){"help", "--json", NULL});
    root = json_loads(help.out, 0, NULL);
    assert_true(json_array_size(json_object_get(root, "commands")) > 40);
    json_array_foreach(json_object_get(root, "commands"), i, command)
    {
        const char *words[8] = {NULL};
        char name[64];
        size_t count = 0;

        snprintf(name, sizeof name, "%s", json_string_value(json_object_get(command, "name")));
        for (char *word = strtok(name, " "); word != NULL; word = strtok(NULL, " ")) {
            words[count] = "";
            complete(words);
            assert_offers(word);
            words[count++] = word;
        }
        words[count] = "--help";
        tool_run(&help, NULL, words);
        assert_int_equal(help.code, 0);
        words[count] = "-";
        complete(words);
        assert_offers("--device");
        assert_offers("--json");
        for (const char *at = strstr(help.out, "\nOptions:"); (at = strstr(at, " --")) != NULL;) {
            char option[64];

            at++;
            snprintf(option, sizeof option, "%.*s", (int)strcspn(at, "= \n"), at);
            assert_offers(option);
        }
    }
    json_decref(root);
}

static void a_beginning_leaves_what_begins_so(void **state)
{
    (void)state;
    complete((const char *const[]){"inst", NULL});
    assert_int_equal(lines(), 2);
    assert_offers("install");
    assert_offers("install-udev");
    complete((const char *const[]){"install", "--dr", NULL});
    assert_int_equal(lines(), 1);
    assert_offers("--dry-run");
    complete((const char *const[]){"frobnicate", "x", "", NULL});
    assert_int_equal(lines(), 0);
}

static void apps_are_those_of_the_device(void **state)
{
    (void)state;
    complete((const char *const[]){"-d", fake.selector, "remove", "", NULL});
    assert_int_equal(lines(), 2);
    assert_offers("alpha");
    complete((const char *const[]){"--device", fake.selector, "remove", "alpha", "al", NULL});
    assert_int_equal(lines(), 1);
    tool_run(&run, fake.selector,
             (const char *const[]){"complete", "--", "pause", "-q", "al", NULL});
    assert_offers("alpha");
}

static void names_from_a_device_are_clean(void **state)
{
    (void)state;
    fake.plan->evil = true;
    complete((const char *const[]){"-d", fake.selector, "stop", "", NULL});
    fake.plan->evil = false;
    assert_true(lines() > 0);
    for (const char *at = run.out; *at != '\0'; at++) {
        assert_true((unsigned char)*at >= 0x20 || *at == '\n');
    }
}

/* Nothing there, or something that does not answer: no words, no errors, no waiting. */
static void without_a_device_there_are_no_apps(void **state)
{
    char closed[64];

    (void)state;
    snprintf(closed, sizeof closed, "tcp:127.0.0.1:%d", fake_closed_port());
    complete((const char *const[]){"-d", closed, "remove", "", NULL});
    assert_int_equal(lines(), 0);
    fake_estrange(&fake, STRANGER_SILENT);
    complete((const char *const[]){"-d", fake.selector, "remove", "", NULL});
    fake_estrange(&fake, STRANGER_NONE);
    assert_int_equal(lines(), 0);
}

static void values_are_completed_by_what_they_are(void **state)
{
    (void)state;
    complete((const char *const[]){"list", "-d", "", NULL});
    assert_offers("emu:mps2_an386");
    assert_offers("tcp:");
    complete((const char *const[]){"list", "--device=em", NULL});
    assert_offers("--device=emu:mps2_an386");
    complete((const char *const[]){"emu", "strap", "", NULL});
    assert_offers("on");
    assert_offers("off");
    assert_int_equal(lines(), 2);
    complete((const char *const[]){"install", "x.tab", "", NULL});
    assert_string_equal(run.out, ":file.tab\n");
    complete((const char *const[]){"sign", "x.tab", "--key", "", NULL});
    assert_string_equal(run.out, ":file.pem\n");
    complete((const char *const[]){"install-udev", "--folder", "", NULL});
    assert_string_equal(run.out, ":folder\n");
    complete((const char *const[]){"recover", "--wait", "", NULL});
    assert_string_equal(run.out, "");
    complete((const char *const[]){"recover", "--wait", "3", "", NULL});
    assert_string_equal(run.out, ":file.img\n");
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_and_every_option_is_known),
        cmocka_unit_test(a_beginning_leaves_what_begins_so),
        cmocka_unit_test(apps_are_those_of_the_device),
        cmocka_unit_test(names_from_a_device_are_clean),
        cmocka_unit_test(without_a_device_there_are_no_apps),
        cmocka_unit_test(values_are_completed_by_what_they_are),
    };

    tool_setup();
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
