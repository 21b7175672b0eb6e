// SPDX-License-Identifier: Apache-2.0
/* Key files that are damaged, encrypted or of another kind; signatures of external commands. */
#include "package_support.h"

#include <pty.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <mbedtls/ecp.h>
#include <mbedtls/pk.h>
#include <package/key_random.h>
#include <posix/terminal.h>
#include <trust/verify.h>

enum { PEM_SIZE = 4096 };

static char private_pem[PEM_SIZE];
static char public_pem[PEM_SIZE];
static struct key key;

static size_t get_file(const char *name, char *out)
{
    FILE *file = fopen(name, "rb");
    size_t size;

    assert_non_null(file);
    size = fread(out, 1, PEM_SIZE - 1, file);
    out[size] = '\0';
    fclose(file);
    return size;
}

/* A key of this run, and its two files. */
static int setup(void **state)
{
    char name[64];
    int result = package_setup(state);

    if (result != 0 || key_generate(&cli, &key) != EXIT_DONE) {
        return -1;
    }
    snprintf(name, sizeof name, "%s/key.pem", folder);
    if (key_write(&cli, name, &key) != EXIT_DONE) {
        return -1;
    }
    get_file(name, private_pem);
    unlink(name);
    snprintf(name, sizeof name, "%s/key.pub.pem", folder);
    get_file(name, public_pem);
    unlink(name);
    return 0;
}

static int read_key(const void *data, size_t size, struct key *out)
{
    put_file(data, size);
    return HUSHED(key_read(&cli, path, out));
}

static void keys_come_back_as_they_were_written(void **state)
{
    struct key back;

    (void)state;
    assert_int_equal(read_key(private_pem, strlen(private_pem), &back), EXIT_DONE);
    assert_true(back.has_private);
    assert_memory_equal(back.private_key, key.private_key, 32);
    assert_memory_equal(back.public_key, key.public_key, 64);
    assert_memory_equal(back.fingerprint, key.fingerprint, 32);
    assert_int_equal(read_key(public_pem, strlen(public_pem), &back), EXIT_DONE);
    assert_false(back.has_private);
    assert_memory_equal(back.public_key, key.public_key, 64);
}

static void a_key_is_private_to_its_owner_and_never_overwritten(void **state)
{
    struct stat status;
    char name[64];

    (void)state;
    snprintf(name, sizeof name, "%s/other.pem", folder);
    assert_int_equal(key_write(&cli, name, &key), EXIT_DONE);
    assert_int_equal(stat(name, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(HUSHED(key_write(&cli, name, &key)), EXIT_FAILED);
    unlink(name); /* the public part is there still */
    assert_int_equal(HUSHED(key_write(&cli, name, &key)), EXIT_FAILED);
    snprintf(name, sizeof name, "%s/other.pub.pem", folder);
    unlink(name);
}

static void a_key_cut_short_anywhere_is_refused(void **state)
{
    struct key back;
    const char *pems[2] = {private_pem, public_pem};

    (void)state;
    for (int which = 0; which < 2; which++) {
        /* Up to the dashes at the end: what follows them is not needed. */
        size_t needed = (size_t)(strstr(pems[which], "-----END") - pems[which]) + 20;

        for (size_t cut = 0; cut < needed; cut++) {
            assert_int_equal(read_key(pems[which], cut, &back), EXIT_FAILED);
            assert_false(back.has_private);
        }
    }
}

static void a_key_with_any_byte_wrong_is_refused_or_is_a_sound_key(void **state)
{
    struct key back;
    const char *pems[2] = {private_pem, public_pem};

    (void)state;
    for (int which = 0; which < 2; which++) {
        size_t size = strlen(pems[which]);

        for (size_t at = 0; at < size; at++) {
            char damaged[PEM_SIZE];

            memcpy(damaged, pems[which], size + 1);
            damaged[at] = damaged[at] == 'A' ? 'B' : 'A';
            if (read_key(damaged, size, &back) == EXIT_DONE) {
                /* The point is on the curve, and the private key belongs to it. */
                assert_true(!back.has_private || memcmp(back.public_key, key.public_key, 64) == 0 ||
                            memcmp(back.private_key, key.private_key, 32) != 0);
            }
        }
    }
}

static void a_private_key_does_not_pass_with_the_public_part_of_another(void **state)
{
    struct key other;
    mbedtls_pk_context pk;
    struct key_random random;
    mbedtls_ecp_keypair *pair;
    unsigned char pem[PEM_SIZE];
    struct key back;

    (void)state;
    assert_int_equal(key_generate(&cli, &other), EXIT_DONE);
    mbedtls_pk_init(&pk);
    assert_int_equal(key_random_init(&random), 0);
    assert_int_equal(mbedtls_pk_setup(&pk, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)), 0);
    pair = mbedtls_pk_ec(pk);
    assert_int_equal(
        mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, pair, mbedtls_ctr_drbg_random, &random.drbg),
        0);
    /* Only the private number is exchanged. */
    assert_int_equal(mbedtls_ecp_read_key(MBEDTLS_ECP_DP_SECP256R1, pair, other.private_key, 32),
                     0);
    assert_int_equal(mbedtls_pk_write_key_pem(&pk, pem, sizeof pem), 0);
    mbedtls_pk_free(&pk);
    key_random_free(&random);
    assert_int_equal(read_key(pem, strlen((char *)pem), &back), EXIT_FAILED);
}

