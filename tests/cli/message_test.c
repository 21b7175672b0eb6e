// SPDX-License-Identifier: Apache-2.0
/*
 * What is said about mistakes, and the exit codes they have: the text names what is wrong, the hint
 * is one for this command and this mistake.
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
#include <unistd.h>

#include "fake.h"
#include "package.h"
#include "tool.h"

enum { WORDS_MAX = 12, HELP_COLUMNS = 100 };

static struct tool_run run;
static struct package package;
static struct fake fake;

static const char p384[] = "-----BEGIN PUBLIC KEY-----\n"
                           "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEXAl83vpGQLbcfOb9xRJdfcDOGIFnuDvm\n"
                           "Osv0oe+CNI5LN8o/Hdbdo1mFcdAMtkC7A8NJbz73SDejhHinvA0tftmL3mD4+b6D\n"
                           "7Fxwr9qdbKALA6nb135WbLin4WFgrgnI\n-----END PUBLIC KEY-----\n";
static const char secp256k1[] = "-----BEGIN PUBLIC KEY-----\n"
                                "MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEAGdpMZLGdg/yTBzpFideZOCP+fsZaxnG\n"
                                "6E8nPyyTtQRqSG9/XK5scanOMX8HS8qnZfrAAOPkF8miuVgSWRL/bA==\n"
                                "-----END PUBLIC KEY-----\n";
static const char rsa[] = "-----BEGIN PUBLIC KEY-----\n"
                          "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDAZV3J8lzgUeiW15T+ju4QcsLS\n"
                          "euWAnBiCNxTgaqXaF/2Wwar72UcEZ+cUFDWcM63lHti75dFDDV2kyDVJZPzrfX8T\n"
                          "3W5Q3f5vG0TWVzAFFQqKHWOKS8nU9Z7aIbO11r8D8O7Yj6R8zWyTLtwEFgGT+kCk\n"
                          "vOsnhQqRhqhBvKhXiQIDAQAB\n-----END PUBLIC KEY-----\n";

static void put(const char *name, const void *data, size_t size)
{
    FILE *file = fopen(name, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* Runs a line in the test's folder; T, E, K and F stand for package, executable, key, device. */
static void run_line(const char *line)
{
    char text[256];
    const char *word[WORDS_MAX + 1];
    size_t count = 0;
    char *rest = NULL;

    snprintf(text, sizeof text, "%s", line);
    for (char *at = strtok_r(text, " ", &rest); at != NULL && count < WORDS_MAX;
         at = strtok_r(NULL, " ", &rest)) {
        word[count++] = strcmp(at, "T") == 0   ? package.tab
                        : strcmp(at, "E") == 0 ? package.elf
                        : strcmp(at, "K") == 0 ? package.key
                        : strcmp(at, "F") == 0 ? fake.selector
                                               : at;
    }
    word[count] = NULL;
    tool_run(&run, NULL, word);
}

static void expect(const char *line, bool good)
{
    if (!good) {
        printf("loader-cli %s\n", line);
        tool_show(&run);
    }
    assert_true(good);
}

