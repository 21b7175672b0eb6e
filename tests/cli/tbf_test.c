// SPDX-License-Identifier: Apache-2.0
/* Packages that are edited, signed elsewhere, converted: the whole tool, also with bad input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "package.h"
#include "tool.h"

enum { WORDS_MAX = 14, FILE_MAX = 1 << 18 };

static struct tool_run run;
static struct package package;
static char work[128];   /* a copy of the package, to be changed */
static char folder[128]; /* for digests and signatures */
static char output[128];

struct content {
    size_t size;
    uint8_t data[FILE_MAX];
};

static void get(const char *path, struct content *content)
{
    FILE *file = fopen(path, "rb");

    assert_non_null(file);
    content->size = fread(content->data, 1, sizeof content->data, file);
    fclose(file);
}

static void put(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    fclose(file);
}

static void copy_package(void)
{
    static struct content content;

    get(package.tab, &content);
    put(work, content.data, content.size);
}

/* Runs a line; W, E, K, P, D and O stand for work, executable, key, its public half, folder,
 * output.
 */
static void check(const char *line, int code)
{
    char text[512];
    char public_key[140];
    const char *word[WORDS_MAX + 1];
    size_t count = 0;
    char *rest = NULL;
    const char *fault;

    tool_path(public_key, sizeof public_key, "key.pub.pem");
    snprintf(text, sizeof text, "%s", line);
    for (char *at = strtok_r(text, " ", &rest); at != NULL && count < WORDS_MAX;
         at = strtok_r(NULL, " ", &rest)) {
        word[count++] = strcmp(at, "W") == 0   ? work
                        : strcmp(at, "E") == 0 ? package.elf
                        : strcmp(at, "K") == 0 ? package.key
                        : strcmp(at, "P") == 0 ? public_key
                        : strcmp(at, "D") == 0 ? folder
                        : strcmp(at, "O") == 0 ? output
                                               : at;
    }
    word[count] = NULL;
    tool_run(&run, NULL, word);
    fault = tool_fault(&run, code);
    if (fault != NULL) {
        printf("loader-cli %s: %s, wanted %d\n", line, fault, code);
        tool_show(&run);
    }
    assert_null(fault);
}

/* The first object of `inspect --json`; the root is to be released. */
static json_t *inspect(const char *line, json_t **root)
{
    check(line, 0);
    *root = json_loads(run.out, 0, NULL);
    assert_non_null(*root);
    return json_array_get(json_object_get(*root, "objects"), 0);
}

static json_int_t number(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

static void an_edited_package_is_signed_again(void **state)
{
    json_t *root;
    json_t *object;

    (void)state;
    copy_package();
    check("tbf tlv add W permissions 0x1:1,2 0x40001", 0);
    assert_non_null(strstr(run.err, "sign it again"));
    check("verify W --key P", 5);
    check("tbf tlv modify W program app_version 9", 0);
    check("tbf tlv modify W base sticky 1", 0);
    check("tbf tlv add W persistent_storage 1 7,8 -", 0);
    check("tbf tlv add W short_id 0x1234", 0);
    check("tbf tlv delete W kernel_version", 0);
    check("tbf tlv modify W name name thirty-two-bytes-are-just-enough", 0);
    check("sign W --key K", 0);
    check("verify W --key P", 0);
    object = inspect("inspect W --json --key P -v", &root);
    assert_string_equal(json_string_value(json_object_get(object, "name")),
                        "thirty-two-bytes-are-just-enough");
    assert_string_equal(json_string_value(json_object_get(json_object_get(root, "bundle"), "name")),
                        "thirty-two-bytes-are-just-enough");
    assert_int_equal(number(object, "version"), 9);
    assert_int_equal(number(object, "short_id"), 0x1234);
    assert_true(json_is_true(json_object_get(object, "sticky")));
    assert_int_equal(json_array_size(json_object_get(object, "permissions")), 2);
    assert_true(json_is_true(
        json_object_get(json_array_get(json_object_get(object, "credentials"), 0), "fits")));
    json_decref(root);
}

static void an_error_leaves_the_package_as_it_was(void **state)
{
    static const struct {
        const char *line;
        int code;
    } cases[] = {
        {"tbf tlv add W name other", 1},                         /* it has one */
        {"tbf tlv modify W program init_fn_offset 0x100000", 1}, /* outside */
        {"tbf tlv modify W program protected_size 0xFFFFFFFF", 1},
        {"tbf tlv modify W program binary_end_offset 0", 1},
        {"tbf tlv modify W fixed_addresses start_process_ram 1", 3}, /* it has none */
        {"tbf tlv delete W short_id", 3},
        {"tbf tlv delete W 0x4702", 3},
        {"tbf tlv add W short_id 5 --member rv32imc", 1},
        {"tbf credential delete W sha256", 3},
        {"tbf credential add W rsa4096 --key K", 1},   /* no RSA key */
        {"tbf credential add W ecdsap256 --key E", 1}, /* no key at all */
        {"tbf credential add W ecdsap256 --key /no/key", 1},
        {"tbf credential add W sha512", 6}, /* there is no room, and it is signed */
        {"sign W --signature-in D --pubkey P", 1},
        {"sign W --signature-in /no/folder --pubkey P", 1},
        {"sign W --digest-out /no/folder", 1},
    };
    static struct content before;
    static struct content after;

    (void)state;
    copy_package();
    get(work, &before);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check(cases[i].line, cases[i].code);
        get(work, &after);
        assert_int_equal(after.size, before.size);
        assert_memory_equal(after.data, before.data, before.size);
    }
}

