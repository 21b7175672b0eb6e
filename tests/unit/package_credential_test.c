// SPDX-License-Identifier: Apache-2.0
/* Credentials: their bytes, their room, whether they fit, footers that are damaged. */
#include "package_published.h"

#include <package/credential.h>

static struct bytes tbf;
static struct tbf_header header;

static void parse(void)
{
    assert_int_equal(image_parse(&cli, &tbf, "it", &header), EXIT_DONE);
}

static int add(const char *name, const struct credential_secret *secret)
{
    const struct credential_kind *kind = credential_named(name);
    uint8_t data[CREDENTIAL_DATA_MAX];
    int code;

    parse();
    code = HUSHED(credential_make(&cli, kind, &tbf, &header, secret, data));
    return code != EXIT_DONE ? code : HUSHED(credential_add(&cli, &tbf, "it", kind, data));
}

/* Of the published object: hashlib and hmac of Python say so. */
static void hashes_are_those_of_everything_before_the_footers(void **state)
{
    static const char secret_text[] = "a secret of the test";
    const struct credential_secret secret = {.key_path = path, .id = 0x0102030405060708};

    (void)state;
    make_published(&tbf);
    put_file(secret_text, sizeof secret_text - 1);
    assert_int_equal(add("sha256", &secret), EXIT_DONE);
    assert_int_equal(add("sha384", &secret), EXIT_DONE);
    assert_int_equal(add("sha512", &secret), EXIT_DONE);
    assert_int_equal(add("hmac_sha256", &secret), EXIT_DONE);
    assert_int_equal(add("cleartext_id", &secret), EXIT_DONE);
    assert_bytes(tbf.data, published_header);
    assert_bytes(tbf.data + PUBLISHED_END,
                 "8000240003000000"
                 "9874ddfd0590ae2087f150f595657af3025f6c2d58e184223c4f0a0c2a75d925"
                 "8000340004000000"
                 "3ed2e2ba87b73d42b5b39b8da93a75e8b16ddc80f6ae4d5da3af748a65b83487"
                 "bfe45f7d7fac22bde2d96779140e465d"
                 "8000440005000000"
                 "8d48b2d28dad8ef7f4125c79b7e276354cdd6b696fd7fc80c8845097ebdb854e"
                 "224acc0ba67b0be980d9071ebe1024864250f4343bd7ca0066d2fe7b45b60b0e"
                 "8000240007000000"
                 "bf66d18d29b06e3103f4e241ca2037101d109c1eed40202d63ba24b66fef9ddf"
                 "80000c00f10000000807060504030201"
                 /* The rest is Reserved. */
                 "80001c0100000000");
    bytes_free(&tbf);
}

static void a_hash_is_there_once_and_what_is_removed_gives_its_room_back(void **state)
{
    const struct credential_secret none = {.key_path = NULL};
    size_t removed;

    (void)state;
    make_published(&tbf);
    assert_int_equal(add("sha256", &none), EXIT_DONE);
    assert_int_equal(add("sha512", &none), EXIT_DONE);
    assert_int_equal(add("sha256", &none), EXIT_DONE);
    assert_int_equal(credential_remove(&cli, &tbf, "it", credential_named("sha256"), &removed),
                     EXIT_DONE);
    assert_int_equal(removed, 1);
    assert_bytes(tbf.data + PUBLISHED_END, "80004400050000008d48b2d2");
    assert_int_equal(credential_remove(&cli, &tbf, "it", credential_named("sha512"), &removed),
                     EXIT_DONE);
    assert_int_equal(removed, 1);
    assert_bytes(tbf.data + PUBLISHED_END, "8000fc010000000000000000");
    assert_int_equal(credential_remove(&cli, &tbf, "it", credential_named("sha512"), &removed),
                     EXIT_DONE);
    assert_int_equal(removed, 0);
    bytes_free(&tbf);
}

static void without_room_nothing_is_added(void **state)
{
    const struct credential_secret id = {.id = 7};
    struct bytes before;

    (void)state;
    make_published(&tbf);
    for (int i = 0; i < 32; i++) { /* 32 times 16 bytes are all that there is */
        assert_int_equal(add("cleartext_id", &id), EXIT_DONE);
    }
    before = (struct bytes){NULL, 0};
    assert_true(bytes_resize(&before, tbf.size));
    memcpy(before.data, tbf.data, tbf.size);
    assert_int_equal(add("cleartext_id", &id), EXIT_SPACE);
    assert_int_equal(add("sha256", &id), EXIT_SPACE);
    assert_memory_equal(tbf.data, before.data, before.size);
    bytes_free(&before);
    bytes_free(&tbf);
}