/* A public key in DER: `form` is the first byte of the point. */
static size_t public_der(uint8_t *der, uint8_t form, const uint8_t point[64])
{
    static const uint8_t head[26] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48,
                                     0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48,
                                     0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00};

    memcpy(der, head, sizeof head);
    der[sizeof head] = form;
    memcpy(der + sizeof head + 1, point, 64);
    return sizeof head + 65;
}

static void points_that_are_not_on_the_curve_are_refused(void **state)
{
    uint8_t der[128];
    uint8_t point[64];
    struct key back;

    (void)state;
    assert_int_equal(read_key(der, public_der(der, 4, key.public_key), &back), EXIT_DONE);
    assert_memory_equal(back.public_key, key.public_key, 64);
    for (size_t bit = 0; bit < 512; bit++) {
        memcpy(point, key.public_key, 64);
        point[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(read_key(der, public_der(der, 4, point), &back), EXIT_FAILED);
    }
    memset(point, 0, sizeof point);
    assert_int_equal(read_key(der, public_der(der, 4, point), &back), EXIT_FAILED);
    memset(point, 0xFF, sizeof point);
    assert_int_equal(read_key(der, public_der(der, 4, point), &back), EXIT_FAILED);
    for (unsigned form = 0; form < 256; form++) {
        if (form != 4) {
            size_t size = public_der(der, (uint8_t)form, key.public_key);

            assert_int_equal(read_key(der, size, &back), EXIT_FAILED);
        }
    }
}

/* Public keys made for this test: no secret is in them. */
static void other_kinds_of_keys_are_refused(void **state)
{
    static const char *const files[] = {
        /* P-384 */
        "-----BEGIN PUBLIC KEY-----\n"
        "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE4+Mbb9nbqXo6ES6DMoeefpxZ5OgRPtOu\n"
        "jNcXpHJi/ixKhMzT7FN6wxOu4LY37W1Dj2iukmP8KjXNrtYfRo5KphOpeM1Na1GA\n"
        "4jZCh8Ay3ivnvEMzyqTm9A9USa4Rfvrd\n"
        "-----END PUBLIC KEY-----\n",
        /* RSA, 1024 bits */
        "-----BEGIN PUBLIC KEY-----\n"
        "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDXkRs3X+00954dcQ1i0yFW3YN0\n"
        "Sn6Jvko0chFIO/Y3Bb04GuVT41FcfP/1uDMPXpwEeDZl45GDggwAMSp4dpTJv86Z\n"
        "REJp4W+/AwKmk8iMA8IEse6kLTgA92yQgLtIpyFOaij2K4/AoE+lxOGDuMYNOkB8\n"
        "hlLCzDp1U0zqUQ1bRQIDAQAB\n"
        "-----END PUBLIC KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n",
        "-----BEGIN "
        "PRIVATE KEY-----\n-----END "
        "PRIVATE KEY-----\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA\n",
        "\n",
        "",
    };
    struct key back;

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        assert_int_equal(read_key(files[i], strlen(files[i]), &back), EXIT_FAILED);
    }
}