static void credentials_come_and_go(void **state)
{
    static struct content content;
    json_t *root;
    json_t *list;

    (void)state;
    copy_package();
    check("tbf credential delete W ecdsap256", 0);
    check("tbf credential add W sha512", 0); /* makes the object larger: nothing is signed */
    check("tbf credential add W sha256", 0);
    check("tbf credential add W ecdsap256 --key K", 0);
    check("tbf credential add W hmac_sha256 --key E", 6); /* now something is */
    check("verify W --key P", 0);
    list = json_object_get(inspect("inspect W --json --key P", &root), "credentials");
    assert_true(json_array_size(list) >= 3);
    for (size_t i = 0; i < 3; i++) {
        assert_true(json_is_true(json_object_get(json_array_get(list, i), "fits")));
    }
    json_decref(root);
    get(work, &content);
    content.data[content.size / 2] ^= 1;
    put(work, content.data, content.size);
    check("inspect W", 0);
    assert_int_equal(tool_count(run.out, "DOES NOT FIT"), 2);
    check("tbf credential delete W sha256", 0);
    check("inspect W", 0);
    assert_int_equal(tool_count(run.out, "DOES NOT FIT"), 1);
}

/* What C would make of the array. */
static size_t read_array(const char *text, uint8_t *data, size_t size)
{
    size_t count = 0;

    for (const char *at = strstr(text, "= {"); at != NULL && count < size; count++) {
        at = strstr(at, "0x");
        if (at == NULL) {
            break;
        }
        data[count] = (uint8_t)strtoul(at, NULL, 16);
        at += 2;
    }
    return count;
}

static void an_object_is_taken_out_as_bytes_and_as_c(void **state)
{
    static struct content object;
    static struct content text;
    static uint8_t data[FILE_MAX];
    char line[64];
    size_t count;
    json_t *root;

    (void)state;
    copy_package();
    check("tbf convert W --to tbf -o O", 0);
    get(output, &object);
    assert_int_equal(object.size, number(inspect("inspect W --json", &root), "size"));
    json_decref(root);
    check("inspect O", 0);                        /* a lone object is a package */
    check("tbf convert W --symbol blob -o O", 0); /* 6 characters for each byte */
    get(output, &text);
    text.data[text.size < FILE_MAX ? text.size : FILE_MAX - 1] = '\0';
    count = read_array((const char *)text.data, data, sizeof data);
    assert_true(count <= object.size && count > object.size / 2);
    assert_memory_equal(data, object.data, count);
    for (size_t i = count; i < object.size; i++) {
        assert_int_equal(object.data[i], 0);
    }
    snprintf(line, sizeof line, "blob_size = %zu;", count);
    assert_non_null(strstr((const char *)text.data, line));
    snprintf(line, sizeof line, "blob_total_size = %zu;", object.size);
    assert_non_null(strstr((const char *)text.data, line));
    check("tbf convert W", 0); /* of the output the test keeps the beginning */
    assert_non_null(strstr(run.out, "gamma_size"));
    check("tbf convert W --member cortex-m7", 1);
}

