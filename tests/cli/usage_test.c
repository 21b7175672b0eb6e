// SPDX-License-Identifier: Apache-2.0
/*
 * The command line of every command that the tool says it has: help, mistakes, JSON. A command that
 * is new must be given its mistakes here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "mistakes.h"
#include "package.h"
#include "tool.h"

enum { WORDS_MAX = 10 };

static struct tool_run run;
static struct package package;
static struct fake fake;
static json_t *commands; /* as the tool lists them */

/* Splits text into words; it must stay. */
static void split(char *text, const char *word[WORDS_MAX + 1])
{
    size_t count = 0;
    char *rest = NULL;

    for (char *at = strtok_r(text, " ", &rest); at != NULL && count < WORDS_MAX;
         at = strtok_r(NULL, " ", &rest)) {
        word[count++] = at;
    }
    word[count] = NULL;
}

/* Runs a line; T, E, K, N and O stand for package, executable, key, kernel and a new file. */
static void run_line(const char *device, const char *line)
{
    static char output[128];
    char public_half[128];
    char text[256];
    const char *word[WORDS_MAX + 1];

    snprintf(text, sizeof text, "%s", line);
    split(text, word);
    tool_path(output, sizeof output, "output");
    remove(output);
    remove(tool_path(public_half, sizeof public_half, "output.pub.pem"));
    for (size_t i = 0; word[i] != NULL; i++) {
        word[i] = strcmp(word[i], "T") == 0   ? package.tab
                  : strcmp(word[i], "E") == 0 ? package.elf
                  : strcmp(word[i], "K") == 0 ? package.key
                  : strcmp(word[i], "N") == 0 ? package.kernel
                  : strcmp(word[i], "O") == 0 ? output
                                              : word[i];
    }
    tool_run(&run, device, word);
}

static void check(const char *device, const char *line, int code)
{
    const char *fault;

    run_line(device, line);
    fault = tool_fault(&run, code);
    if (fault != NULL) {
        printf("loader-cli %s: %s, wanted %d\n", line, fault, code);
        tool_show(&run);
    }
    assert_null(fault);
}

/* Keeps an object for the test of the schema, one a line, where CLI_JSON_LOG says. */
static void keep(const json_t *root)
{
    const char *path = getenv("CLI_JSON_LOG");
    FILE *file = path != NULL ? fopen(path, "a") : NULL;

    if (path == NULL) {
        return;
    }
    assert_non_null(file);
    assert_int_equal(json_dumpf(root, file, JSON_COMPACT | JSON_SORT_KEYS), 0);
    fputc('\n', file);
    fclose(file);
}

/* The output must be one JSON object that knows its exit code. */
static void check_json(const char *device, const char *line, int code)
{
    char text[256];
    json_t *root;

    snprintf(text, sizeof text, "%s --json", line);
    check(device, text, code);
    root = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
    if (root == NULL) {
        printf("no JSON: %s\n%s\n", text, run.out);
    }
    assert_non_null(root);
    keep(root);
    assert_int_equal(json_integer_value(json_object_get(root, "exit")), code);
    assert_int_equal(json_integer_value(json_object_get(root, "schema")), 1);
    assert_true(code == 0 || json_is_string(json_object_get(root, "error")));
    assert_true(code == 0 || json_is_string(json_object_get(root, "hint")) || code == 3);
    json_decref(root);
}

static const char *command_name(size_t i)
{
    return json_string_value(json_object_get(json_array_get(commands, i), "name"));
}

static void every_command_has_help(void **state)
{
    (void)state;
    for (size_t i = 0; i < json_array_size(commands); i++) {
        char line[128];

        snprintf(line, sizeof line, "%s --help", command_name(i));
        check(NULL, line, 0);
        assert_non_null(strstr(run.out, command_name(i)));
        assert_non_null(strstr(run.out, "--device"));
    }
    check(NULL, "--help", 0);
    assert_non_null(strstr(run.out, "usage: loader-cli"));
    check(NULL, "help", 0);
    assert_non_null(strstr(run.out, "usage: loader-cli"));
}

static void every_command_refuses_unknown_options(void **state)
{
    (void)state;
    for (size_t i = 0; i < json_array_size(commands); i++) {
        char line[128];

        snprintf(line, sizeof line, "%s --no-such-option", command_name(i));
        check_json(NULL, line, 2);
        snprintf(line, sizeof line, "%s --device", command_name(i));
        check(NULL, line, 2);
    }
}