static void an_object_grows_for_a_credential_unless_it_is_signed(void **state)
{
    static const uint8_t signature[64];
    const struct credential_kind *hash = credential_named("sha512");
    const struct image_options options = {.name = "a"};
    const struct credential_secret none = {.key_path = NULL};
    size_t size;

    (void)state;
    make_tbf(64, &options, &tbf);
    assert_int_equal(add("sha256", &none), EXIT_DONE);
    size = tbf.size;
    parse();
    assert_int_equal(credential_make_room(&cli, &tbf, "it", hash, &header), EXIT_DONE);
    assert_true(tbf.size > size);
    assert_int_equal(add("sha512", &none), EXIT_DONE);
    size = tbf.size;
    assert_int_equal(credential_remove(&cli, &tbf, "it", hash, &(size_t){0}), EXIT_DONE);
    assert_int_equal(credential_add(&cli, &tbf, "it", credential_named("ecdsap256"), signature),
                     EXIT_DONE);
    parse();
    assert_int_equal(credential_make_room(&cli, &tbf, "it", hash, &header), EXIT_DONE);
    assert_int_equal(tbf.size, size); /* or the signature would be void */
    assert_int_equal(add("sha512", &none), EXIT_SPACE);
    bytes_free(&tbf);
}

static enum credential_verdict first_verdict(const char *key_path)
{
    enum credential_verdict verdict;
    struct tbf_credential credential;
    uint32_t cursor = 0;

    parse();
    assert_int_equal(tbf_credential_next(tbf.data, &header, &cursor, &credential), 0);
    assert_int_equal(HUSHED(credential_check(&cli, &tbf, &header, &credential, key_path, &verdict)),
                     EXIT_DONE);
    return verdict;
}

/* Keys of OpenSSL; it also checks the signature. */
static void rsa_signatures_fit_their_key_and_no_other(void **state)
{
    static const struct {
        const char *name;
        const char *generate;
        const char *verify;
        size_t modulus;
        size_t size;
    } kinds[] = {
        {"rsa2048", "openssl genrsa -out %s.rsa 2048 2>/dev/null",
         "openssl rsa -in %s.rsa -pubout -out %s.pub 2>/dev/null && openssl dgst -sha256 -verify "
         "%s.pub -signature %s.sig %s >/dev/null",
         0, 256},
        {"rsa4096", "openssl genrsa -out %s.rsa 4096 2>/dev/null",
         "openssl rsa -in %s.rsa -pubout -out %s.pub 2>/dev/null && openssl dgst -sha512 -verify "
         "%s.pub -signature %s.sig %s >/dev/null",
         512, 512},
    };
    char file[80];
    char command[512];

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct credential_secret secret = {.key_path = file};
        const struct image_options options = {.name = "a", .min_footer = 1100};
        FILE *signature;

        snprintf(file, sizeof file, "%s.rsa", path);
        snprintf(command, sizeof command, kinds[i].generate, path);
        if (system(command) != 0) {
            skip(); /* no openssl here */
        }
        make_tbf(300, &options, &tbf);
        assert_int_equal(add(kinds[1 - i].name, &secret), EXIT_FAILED); /* another size */
        assert_int_equal(add(kinds[i].name, &secret), EXIT_DONE);
        assert_int_equal(first_verdict(file), CREDENTIAL_FITS);
        assert_int_equal(first_verdict(NULL), CREDENTIAL_UNKNOWN);
        /* What is signed, and the signature behind frame and modulus, as files for OpenSSL. */
        put_file(tbf.data, header.binary_end);
        snprintf(file, sizeof file, "%s.sig", path);
        signature = fopen(file, "wb");
        assert_non_null(signature);
        assert_int_equal(fwrite(tbf.data + header.binary_end + 8 + kinds[i].modulus, 1,
                                kinds[i].size, signature),
                         kinds[i].size);
        fclose(signature);
        snprintf(command, sizeof command, kinds[i].verify, path, path, path, path, path);
        assert_int_equal(system(command), 0);
        unlink(file);
        snprintf(file, sizeof file, "%s.pub", path);
        assert_int_equal(first_verdict(file), CREDENTIAL_FITS); /* the public half will do */
        tbf.data[header.app_start] ^= 1;
        assert_int_equal(first_verdict(file), CREDENTIAL_WRONG);
        unlink(file);
        snprintf(file, sizeof file, "%s.rsa", path);
        unlink(file);
        bytes_free(&tbf);
    }
}