static void a_signature_made_elsewhere_is_taken_if_it_fits(void **state)
{
    static struct content before;
    static struct content after;
    char digest[160];
    char signature[160];
    char command[600];
    struct stat status;

    (void)state;
    copy_package();
    check("tbf credential delete W ecdsap256", 0);
    get(work, &before);
    check("sign W --digest-out D", 0);
    get(work, &after);
    assert_memory_equal(after.data, before.data, before.size);
    snprintf(digest, sizeof digest, "%s/cortex-m3.tbf.digest", folder);
    snprintf(signature, sizeof signature, "%s/cortex-m3.tbf.sig", folder);
    assert_int_equal(stat(digest, &status), 0);
    assert_int_equal(status.st_size, 32);
    put(signature, "no signature", 12);
    check("sign W --signature-in D --pubkey P", 1);
    put(signature, "0123456789012345678901234567890123456789012345678901234567890123", 64);
    check("sign W --signature-in D --pubkey P", 5);
    get(work, &after);
    assert_memory_equal(after.data, before.data, before.size);
    snprintf(command, sizeof command, "openssl pkeyutl -sign -inkey %s -in %s -out %s 2>/dev/null",
             package.key, digest, signature);
    if (system(command) != 0) {
        skip(); /* no openssl here */
    }
    check("sign W --signature-in D --pubkey P", 0);
    check("verify W --key P", 0);
    check("tbf tlv modify W program app_version 2", 0);
    check("sign W --signature-in D --pubkey P", 5); /* that was the old one's */
    unlink(signature);
    unlink(digest);
}

static void the_names_of_elf2tab_mean_the_same(void **state)
{
    static struct content ours;
    static struct content theirs;

    (void)state;
    check("pack E -n app -o W --layout=elf2tab --kernel-version=2.1 --min-footer=500 "
          "--permission=1:0 --sha256",
          0);
    get(work, &ours);
    check("pack E --package-name app --output-file O --layout=elf2tab --kernel-major=2 "
          "--kernel-minor=1 --minimum-footer-size=500",
          0);
    get(output, &theirs);
    assert_true(ours.size != theirs.size ||
                memcmp(ours.data, theirs.data, ours.size) != 0); /* fewer credentials */
    check("pack E --package-name app --output-file O --layout=elf2tab --kernel-major=2 "
          "--kernel-minor=1 --minimum-footer-size=500 --permissions=1,0 --sha256 --deterministic "
          "-v",
          0);
    get(output, &theirs);
    assert_int_equal(ours.size, theirs.size);
    assert_memory_equal(ours.data, theirs.data, ours.size);
}

static void a_bundle_says_what_it_was_packed_with(void **state)
{
    json_t *root;
    const json_t *object;
    json_t *bundle;

    (void)state;
    check("pack E -n app -o W --board=one,two --kernel-version=none "
          "--build-date=2026-01-31T12:00:00Z --disable",
          0);
    check("sign W --key K", 0); /* is written anew */
    object = json_object_get(inspect("inspect W --json", &root), "enabled");
    assert_true(json_is_false(object));
    bundle = json_object_get(root, "bundle");
    assert_string_equal(json_string_value(json_object_get(bundle, "boards")), "one,two");
    assert_string_equal(json_string_value(json_object_get(bundle, "kernel")), "");
    assert_string_equal(json_string_value(json_object_get(bundle, "built")),
                        "2026-01-31T12:00:00Z");
    json_decref(root);
}

/* The executable of the tests, linked for 0x21100080 instead: entry, and the segment's addresses.
 */
static void make_fixed(const char *path)
{
    static const size_t places[] = {24, 52 + 8, 52 + 12};
    static const uint8_t address[4] = {0x80, 0x00, 0x10, 0x21};
    static struct content content;

    get(package.elf, &content);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        memcpy(content.data + places[i], address, sizeof address);
    }
    put(path, content.data, content.size);
}