static void mistakes_are_usage_errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < mistake_count; i++) {
        check(NULL, mistakes[i], 2);
        if (strstr(mistakes[i], "--json") == NULL) {
            check_json(NULL, mistakes[i], 2);
        }
    }
}

static void every_command_has_its_mistakes(void **state)
{
    (void)state;
    for (size_t i = 0; i < json_array_size(commands); i++) {
        const char *name = command_name(i);
        size_t found = 0;

        for (size_t k = 0; k < mistake_count; k++) {
            size_t length = strlen(name);

            found += strncmp(mistakes[k], name, length) == 0 &&
                             (mistakes[k][length] == '\0' || mistakes[k][length] == ' ')
                         ? 1
                         : 0;
        }
        if (found == 0) {
            printf("no mistake is known for '%s'\n", name);
        }
        assert_true(found > 0);
    }
}

static void lines_without_a_command_are_usage_errors(void **state)
{
    static const char *const lines[] = {
        "",    "--quiet", "-d",      "--no-such-option", "frobnicate", "emu",          "emu x",
        "key", "tbf",     "tbf tlv", "tbf tlv x",        "kernel",     "-q frobnicate"};

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        check(NULL, lines[i], 2);
        if (strcmp(lines[i], "-d") != 0) {
            check_json(NULL, lines[i], 2);
        }
    }
}

static void json_of_every_command_parses(void **state)
{
    static const struct {
        const char *line;
        int code;
    } lines[] = {
        {"info", 0},
        {"list", 0},
        {"list -v", 0},
        {"list --names", 0},
        {"list --tree", 0},
        {"list --map", 0},
        {"install T --dry-run", 0},
        {"install T", 0},
        {"install T", 3},
        {"compact --dry-run", 1}, /* this device has a board of its own, */
        {"compact --from T", 1},  /* and a kernel that does not move apps */
        {"update T", 3},
        {"remove gamma", 0},
        {"remove gamma", 1},
        {"enable alpha", 0},
        {"disable alpha", 0},
        {"stop alpha", 0},
        {"start alpha", 0},
        {"restart alpha", 0},
        {"pause alpha", 0},
        {"resume alpha", 0},
        {"fault alpha", 0},
        {"ps", 0},
        {"ps -v", 0},
        {"monitor --for 1", 0},
        {"monitor --for 1 --until never", 1},
        {"kernel install T", 1}, /* this device has no bootloader to go to */
        {"kernel dfu T --key K -o O", 1},
        {"recover E", 1},
        {"install-udev", 0},
        {"kernel update T", 1}, /* no kernel is in it */
        {"kernel revert", 1},
        {"reboot", 0},
        {"read 0 16", 4}, /* it does not give its flash out */
        {"write 0 T", 4},
        {"write 0", 1},
        {"write 0 --fill 0xFF --length 16", 4},
        {"dump 0", 4},
        {"attribute list", 4},
        {"attribute set k v", 4},
        {"attribute remove k", 4},
        {"attribute start", 4},
        {"attribute start 0x21020000", 4},
        {"image new O --board raspberry_pi_pico", 0},
        {"image new T --board raspberry_pi_pico", 1},
        {"boards", 0},
        {"boards mps2_an386", 0},
        {"tickv get k", 4},
        {"tickv append k v", 4},
        {"tickv append k --value-file T", 4},
        {"tickv append-rsa-key K", 1},
        {"tickv invalidate k", 4},
        {"tickv dump", 4},
        {"tickv cleanup", 4},
        {"tickv reset", 4},
        {"tickv hash k", 0},
        {"sticky alpha", 4},
        {"unsticky alpha", 4},
        {"emu start --bootloader O", 1},
        {"emu reset", 4},
        {"emu stop", 3},
        {"emu kill", 3},
        {"emu status", 4},
        {"emu press 1", 4},
        {"emu release 1", 4},
        {"emu pin 1", 4},
        {"emu pin 1 1", 4},
        {"emu adc 0 1650", 4},
        {"emu strap on", 4},
        {"emu seed", 4},
        {"new O", 2},
        {"run", 2}, /* there is no project here */
        {"keygen O", 0},
        {"keygen K", 1},
        {"key show K", 0},
        {"key show E", 1},
        {"key embed --owner x --symbol y -o O K", 0},
        {"key embed --owner=x --symbol=y --driver=1 --privilege=0x10001 -o O K", 0},
        {"key embed --owner=x --symbol=y --driver=console -o O K", 2},
        {"key embed --owner=x --symbol=y --privilege=0x100000000 -o O K", 2},
        {"pack E --name x -o O", 0},
        {"pack E --name x -o O --fault restart:3", 0},
        {"pack T --name x -o O", 1},
        {"sign T --key K -o O", 0},
        {"sign E --key K", 1},
        {"verify T --key K", 0},
        {"verify E --key K", 1},
        {"inspect T", 0},
        {"inspect O", 1},
        {"inspect T -v --start --binary --key K", 0},
        {"inspect T --key E", 1},
        {"tbf tlv add T name other", 1},
        {"tbf tlv add T short_id 5 -o O", 0},
        {"tbf tlv modify T base sticky 1 -o O", 0},
        {"tbf tlv modify E base sticky 1", 1},
        {"tbf tlv delete T short_id", 3},
        {"tbf credential add T sha256", 6},
        {"tbf credential add E sha256", 1},
        {"tbf credential delete T ecdsap256 -o O", 0},
        {"tbf credential delete T sha256", 3},
        {"tbf convert T -o O", 0},
        {"tbf convert E -o O", 1},
        {"help", 0},
        {"completion bash", 2},
        {"complete", 2},
        {"config", 0},
        {"doctor --root K", 1}, /* nothing is installed in there */
    };
    size_t seen = 0;

    (void)state;
    for (size_t i = 0; i < json_array_size(commands); i++) {
        size_t length = strlen(command_name(i));

        for (size_t k = 0; k < sizeof lines / sizeof lines[0]; k++) {
            if (strncmp(lines[k].line, command_name(i), length) == 0) {
                seen++;
                break;
            }
        }
    }
    assert_int_equal(seen, json_array_size(commands));
    setenv("LOADER_PATIENCE_MS", "500", 1);
    for (size_t k = 0; k < sizeof lines / sizeof lines[0]; k++) {
        /* The emulated board is named by itself; everything else goes to the model. */
        const char *device = strncmp(lines[k].line, "emu", 3) == 0 ? NULL : fake.selector;

        check_json(device, lines[k].line, lines[k].code);
    }
    unsetenv("LOADER_PATIENCE_MS");
}