static void an_encrypted_key_needs_its_password(void **state)
{
    static const char *const tools[] = {
        "openssl pkcs8 -topk8 -in %s -out %s.enc -passout pass:secret 2>/dev/null",
        "openssl ec -aes256 -in %s -out %s.enc -passout pass:secret 2>/dev/null",
    };
    char command[256];
    char name[80];
    char encrypted[PEM_SIZE];
    struct key back;
    unsigned taken = 0;

    (void)state;
    snprintf(name, sizeof name, "%s.enc", path);
    for (size_t i = 0; i < sizeof tools / sizeof tools[0]; i++) {
        size_t size;

        put_file(private_pem, strlen(private_pem));
        snprintf(command, sizeof command, tools[i], path, path);
        if (system(command) != 0) {
            skip(); /* no openssl here */
        }
        size = get_file(name, encrypted);
        unlink(name);
        unsetenv("LOADER_KEY_PASSWORD");
        assert_int_equal(read_key(encrypted, size, &back), EXIT_FAILED);
        setenv("LOADER_KEY_PASSWORD", "wrong", 1);
        assert_int_equal(read_key(encrypted, size, &back), EXIT_FAILED);
        assert_non_null(strstr(complaint(), "wrong password"));
        setenv("LOADER_KEY_PASSWORD", "secret", 1);
        if (read_key(encrypted, size, &back) == EXIT_DONE) {
            assert_memory_equal(back.private_key, key.private_key, 32);
            taken++;
        } else {
            printf("refused: %s: %s\n", tools[i], complaint());
        }
        unsetenv("LOADER_KEY_PASSWORD");
    }
    assert_true(taken > 0);
}

static void the_password_comes_from_a_file_too(void **state)
{
    char command[256];
    char name[80];
    char word[80];
    char encrypted[PEM_SIZE];
    struct key back;
    FILE *file;
    size_t size;

    (void)state;
    snprintf(name, sizeof name, "%s.enc", path);
    snprintf(word, sizeof word, "%s.word", path);
    put_file(private_pem, strlen(private_pem));
    snprintf(command, sizeof command,
             "openssl pkcs8 -topk8 -in %s -out %s -passout pass:secret 2>/dev/null", path, name);
    if (system(command) != 0) {
        skip(); /* no openssl here */
    }
    size = get_file(name, encrypted);
    unlink(name);
    file = fopen(word, "wb");
    assert_non_null(file);
    fputs("secret\r\nmore", file); /* the first line, whatever ends it */
    fclose(file);
    cli.password_file = word;
    assert_int_equal(read_key(encrypted, size, &back), EXIT_DONE);
    assert_memory_equal(back.private_key, key.private_key, 32);
    cli.password_file = NULL;
    setenv("LOADER_KEY_PASSWORD_FILE", word, 1);
    assert_int_equal(read_key(encrypted, size, &back), EXIT_DONE);
    setenv("LOADER_KEY_PASSWORD", "wrong", 1); /* the nearer one counts */
    assert_int_equal(read_key(encrypted, size, &back), EXIT_FAILED);
    unsetenv("LOADER_KEY_PASSWORD");
    assert_int_equal(truncate(word, 0), 0);
    assert_int_equal(read_key(encrypted, size, &back), EXIT_FAILED);
    unlink(word);
    assert_int_equal(read_key(encrypted, size, &back), EXIT_FAILED);
    unsetenv("LOADER_KEY_PASSWORD_FILE");
    assert_int_equal(read_key(encrypted, size, &back), EXIT_FAILED);
    assert_non_null(strstr(complaint(), "no password"));
}