static void mistakes_are_named_and_have_their_own_hint(void **state)
{
    static const struct {
        const char *line;
        int code;
        const char *says;
        const char *hint;  /* in the line of the hint */
        const char * not ; /* what must not be said; NULL: nothing */
    } lines[] = {
        {"key show empty.pem", 1, "it is empty", "keygen", "ASN1"},
        {"key show p384.pem", 1, "P-384; P-256 is needed", "keygen", "NIST"},
        {"key show secp256k1.pem", 1, "P-256 is needed", "keygen", NULL},
        {"key show rsa.pem", 1, "an RSA key; P-256 is needed", "keygen", "mismatch"},
        {"key show broken.pem", 1, "it is damaged, or no key", "keygen", NULL},
        {"key show missing.pem", 1, "'missing.pem'", "a name counts from", NULL},
        {"key show .", 1, "Is a directory", "name a file", "Input/output"},
        {"sign T --pubkey K --sign-command false", 1, "exit code 1", "by hand", "256"},
        {"sign T --pubkey K --sign-command kill${IFS}-9${IFS}$$", 1, "by signal 9", "by hand",
         NULL},
        {"inspect short.tbf", 1, "'short.tbf' is not a usable TBF", "package anew", "cortex-m4"},
        {"inspect broken.pem", 1, "is not a usable package", "package anew", NULL},
        {"intsall T", 2, "no command 'intsall'", "is 'loader-cli install' meant?", NULL},
        {"kernel instal T", 2, "no command 'kernel instal'", "'loader-cli kernel install'", NULL},
        {"emu strat", 2, "no command 'emu strat'", "'loader-cli emu start'", NULL},
        {"emu", 2, "no command 'emu'", "start, stop, kill", NULL},
        {"tbf", 2, "no command 'tbf'", "tlv add", NULL},
        {"kernel", 2, "no command 'kernel'", "install, update", "tockloader"},
        {"kernel --help", 2, "no command 'kernel'", "install, update", "tockloader"},
        {"kernel foo", 2, "no command 'kernel foo'", "install, update", "tockloader"},
        {"kernel attrs add", 2, "no command 'kernel attrs'", "loader-cli key embed", NULL},
        {"frobnicate", 2, "no command 'frobnicate'", "loader-cli --help", "meant"},
        {"list --nonsense", 2, "--nonsense", "loader-cli list --help", NULL},
        {"kernel install", 2, "kernel install", "loader-cli kernel install --help", NULL},
        {"help frobnicate", 2, "no command 'frobnicate'", "loader-cli help", NULL},
        {"list x", 2, "list takes no arguments, and not 'x'", "list -v", "one form"},
        {"list --map --tree", 2, "only one of", "loader-cli list --help", "one form"},
        {"key embed --owner x --symbol a;b -o O K", 2, "'a;b' is no name in C", "letters", NULL},
        {"pack E -o O --name=", 2, "without a name", "--name", NULL},
        {"monitor --lines 0", 2, "a number is 0", "loader-cli monitor --help", NULL},
        {"-d gdb:localhost:1 --board mps2_an386 list", 4, "at gdb:localhost:1", "start the",
         "tcp:"},
        {"-d gdb:nowhere --board mps2_an386 list", 2, "is not gdb:HOST:PORT", "-d gdb:", "tcp:"},
        {"image new here.img --board mps2_an386", 1, "is there already", "--force", NULL},
        {"-d F monitor --until never --for 1", 1, "no line matched 'never'", "without --until",
         NULL},
    };

    (void)state;
    put("empty.pem", "", 0);
    put("p384.pem", p384, strlen(p384));
    put("secp256k1.pem", secp256k1, strlen(secp256k1));
    put("rsa.pem", rsa, strlen(rsa));
    put("broken.pem", p384, 60);
    put("here.img", "x", 1);
    put("short.tbf", "\2\0short", 7);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const char *hint;

        run_line(lines[i].line);
        expect(lines[i].line, tool_fault(&run, lines[i].code) == NULL);
        hint = strstr(run.err, "hint: ");
        expect(lines[i].line, hint != NULL && strstr(hint, lines[i].hint) != NULL);
        expect(lines[i].line, strstr(run.err, lines[i].says) != NULL);
        expect(lines[i].line, lines[i].not == NULL || strstr(run.err, lines[i].not ) == NULL);
        expect(lines[i].line, strstr(run.err, "COMMAND") == NULL);
    }
}