/* The model is such a kernel: its INFO does not say that it moves apps. */
static void a_kernel_that_cannot_move_apps_is_told_apart(void **state)
{
    static const char *const lines[] = {"compact", "compact --from T",
                                        "compact --dry-run --from T"};

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        check(fake.selector, lines[i], 1);
        assert_int_equal(tool_count(run.err, "its kernel is one that cannot move apps"), 1);
        assert_int_equal(tool_count(run.err, "install a newer kernel"), 1);
    }
}

/* What succeeds says nothing; files are written all the same. */
static void quiet_is_quiet(void **state)
{
    static const char *const lines[] = {
        "info",
        "list",
        "install T",
        "disable alpha",
        "enable alpha",
        "stop alpha",
        "start alpha",
        "restart alpha",
        "pause alpha",
        "resume alpha",
        "remove gamma",
        "ps",
        "ps -v",
        "monitor --for 1",
        "reboot",
        "keygen O",
        "key show K",
        "key embed --owner x --symbol y -o O K",
        "pack E --name x -o O",
        "sign T --key K -o O",
        "verify T --key K",
        "inspect T",
    };

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char line[128];

        snprintf(line, sizeof line, "-q %s", lines[i]);
        check(fake.selector, line, 0);
        if (run.out[0] != '\0' || run.err[0] != '\0') {
            tool_show(&run);
        }
        assert_string_equal(run.out, "");
        assert_string_equal(run.err, "");
    }
}