/* SEC1 and PKCS#8, as text and as DER; of the public half DER alone is another form. */
static void keys_are_read_in_every_form(void **state)
{
    static const char *const forms[] = {
        "openssl pkcs8 -topk8 -nocrypt -in %s -out %s.form 2>/dev/null",
        "openssl pkcs8 -topk8 -nocrypt -outform der -in %s -out %s.form 2>/dev/null",
        "openssl ec -in %s -out %s.form 2>/dev/null",
        "openssl ec -outform der -in %s -out %s.form 2>/dev/null",
        "openssl ec -pubout -outform der -in %s -out %s.form 2>/dev/null",
    };
    enum { FORMS = sizeof forms / sizeof forms[0] };
    char command[256];
    char name[80];
    char form[PEM_SIZE];
    struct key back;

    (void)state;
    snprintf(name, sizeof name, "%s.form", path);
    for (size_t i = 0; i < FORMS; i++) {
        size_t size;

        put_file(private_pem, strlen(private_pem));
        snprintf(command, sizeof command, forms[i], path, path);
        if (system(command) != 0) {
            skip(); /* no openssl here */
        }
        size = get_file(name, form);
        unlink(name);
        assert_int_equal(read_key(form, size, &back), EXIT_DONE);
        assert_int_equal(back.has_private, i + 1 < FORMS);
        assert_memory_equal(back.public_key, key.public_key, 64);
        for (size_t cut = 1; form[0] == 0x30 && cut < size; cut++) {
            assert_int_equal(read_key(form, cut, &back), EXIT_FAILED);
        }
    }
}

/* Writes to a terminal once it has read a question there. */
static void answer(int master, const char *text)
{
    char c = 0;

    while (c != '?' && read(master, &c, 1) == 1) {
    }
    (void)!write(master, text, strlen(text));
}

static enum terminal_answer ask(const char *text, char *got, size_t size, char *shown)
{
    int usual[2] = {dup(STDIN_FILENO), dup(STDERR_FILENO)};
    int master;
    int slave;
    pid_t pid;
    ssize_t length;
    enum terminal_answer result;

    assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
    pid = fork();
    if (pid == 0) {
        answer(master, text);
        _exit(0);
    }
    dup2(slave, STDIN_FILENO);
    dup2(slave, STDERR_FILENO);
    result = terminal_ask("word?", got, size);
    dup2(usual[0], STDIN_FILENO);
    dup2(usual[1], STDERR_FILENO);
    waitpid(pid, NULL, 0);
    length = read(master, shown, 63);
    shown[length > 0 ? length : 0] = '\0';
    for (int i = 0; i < 2; i++) {
        close(usual[i]);
    }
    close(master);
    close(slave);
    return result;
}

static void a_terminal_is_asked_and_does_not_show_the_answer(void **state)
{
    char got[16];
    char shown[64];

    (void)state;
    assert_int_equal(ask("secret\n", got, sizeof got, shown), TERMINAL_ANSWERED);
    assert_string_equal(got, "secret");
    assert_null(strstr(shown, "s"));
    assert_int_equal(ask("sekr\x7f\x7f"
                         "cret\r",
                         got, sizeof got, shown),
                     TERMINAL_ANSWERED);
    assert_string_equal(got, "secret");
    assert_int_equal(ask("half\x03", got, sizeof got, shown), TERMINAL_CANCELLED);
    assert_int_equal(ask("much longer than there is room\n", got, sizeof got, shown),
                     TERMINAL_ANSWERED);
    assert_string_equal(got, "much longer tha");
}

/* The command is given the digest on its input; its answer is what `answer` prints. */
static int sign_with(const uint8_t *answer, size_t length, uint8_t signature[64])
{
    static const uint8_t digest[32] = {1, 2, 3};
    char command[128];

    put_file(answer, length);
    snprintf(command, sizeof command, "test $(wc -c) = 32 && cat %s", path);
    return HUSHED(sign_command_run(&cli, command, digest, signature));
}

/* Two integers as DER has them: leading zeros dropped, one put before a sign bit. */
static size_t to_der(const uint8_t raw[64], uint8_t *der)
{
    size_t used = 2;

    for (int half = 0; half < 2; half++) {
        const uint8_t *p = raw + 32 * half;
        size_t length = 32;

        while (length > 1 && *p == 0) {
            p++;
            length--;
        }
        der[used++] = 0x02;
        der[used++] = (uint8_t)(length + (*p >> 7));
        if (*p >> 7 != 0) {
            der[used++] = 0;
        }
        memcpy(der + used, p, length);
        used += length;
    }
    der[0] = 0x30;
    der[1] = (uint8_t)(used - 2);
    return used;
}