/* Any file can be a key, also one that looks like a key of another kind: one that does not fit says
 * nothing. */
static void an_hmac_fits_its_key_and_no_other(void **state)
{
    static const char *const secrets[] = {"a secret", "-----BEGIN PUBLIC KEY-----\n", "\n"};
    const struct credential_secret secret = {.key_path = path};

    (void)state;
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        make_published(&tbf);
        put_file(secrets[i], strlen(secrets[i]));
        assert_int_equal(add("hmac_sha256", &secret), EXIT_DONE);
        assert_int_equal(first_verdict(path), CREDENTIAL_FITS);
        assert_int_equal(first_verdict(NULL), CREDENTIAL_UNKNOWN);
        put_file("another", 7);
        assert_int_equal(first_verdict(path), CREDENTIAL_UNKNOWN);
        put_file(secrets[i], strlen(secrets[i]));
        tbf.data[header.app_start] ^= 1;
        assert_int_equal(first_verdict(path), CREDENTIAL_UNKNOWN);
        bytes_free(&tbf);
    }
}

static void a_key_of_another_kind_says_nothing(void **state)
{
    static const uint8_t signature[CREDENTIAL_DATA_MAX];
    char public_name[80];
    struct key key;

    (void)state;
    unlink(path);
    assert_int_equal(key_generate(&cli, &key), EXIT_DONE);
    assert_int_equal(key_write(&cli, path, &key), EXIT_DONE);
    make_tbf(64, &(const struct image_options){.name = "a", .min_footer = 1100}, &tbf);
    assert_int_equal(credential_add(&cli, &tbf, "it", credential_named("rsa4096"), signature),
                     EXIT_DONE);
    assert_int_equal(first_verdict(path), CREDENTIAL_UNKNOWN);
    bytes_free(&tbf);
    make_tbf(64, &(const struct image_options){.name = "a"}, &tbf);
    assert_int_equal(credential_add(&cli, &tbf, "it", credential_named("ecdsap256"), signature),
                     EXIT_DONE);
    assert_int_equal(first_verdict(path), CREDENTIAL_WRONG);
    bytes_free(&tbf);
    snprintf(public_name, sizeof public_name, "%s.pub.pem", path);
    unlink(public_name);
}

static void damaged_footers_are_refused_or_kept_in_bounds(void **state)
{
    const struct credential_secret id = {.id = 7};
    uint32_t seed = 5;

    (void)state;
    for (int i = 0; i < 4000; i++) {
        int code;

        make_published(&tbf);
        assert_int_equal(add("cleartext_id", &id), EXIT_DONE);
        for (int k = 0; k < 1 + i % 3; k++) {
            seed = seed * 1664525u + 1013904223u;
            tbf.data[PUBLISHED_END + (seed >> 8) % 32] = (uint8_t)(seed >> 24);
        }
        code = add("sha256", &id);
        assert_true(code == EXIT_DONE || code == EXIT_FAILED || code == EXIT_SPACE);
        bytes_free(&tbf);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_those_of_everything_before_the_footers),
        cmocka_unit_test(a_hash_is_there_once_and_what_is_removed_gives_its_room_back),
        cmocka_unit_test(without_room_nothing_is_added),
        cmocka_unit_test(an_object_grows_for_a_credential_unless_it_is_signed),
        cmocka_unit_test(rsa_signatures_fit_their_key_and_no_other),
        cmocka_unit_test(an_hmac_fits_its_key_and_no_other),
        cmocka_unit_test(a_key_of_another_kind_says_nothing),
        cmocka_unit_test(damaged_footers_are_refused_or_kept_in_bounds),
    };
    return cmocka_run_group_tests(tests, package_setup, package_teardown);
}