/* What needs flash in reach: in an image that is made for it. */
static void json_about_an_image_parses(void **state)
{
    static const struct {
        const char *line;
        int code;
    } lines[] = {
        {"info", 0},
        {"list --map", 0},
        {"read 0x21000000 16", 0},
        {"dump 0", 0},
        {"write 0x210F0000 --fill 0xFF --length 16", 0},
        {"attribute list", 0},
        {"attribute set key value", 0},
        {"attribute list", 0},
        {"attribute start", 0},
        {"attribute start 0x21020000", 0},
        {"compact --dry-run", 3},
        {"install T --dry-run", 0},
        {"install T", 0},
        {"install second.tab", 0},
        {"list -v", 0},
        {"remove gamma", 0},
        {"compact --dry-run", 0},
        {"sticky second", 0},
        {"unsticky second", 0},
        {"tickv get k", 1},
        {"tickv append k v --write-id 1", 0},
        {"tickv append k v", 1},
        {"tickv get k", 0},
        {"tickv dump k", 0},
        {"tickv cleanup", 0},
        {"tickv invalidate k", 0},
        {"tickv reset --yes", 0},
        {"kernel install N", 0},
        {"kernel install N", 1}, /* it is not for the other slot */
        {"recover N T", 1},
    };
    char image[128];
    char device[160];
    char line[256];

    (void)state;
    tool_path(image, sizeof image, "flash.img");
    snprintf(line, sizeof line, "image new %s --board mps2_an386", image);
    check(NULL, line, 0);
    check(NULL, "pack E --name second -o second.tab --key K", 0);
    package_make_kernel(&package, "1");
    snprintf(device, sizeof device, "file:%s", image);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        check_json(device, lines[i].line, lines[i].code);
    }
    assert_int_equal(remove(image), 0);
    snprintf(line, sizeof line, "image new %s --board mps2_an386", image);
    check(NULL, line, 0);
    check_json(device, "recover N T", 0);
    assert_int_equal(remove(image), 0);
    assert_int_equal(remove("second.tab"), 0);
}

static void names_of_tocks_tool_are_explained(void **state)
{
    static const char *const words[][2] = {
        {"listen", "loader-cli monitor"},
        {"uninstall", "loader-cli remove"},
        {"erase-apps", "loader-cli remove --all"},
        {"enable-app", "loader-cli enable"},
        {"disable-app", "loader-cli disable"},
        {"sticky-app", "loader-cli sticky"},
        {"unsticky-app", "loader-cli unsticky"},
        {"flash", "loader-cli write"},
        {"dump-flash-page", "loader-cli dump"},
        {"list-attributes", "loader-cli attribute list"},
        {"set-attribute", "loader-cli attribute set"},
        {"remove-attribute", "loader-cli attribute remove"},
        {"set-start-address", "loader-cli attribute start"},
        {"inspect-tab", "loader-cli inspect"},
        {"inspect-kernel", "loader-cli inspect"},
        {"local-board", "loader-cli image new"},
        {"list-known-boards", "loader-cli boards"},
        {"tickv", "loader-cli tickv"},
        {"list --port x", "-d serial:PATH"},
        {"list --output-format=json", "--json"},
        {"list --no-bootloader-entry", "while the kernel runs"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        check(NULL, words[i][0], 2);
        if (strstr(run.err, words[i][1]) == NULL) {
            tool_show(&run);
        }
        assert_non_null(strstr(run.err, words[i][1]));
    }
}

static void all_apps_are_removed_at_once(void **state)
{
    (void)state;
    check_json(fake.selector, "remove --all", 2); /* there is no terminal to ask on */
    check(fake.selector, "list --names", 0);
    assert_non_null(strstr(run.out, "alpha"));
    check_json(fake.selector, "remove --all --yes", 0);
    check(fake.selector, "list --names", 0);
    assert_string_equal(run.out, "");
    check_json(fake.selector, "remove --all --yes", 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_has_help),
        cmocka_unit_test(every_command_refuses_unknown_options),
        cmocka_unit_test(mistakes_are_usage_errors),
        cmocka_unit_test(every_command_has_its_mistakes),
        cmocka_unit_test(lines_without_a_command_are_usage_errors),
        cmocka_unit_test(json_of_every_command_parses),
        cmocka_unit_test(a_kernel_that_cannot_move_apps_is_told_apart),
        cmocka_unit_test(quiet_is_quiet),
        cmocka_unit_test(json_about_an_image_parses),
        cmocka_unit_test(names_of_tocks_tool_are_explained),
        cmocka_unit_test(all_apps_are_removed_at_once),
    };
    json_t *root;
    int failed;

    if (getenv("CLI_JSON_LOG") != NULL) {
        (void)remove(getenv("CLI_JSON_LOG"));
    }
    tool_setup();
    package_make(&package);
    tool_run(&run, NULL, (const char *const[]){"help", "--json", NULL});
    root = json_loads(run.out, 0, NULL);
    commands = json_object_get(root, "commands");
    if (json_array_size(commands) == 0) {
        printf("the tool does not list its commands\n");
        return EXIT_FAILURE;
    }
    fake_start(&fake, package.public_key);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    fake_stop(&fake);
    printf("%zu commands\n", json_array_size(commands));
    json_decref(root);
    return failed;
}