static void an_executable_linked_for_one_place_is_packed_for_it(void **state)
{
    json_t *root;
    json_t *object;

    (void)state;
    make_fixed(output);
    check("pack O -n app -o W --ram-address 0x20100000", 0);
    object = inspect("inspect W --json", &root);
    assert_string_equal(json_string_value(json_object_get(object, "member")),
                        "cortex-m3.0x21100080.0x20100000.tbf");
    assert_int_equal(number(object, "fixed_flash"), 0x21100080);
    assert_int_equal(number(object, "fixed_ram"), 0x20100000);
    assert_int_equal(number(object, "ram"), 2048 + 1024 + 1024);
    json_decref(root);
    check("pack O -n app -o W", 0); /* where its RAM is it does not say */
    assert_non_null(strstr(run.err, "_sram_origin"));
}

static void packages_cut_short_are_refused_by_every_command(void **state)
{
    static const char *const lines[] = {
        "tbf tlv add W short_id 5",
        "tbf tlv delete W name",
        "tbf tlv modify W base sticky 1",
        "tbf credential add W sha256",
        "tbf credential delete W sha256",
        "tbf convert W -o O",
        "inspect W",
        "sign W --digest-out D",
    };
    static const size_t cuts[] = {0, 1, 100, 511, 512, 700, 1100, 2048, 5000};
    static struct content content;

    (void)state;
    get(package.tab, &content);
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        for (size_t k = 0; k < sizeof lines / sizeof lines[0]; k++) {
            put(work, content.data, cuts[i]);
            check(lines[k], 1);
        }
    }
}

/* The attributes at the end of a Tock kernel, lowest address first. */
static const uint8_t attributes[] = {
    2, 0,    3, 0,    0, 0,    0, 0, 0x03, 0x01, 8, 0, /* version 2.3.0 */
    0, 0,    0, 0x10, 0, 0,    2, 0, 0x02, 0x01, 8, 0, /* kernel flash */
    0, 0x60, 0, 0x20, 0, 0xA0, 3, 0, 0x01, 0x01, 8, 0, 0, 0, 0, 1, 'T', 'O', 'C', 'K'};

static void a_tock_kernel_says_what_it_is(void **state)
{
    uint8_t file[256] = {0xFF};
    json_t *root;

    (void)state;
    for (size_t i = 0; i < sizeof file; i++) {
        file[i] = 0xFF;
    }
    memcpy(file + sizeof file - sizeof attributes, attributes, sizeof attributes);
    put(work, file, sizeof file);
    (void)inspect("inspect W --json", &root);
    assert_int_equal(number(json_object_get(root, "app_memory"), "start"), 0x20006000);
    assert_int_equal(number(json_object_get(root, "app_memory"), "length"), 0x3A000);
    assert_int_equal(number(json_object_get(root, "kernel_flash"), "start"), 0x10000000);
    assert_int_equal(json_integer_value(json_array_get(json_object_get(root, "version"), 1)), 3);
    json_decref(root);
    for (size_t cut = 1; cut < sizeof attributes; cut++) { /* from the front: no overrun */
        put(work, attributes + cut, sizeof attributes - cut);
        tool_run(&run, NULL, (const char *const[]){"inspect", work, NULL});
        assert_true(run.code == 0 || run.code == 1);
    }
}

static int setup(void **state)
{
    (void)state;
    tool_setup();
    package_make(&package);
    tool_path(work, sizeof work, "work.tab");
    tool_path(folder, sizeof folder, "stick");
    tool_path(output, sizeof output, "output");
    return mkdir(folder, 0700);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_edited_package_is_signed_again),
        cmocka_unit_test(an_error_leaves_the_package_as_it_was),
        cmocka_unit_test(credentials_come_and_go),
        cmocka_unit_test(an_object_is_taken_out_as_bytes_and_as_c),
        cmocka_unit_test(a_signature_made_elsewhere_is_taken_if_it_fits),
        cmocka_unit_test(the_names_of_elf2tab_mean_the_same),
        cmocka_unit_test(a_bundle_says_what_it_was_packed_with),
        cmocka_unit_test(an_executable_linked_for_one_place_is_packed_for_it),
        cmocka_unit_test(packages_cut_short_are_refused_by_every_command),
        cmocka_unit_test(a_tock_kernel_says_what_it_is),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