/* The field that is wrong is named, and one that there is not is no comment. */
static void mistakes_in_descriptions_of_boards_name_the_field(void **state)
{
    static const char good[] =
        "{\"name\": \"nucleo\", \"architecture\": \"cortex-m4\", \"$comment\": \"as documented\","
        "\"flash\": {\"base\": 134217728, \"write_unit\": 8, \"erase_value\": 255,"
        " \"runs\": [{\"page_size\": 2048, \"page_count\": 256}]},"
        "\"journal\": [{\"address\": 134217728, \"size\": 4096},"
        " {\"address\": 134221824, \"size\": 4096}],"
        "\"slots\": [], \"apps\": {\"address\": 134479872, \"size\": 262144},"
        "\"app_ram\": 65536, \"identities\": 16, \"regions\": true,"
        "\"storage\": {\"values\": {\"address\": 134275072, \"size\": 16384},"
        " \"spares\": {\"address\": 134266880, \"size\": 8192}}}";
    static const struct {
        const char *part;
        const char *instead;
        const char *says;
    } changes[] = {
        {"\"slots\"", "\"slotz\"", "there is no field 'slotz'"},
        {"\"page_count\"", "\"pages\"", "there is no field 'flash.runs[0].pages'"},
        {"\"name\": \"nucleo\",", "", "name is missing"},
        {"\"cortex-m4\"", "4", "architecture is no text"},
        {"\"app_ram\": 65536,", "", "app_ram is missing"},
        {"\"write_unit\": 8", "\"write_unit\": 7", "flash.write_unit is no power of two"},
        {"\"write_unit\": 8", "\"write_unit\": 64", "flash.write_unit is no number from 0 to 32"},
        {"\"erase_value\": 255", "\"erase_value\": 1", "flash.erase_value is neither"},
        {"\"page_size\": 2048", "\"page_size\": 2047", "flash.runs[0]: page_size"},
        {"134221824, \"size\": 4096", "134221824, \"size\": 2048", "halves of journal"},
        {"134221824", "134219776", "journal[0] and journal[1] overlap"},
        {"\"apps\": {", "\"apps\": {\"length\": 1, ", "there is no field 'apps.length'"},
        {"134479872", "134479873", "apps is not in the flash"},
        {"\"slots\": []", "\"slots\": [{\"address\": 134217728, \"size\": 0}]",
         "slots[0].size is 0"},
        {"\"regions\": true", "\"regions\": 1", "regions is neither true nor false"},
        {"\"spares\"", "\"spare\"", "there is no field 'storage.spare'"},
    };
    static char text[2048];

    (void)state;
    put("board.json", good, strlen(good));
    run_line("boards ./board.json");
    expect("boards ./board.json", run.code == 0);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const char *at = strstr(good, changes[i].part);

        assert_non_null(at);
        snprintf(text, sizeof text, "%.*s%s%s", (int)(at - good), good, changes[i].instead,
                 at + strlen(changes[i].part));
        put("board.json", text, strlen(text));
        run_line("boards ./board.json");
        expect(changes[i].says, tool_fault(&run, 1) == NULL);
        expect(changes[i].says, strstr(run.err, changes[i].says) != NULL);
    }
}

/* Each line of it fits, and nothing in it is popt's own. */
static void help_is_fit_to_read(void **state)
{
    json_t *root;
    const json_t *command;
    size_t i;

    (void)state;
    run_line("help --json");
    root = json_loads(run.out, 0, NULL);
    assert_non_null(root);
    json_array_foreach(json_object_get(root, "commands"), i, command)
    {
        static struct tool_run other;
        const char *name = json_string_value(json_object_get(command, "name"));
        char line[80];

        snprintf(line, sizeof line, "help %s", name);
        run_line(line);
        other = run;
        snprintf(line, sizeof line, "%s --help", name);
        run_line(line);
        expect(line, run.code == 0 && other.code == 0 && strcmp(run.out, other.out) == 0);
        expect(line, tool_count(run.out, "sage:") == 1 && strstr(run.out, "[OPTION...]") == NULL);
        for (const char *at = run.out; *at != '\0'; at += at[0] == '\n') {
            size_t length = strcspn(at, "\n");

            expect(line, length <= HELP_COLUMNS);
            at += length;
        }
    }
    json_decref(root);
}

static void the_version_is_told_in_json(void **state)
{
    json_t *root;

    (void)state;
    run_line("--json --version");
    expect("--json --version", run.code == 0);
    root = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
    assert_true(json_is_string(json_object_get(root, "version")));
    json_decref(root);
    run_line("--version");
    expect("--version", run.code == 0 && strncmp(run.out, "loader-cli ", 11) == 0);
}

static void every_kind_of_selector_is_offered(void **state)
{
    static const char *const kinds[] = {
        "usb:", "serial:", "tcp:", "file:", "gdb:", "openocd:", "pyocd:", "jlink:", "bmp:"};

    (void)state;
    tool_run(&run, NULL, (const char *const[]){"complete", "--", "list", "-d", "", NULL});
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        char line[16];

        snprintf(line, sizeof line, "%s\t", kinds[i]);
        expect(kinds[i], strstr(run.out, line) != NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_are_named_and_have_their_own_hint),
        cmocka_unit_test(mistakes_in_descriptions_of_boards_name_the_field),
        cmocka_unit_test(help_is_fit_to_read),
        cmocka_unit_test(the_version_is_told_in_json),
        cmocka_unit_test(every_kind_of_selector_is_offered),
    };
    int failed;

    tool_setup();
    package_make(&package);
    if (chdir(tool_folder()) != 0) {
        return EXIT_FAILURE;
    }
    fake_start(&fake, package.public_key);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    fake_stop(&fake);
    return failed;
}
