// SPDX-License-Identifier: Apache-2.0
/*
 * libgantry without a device: packages and keys, who owns what, and what becomes of it without
 * memory. Only the public headers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gantry/gantry.h>
#include <trust/sha256.h>

#include "../cli/package.h"
#include "../cli/tool.h"

static struct package made;
static struct gantry *gantry;
static const struct gantry_pack pack = {.size = sizeof pack, .name = "delta", .version = 7};

/* The linker puts these in front of the allocator: the one that is due fails. */
static long countdown = -1; /* allocations until then; negative: none fails */

static bool is_due(void)
{
    return countdown >= 0 && countdown-- == 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_malloc(size_t size)
{
    return is_due() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return is_due() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return is_due() ? NULL : __real_realloc(old, size);
}

static int begin(void **state)
{
    (void)state;
    gantry = gantry_new();
    return gantry != NULL ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    gantry_free(gantry);
    return 0;
}

static void a_package_is_described(void **state)
{
    const struct gantry_object *object;
    struct gantry_package *package;
    uint8_t digest[32];

    (void)state;
    assert_int_equal(gantry_package_pack(gantry, made.elf, &pack, &package), GANTRY_OK);
    assert_int_equal(gantry_package_count(package), 1);
    assert_string_equal(gantry_package_name(package), "delta");
    assert_string_equal(gantry_package_boards(package), "");
    assert_true(gantry_package_is_bundle(package));
    object = gantry_package_object(package, 0);
    assert_null(object->fault);
    assert_string_equal(object->member, "cortex-m3.tbf");
    assert_string_equal(object->name, "delta");
    assert_int_equal(object->version, 7);
    assert_false(object->kernel);
    trust_sha256(object->data, object->binary_end, digest);
    assert_memory_equal(object->digest, digest, sizeof digest);
    assert_null(gantry_package_object(package, 1));
    gantry_package_free(package);
}

static void a_package_is_written_and_read(void **state)
{
    struct gantry_package *package;
    struct gantry_package *back;
    char path[128];
    char kernel[16];

    (void)state;
    tool_path(path, sizeof path, "written.tab");
    assert_int_equal(gantry_package_pack(gantry, made.elf, &pack, &package), GANTRY_OK);
    assert_int_equal(gantry_package_write(gantry, package, path), GANTRY_OK);
    assert_int_equal(gantry_package_open(gantry, path, &back), GANTRY_OK);
    assert_string_equal(gantry_package_name(back), "delta");
    snprintf(kernel, sizeof kernel, "%s", gantry_package_kernel(package));
    assert_string_equal(gantry_package_kernel(back), kernel);
    assert_int_equal(gantry_package_object(back, 0)->size, gantry_package_object(package, 0)->size);
    assert_memory_equal(gantry_package_object(back, 0)->data,
                        gantry_package_object(package, 0)->data,
                        gantry_package_object(back, 0)->size);
    gantry_package_free(back);
    assert_int_equal(gantry_package_write(gantry, package, "/nowhere/at/all"), GANTRY_FAILED);
    assert_non_null(strstr(gantry_message(gantry), "/nowhere/at/all"));
    gantry_package_free(package);
}

static void what_is_no_package_is_an_error(void **state)
{
    const struct gantry_pack nameless = {.size = sizeof nameless};
    const struct gantry_pack later = {.size = sizeof later + 8, .name = "delta"};
    struct gantry_package *package = (struct gantry_package *)&pack;

    (void)state;
    assert_int_equal(gantry_package_open(gantry, "/nowhere", &package), GANTRY_FAILED);
    assert_null(package);
    assert_int_equal(gantry_package_open(gantry, made.elf, &package), GANTRY_FAILED);
    assert_null(package);
    assert_int_equal(gantry_package_pack(gantry, made.tab, &pack, &package), GANTRY_FAILED);
    assert_null(package);
    assert_int_equal(gantry_package_pack(gantry, made.elf, &nameless, &package), GANTRY_USAGE);
    assert_null(package);
    assert_int_equal(gantry_package_pack(gantry, made.elf, &later, &package), GANTRY_USAGE);
    assert_null(package);
    gantry_package_free(NULL);
    gantry_key_free(NULL);
    gantry_free(NULL);
}

static void a_signature_counts_for_its_key_alone(void **state)
{
    struct gantry_package *package;
    struct gantry_key *key;
    struct gantry_key *other;

    (void)state;
    assert_int_equal(gantry_key_generate(gantry, &key), GANTRY_OK);
    assert_int_equal(gantry_key_generate(gantry, &other), GANTRY_OK);
    assert_memory_not_equal(gantry_key_public(key), gantry_key_public(other), 64);
    assert_int_equal(gantry_package_pack(gantry, made.elf, &pack, &package), GANTRY_OK);
    assert_int_equal(gantry_package_verify(gantry, package, key), GANTRY_REFUSED);
    assert_int_equal(gantry_package_sign(gantry, package, key), GANTRY_OK);
    assert_int_equal(gantry_package_verify(gantry, package, key), GANTRY_OK);
    assert_int_equal(gantry_package_verify(gantry, package, other), GANTRY_REFUSED);
    gantry_key_free(other);
    gantry_key_free(key);
    gantry_package_free(package);
}

/* A signer that keeps the key elsewhere. */
struct elsewhere {
    struct gantry *gantry;
    const struct gantry_package *signed_one; /* where it takes its signature from */
    enum gantry_error error;
    bool forge;
    uint8_t digest[32];
};

/* The footer begins with type and length, and the credential's format: 8 bytes. */
static enum gantry_error sign_elsewhere(void *user, const char *member, const uint8_t digest[32],
                                        uint8_t signature[64])
{
    struct elsewhere *e = user;
    const struct gantry_object *object = gantry_package_object(e->signed_one, 0);

    assert_string_equal(member, "cortex-m3.tbf");
    memcpy(e->digest, digest, sizeof e->digest);
    memcpy(signature, object->data + object->binary_end + 8, 64);
    signature[3] ^= e->forge ? 1 : 0;
    return e->error;
}

static void an_external_signer_is_not_trusted(void **state)
{
    struct gantry_package *package;
    struct elsewhere e = {.gantry = gantry};
    struct gantry_package *signed_one;
    struct gantry_key *key;
    uint8_t *before;
    uint32_t size;

    (void)state;
    assert_int_equal(gantry_key_generate(gantry, &key), GANTRY_OK);
    assert_int_equal(gantry_package_pack(gantry, made.elf, &pack, &signed_one), GANTRY_OK);
    assert_int_equal(gantry_package_sign(gantry, signed_one, key), GANTRY_OK);
    e.signed_one = signed_one;
    assert_int_equal(gantry_package_pack(gantry, made.elf, &pack, &package), GANTRY_OK);
    size = gantry_package_object(package, 0)->size;
    before = malloc(size);
    assert_non_null(before);
    memcpy(before, gantry_package_object(package, 0)->data, size);

    e.error = GANTRY_PERMISSION;
    assert_int_equal(gantry_package_sign_by(gantry, package, key, sign_elsewhere, &e),
                     GANTRY_PERMISSION);
    e.error = GANTRY_OK;
    e.forge = true;
    assert_int_equal(gantry_package_sign_by(gantry, package, key, sign_elsewhere, &e),
                     GANTRY_REFUSED);
    assert_int_equal(gantry_package_object(package, 0)->size, size);
    assert_memory_equal(gantry_package_object(package, 0)->data, before, size);
    e.forge = false;
    assert_int_equal(gantry_package_sign_by(gantry, package, key, sign_elsewhere, &e), GANTRY_OK);
    assert_memory_equal(gantry_package_object(package, 0)->digest, e.digest, sizeof e.digest);
    assert_int_equal(gantry_package_verify(gantry, package, key), GANTRY_OK);
    assert_int_equal(gantry_package_sign_by(gantry, package, key, NULL, NULL), GANTRY_USAGE);
    free(before);
    gantry_key_free(key);
    gantry_package_free(package);
    gantry_package_free(signed_one);
}

static void what_is_to_be_signed_is_known_before(void **state)
{
    struct gantry_package *package;
    struct gantry_package *signed_one;
    struct gantry_key *key;

    (void)state;
    assert_int_equal(gantry_key_generate(gantry, &key), GANTRY_OK);
    assert_int_equal(gantry_package_pack(gantry, made.elf, &pack, &package), GANTRY_OK);
    assert_int_equal(gantry_package_pack(gantry, made.elf, &pack, &signed_one), GANTRY_OK);
    assert_int_equal(gantry_package_sign(gantry, signed_one, key), GANTRY_OK);
    assert_int_equal(gantry_package_prepare(gantry, package), GANTRY_OK);
    assert_memory_equal(gantry_package_object(package, 0)->digest,
                        gantry_package_object(signed_one, 0)->digest, 32);
    gantry_key_free(key);
    gantry_package_free(signed_one);
    gantry_package_free(package);
}

static void keys_are_kept_in_files(void **state)
{
    char path[128];
    char public_path[128];
    struct gantry_key *key;
    struct gantry_key *back;

    (void)state;
    tool_path(path, sizeof path, "own.pem");
    tool_path(public_path, sizeof public_path, "own.pub.pem");
    assert_int_equal(gantry_key_generate(gantry, &key), GANTRY_OK);
    assert_int_equal(gantry_key_write(gantry, key, path), GANTRY_OK);
    assert_int_equal(gantry_key_write(gantry, key, path), GANTRY_FAILED);
    assert_non_null(strstr(gantry_message(gantry), "never overwritten"));
    assert_int_equal(gantry_key_read(gantry, path, &back), GANTRY_OK);
    assert_true(gantry_key_is_private(back));
    assert_memory_equal(gantry_key_public(key), gantry_key_public(back), 64);
    gantry_key_free(back);
    assert_int_equal(gantry_key_read(gantry, public_path, &back), GANTRY_OK);
    assert_false(gantry_key_is_private(back));
    assert_memory_equal(gantry_key_public(key), gantry_key_public(back), 64);
    assert_int_equal(gantry_key_write(gantry, back, "/nowhere"), GANTRY_USAGE);
    gantry_key_free(back);
    assert_int_equal(gantry_key_read(gantry, made.tab, &back), GANTRY_FAILED);
    assert_null(back);
    gantry_key_free(key);
}

static bool never(void *user, const char *path, char *password, size_t size)
{
    assert_non_null(path);
    assert_true(size > 1);
    password[0] = '\0';
    (*(int *)user)++;
    return false;
}

static void a_password_is_asked_for(void **state)
{
    /* In parts: nothing in the tree looks like a key. */
    static const char pem[] = "-----BEGIN EC PRIVATE "
                              "KEY-----\nProc-Type: 4,ENCRYPTED\n"
                              "DEK-Info: AES-256-CBC,00\n\nAAAA\n-----END EC PRIVATE "
                              "KEY-----\n";
    char path[128];
    FILE *file = fopen(tool_path(path, sizeof path, "locked.pem"), "w");
    struct gantry_key *key;
    int asked = 0;

    (void)state;
    assert_non_null(file);
    assert_true(fputs(pem, file) >= 0 && fclose(file) == 0);
    assert_int_equal(gantry_key_read(gantry, path, &key), GANTRY_FAILED);
    assert_non_null(strstr(gantry_message(gantry), "no password"));
    gantry_on_password(gantry, never, &asked);
    assert_int_equal(gantry_key_read(gantry, path, &key), GANTRY_FAILED);
    assert_int_equal(asked, 1);
}

static void signatures_are_read_in_both_forms(void **state)
{
    uint8_t raw[64] = {1, [32] = 1};
    uint8_t der[72] = {0x30, 0, 0x02, 32, 1, [36] = 0x02, [37] = 32, [38] = 1};
    uint8_t signature[64];

    (void)state;
    assert_true(gantry_signature_read(raw, sizeof raw, signature));
    assert_memory_equal(signature, raw, sizeof raw);
    der[1] = 68;
    assert_true(gantry_signature_read(der, 70, signature));
    assert_memory_equal(signature, raw, sizeof raw);
    assert_false(gantry_signature_read(der, 69, signature));
    assert_false(gantry_signature_read(raw, 63, signature));
}

/* What is done without a device, once; with keys: thousands of allocations, for large numbers. */
static enum gantry_error with_packages(struct gantry *own)
{
    struct gantry_package *package = NULL;
    struct gantry_package *packed = NULL;
    enum gantry_error error = gantry_set(own, "patience_ms", "1000");

    error = error != GANTRY_OK ? error : gantry_package_open(own, made.tab, &package);
    error = error != GANTRY_OK ? error : gantry_package_pack(own, made.elf, &pack, &packed);
    error = error != GANTRY_OK ? error : gantry_package_prepare(own, packed);
    gantry_package_free(packed);
    gantry_package_free(package);
    return error;
}

static enum gantry_error with_keys(struct gantry *own)
{
    struct gantry_package *package = NULL;
    struct gantry_key *key = NULL;
    enum gantry_error error = gantry_key_read(own, made.key, &key);

    error = error != GANTRY_OK ? error : gantry_package_open(own, made.tab, &package);
    error = error != GANTRY_OK ? error : gantry_package_sign(own, package, key);
    error = error != GANTRY_OK ? error : gantry_package_verify(own, package, key);
    gantry_package_free(package);
    gantry_key_free(key);
    return error;
}

/*
 * Fails one allocation after the other, or ever more seldom. Some can be done without, such as
 * those of a table that only saves time. LeakSanitizer sees to it that nothing is lost on the way.
 */
static void starve(enum gantry_error (*work)(struct gantry *own), long seldom)
{
    long failed[GANTRY_MEMORY + 1] = {0};
    bool fired = true;
    long i = 0;

    while (fired) {
        struct gantry *own = gantry_new();
        enum gantry_error error;

        assert_non_null(own);
        countdown = i;
        error = work(own);
        fired = countdown < 0;
        countdown = -1;
        assert_true(error == GANTRY_OK || (fired && gantry_message(own)[0] != '\0'));
        assert_true(error <= GANTRY_MEMORY);
        failed[error]++;
        gantry_free(own);
        i += 1 + (seldom > 0 ? i / seldom : 0);
    }
    printf("%ld of up to %ld allocations: %ld reported as such, %ld as other errors\n",
           failed[GANTRY_MEMORY] + failed[GANTRY_FAILED] + failed[GANTRY_OK] - 1, i,
           failed[GANTRY_MEMORY], failed[GANTRY_FAILED]);
    assert_true(failed[GANTRY_MEMORY] > 1);
    assert_true(failed[GANTRY_MEMORY] + failed[GANTRY_FAILED] > failed[GANTRY_OK] - 1);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    starve(with_packages, 0);
    starve(with_keys, 3);
    countdown = 0;
    assert_null(gantry_new());
    countdown = -1;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_package_is_described),
        TEST(a_package_is_written_and_read),
        TEST(what_is_no_package_is_an_error),
        TEST(a_signature_counts_for_its_key_alone),
        TEST(an_external_signer_is_not_trusted),
        TEST(what_is_to_be_signed_is_known_before),
        TEST(keys_are_kept_in_files),
        TEST(a_password_is_asked_for),
        TEST(signatures_are_read_in_both_forms),
        TEST(every_allocation_may_fail),
    };

    tool_setup();
    package_make(&made);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