static void signatures_are_taken_raw_and_as_der(void **state)
{
    uint8_t raw[64];
    uint8_t der[80];
    uint8_t got[64];
    uint32_t seed = 3;

    (void)state;
    for (int i = 0; i < 40; i++) {
        size_t size;

        for (int k = 0; k < 64; k++) {
            seed = seed * 1664525u + 1013904223u;
            raw[k] = (uint8_t)(k % 32 < i % 5 ? 0 : seed >> 24); /* short numbers, too */
        }
        assert_int_equal(sign_with(raw, 64, got), EXIT_DONE);
        assert_memory_equal(got, raw, 64);
        size = to_der(raw, der);
        if (size != 64) {
            assert_int_equal(sign_with(der, size, got), EXIT_DONE);
            assert_memory_equal(got, raw, 64);
        }
    }
}

static void signatures_that_are_malformed_are_refused(void **state)
{
    uint8_t raw[64];
    uint8_t der[80];
    uint8_t bad[80];
    uint8_t got[64];
    size_t size;

    (void)state;
    memset(raw, 0x81, sizeof raw);
    size = to_der(raw, der);
    assert_int_equal(size, 72);
    for (size_t cut = 0; cut < size; cut++) {
        assert_true(cut == 64 || sign_with(der, cut, got) != EXIT_DONE);
    }
    for (size_t at = 0; at < 5; at++) { /* tags, lengths, the zero before a sign bit */
        memcpy(bad, der, size);
        bad[at] ^= at == 4 ? 0x80 : 0x01;
        assert_int_not_equal(sign_with(bad, size, got), EXIT_DONE);
    }
    memcpy(bad, der, size);
    bad[size] = 0;
    assert_int_not_equal(sign_with(bad, size + 1, got), EXIT_DONE);
    bad[1]++; /* the same, and the outer length knows of it */
    assert_int_not_equal(sign_with(bad, size + 1, got), EXIT_DONE);
    memset(raw, 0x01, sizeof raw);
    size = to_der(raw, der);
    memcpy(bad, der, size);
    bad[size] = 0;
    bad[1]++;
    assert_int_not_equal(sign_with(bad, size + 1, got), EXIT_DONE);
    /* A negative number. */
    memcpy(bad, der, size);
    bad[4] |= 0x80;
    assert_int_not_equal(sign_with(bad, size, got), EXIT_DONE);
    /* A needless leading zero. */
    memcpy(bad, der, 4);
    bad[1]++;
    bad[3]++;
    bad[4] = 0;
    memcpy(bad + 5, der + 4, size - 4);
    assert_int_not_equal(sign_with(bad, size + 1, got), EXIT_DONE);
}

static void a_signing_command_that_fails_is_told(void **state)
{
    static const uint8_t digest[32] = {1};
    uint8_t got[64];

    (void)state;
    assert_int_not_equal(HUSHED(sign_command_run(&cli, "exit 3", digest, got)), EXIT_DONE);
    assert_int_not_equal(HUSHED(sign_command_run(&cli, "/no/such/command", digest, got)),
                         EXIT_DONE);
    assert_int_not_equal(
        HUSHED(sign_command_run(&cli, "head -c 64 /dev/zero; exit 1", digest, got)), EXIT_DONE);
    assert_int_not_equal(HUSHED(sign_command_run(&cli, "cat /dev/zero", digest, got)), EXIT_DONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_come_back_as_they_were_written),
        cmocka_unit_test(a_key_is_private_to_its_owner_and_never_overwritten),
        cmocka_unit_test(a_key_cut_short_anywhere_is_refused),
        cmocka_unit_test(a_key_with_any_byte_wrong_is_refused_or_is_a_sound_key),
        cmocka_unit_test(a_private_key_does_not_pass_with_the_public_part_of_another),
        cmocka_unit_test(points_that_are_not_on_the_curve_are_refused),
        cmocka_unit_test(other_kinds_of_keys_are_refused),
        cmocka_unit_test(an_encrypted_key_needs_its_password),
        cmocka_unit_test(the_password_comes_from_a_file_too),
        cmocka_unit_test(keys_are_read_in_every_form),
        cmocka_unit_test(a_terminal_is_asked_and_does_not_show_the_answer),
        cmocka_unit_test(signatures_are_taken_raw_and_as_der),
        cmocka_unit_test(signatures_that_are_malformed_are_refused),
        cmocka_unit_test(a_signing_command_that_fails_is_told),
    };
    return cmocka_run_group_tests(tests, setup, package_teardown);
}
