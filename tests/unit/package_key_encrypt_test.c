// SPDX-License-Identifier: Apache-2.0
/* Private keys that are written encrypted. */
#include "package_support.h"

#include <pty.h>
#include <sys/wait.h>

#include <mbedtls/base64.h>

#include <package/key_file.h>

enum { PEM_SIZE = 2048, ITERATIONS = 2048 };

static struct key key;
static char file_name[96];
static char public_name[96];

static int setup(void **state)
{
    const int result = package_setup(state);

    snprintf(file_name, sizeof file_name, "%s/key.pem", folder);
    snprintf(public_name, sizeof public_name, "%s/key.pub.pem", folder);
    unsetenv("LOADER_KEY_PASSWORD");
    unsetenv("LOADER_KEY_PASSWORD_FILE");
    return result != 0 || key_generate(&cli, &key) != EXIT_DONE ? -1 : 0;
}

/* Writes the key, reads the file's text, and removes both files but for a copy at `path`. */
static void write_key(const char *password, char text[PEM_SIZE])
{
    FILE *file;
    size_t size;

    assert_int_equal(key_write_encrypted(&cli, file_name, &key, password, ITERATIONS), EXIT_DONE);
    file = fopen(file_name, "rb");
    assert_non_null(file);
    size = fread(text, 1, PEM_SIZE - 1, file);
    text[size] = '\0';
    fclose(file);
    put_file(text, size);
    unlink(file_name);
    unlink(public_name);
}

static int read_with(const char *password, struct key *back)
{
    int code;

    if (password != NULL) {
        setenv("LOADER_KEY_PASSWORD", password, 1);
    }
    code = HUSHED(key_read(&cli, path, back));
    unsetenv("LOADER_KEY_PASSWORD");
    return code;
}

static void an_encrypted_key_is_read_with_its_password_alone(void **state)
{
    char text[PEM_SIZE];
    struct key back;

    (void)state;
    write_key("secret", text);
    assert_int_equal(strncmp(text, KEY_ENCRYPTED_BEGIN "\n", strlen(KEY_ENCRYPTED_BEGIN) + 1), 0);
    assert_int_equal(read_with("secret", &back), EXIT_DONE);
    assert_memory_equal(back.private_key, key.private_key, sizeof key.private_key);
    assert_memory_equal(back.public_key, key.public_key, sizeof key.public_key);
    assert_int_equal(read_with("secreT", &back), EXIT_FAILED);
    assert_int_equal(read_with("", &back), EXIT_FAILED);
    assert_int_equal(read_with(NULL, &back), EXIT_FAILED);
}

/* What lies `skip` bytes behind an object identifier in a key file. */
static void behind(const char *text, const uint8_t *oid, size_t size, size_t skip,
                   uint8_t found[16])
{
    uint8_t der[PEM_SIZE];
    const char *body = strchr(text, '\n');
    const char *end = body != NULL ? strstr(body, "-----END") : NULL;
    size_t length = 0;

    assert_non_null(end);
    assert_int_equal(mbedtls_base64_decode(der, sizeof der, &length, (const uint8_t *)body,
                                           (size_t)(end - body)),
                     0);
    for (size_t at = 0; at + size + skip + 16 <= length; at++) {
        if (memcmp(der + at, oid, size) == 0) {
            memcpy(found, der + at + size + skip, 16);
            return;
        }
    }
    fail();
}

/* Salt and first block are new each time, so that equal passwords do not show. */
static void two_files_of_a_key_have_nothing_in_common(void **state)
{
    /* id-PBKDF2 (RFC 8018, A.2), then a sequence whose first member is the salt. */
    static const uint8_t pbkdf2[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0C};
    /* id-aes256-CBC (NIST), then the first block. */
    static const uint8_t aes[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2A};
    char first[PEM_SIZE];
    char second[PEM_SIZE];
    uint8_t of_first[16];
    uint8_t of_second[16];

    (void)state;
    write_key("secret", first);
    write_key("secret", second);
    assert_int_equal(strlen(first), strlen(second));
    behind(first, pbkdf2, sizeof pbkdf2, 4, of_first);
    behind(second, pbkdf2, sizeof pbkdf2, 4, of_second);
    assert_memory_not_equal(of_first, of_second, sizeof of_first);
    behind(first, aes, sizeof aes, 2, of_first);
    behind(second, aes, sizeof aes, 2, of_second);
    assert_memory_not_equal(of_first, of_second, sizeof of_first);
}

static void every_length_of_password_is_taken(void **state)
{
    char text[PEM_SIZE];
    char password[PASSWORD_MAX];
    struct key back;

    (void)state;
    memset(password, 'x', sizeof password);
    password[PASSWORD_MAX - 1] = '\0';
    write_key(password, text);
    assert_int_equal(read_with(password, &back), EXIT_DONE);
    password[PASSWORD_MAX - 2] = '\0';
    assert_int_equal(read_with(password, &back), EXIT_FAILED);
}

/* What other tools read: those of OpenSSL, which also tell that it is the same key. */
static void openssl_reads_it(void **state)
{
    char text[PEM_SIZE];
    char command[256];
    char plain[96];
    struct key back;

    (void)state;
    if (system("openssl version >/dev/null 2>&1") != 0) {
        printf("no openssl here\n");
        skip();
    }
    write_key("secret", text);
    snprintf(plain, sizeof plain, "%s/plain.pem", folder);
    snprintf(command, sizeof command, "openssl pkey -in %s -passin pass:other -out %s 2>/dev/null",
             path, plain);
    assert_int_not_equal(system(command), 0);
    snprintf(command, sizeof command, "openssl pkey -in %s -passin pass:secret -out %s", path,
             plain);
    assert_int_equal(system(command), 0);
    assert_int_equal(HUSHED(key_read(&cli, plain, &back)), EXIT_DONE);
    assert_memory_equal(back.private_key, key.private_key, sizeof key.private_key);
    unlink(plain);
}

/* Reads questions at a terminal, up to their colon, and answers them. */
static _Noreturn void answer(int master, const char *const *answers)
{
    for (; *answers != NULL; answers++) {
        char c = 0;

        while (c != ':' && read(master, &c, 1) == 1) {
        }
        (void)!write(master, *answers, strlen(*answers));
    }
    while (read(master, &(char){0}, 1) == 1) {
    }
    _exit(0);
}

static int ask(const char *const *answers, char password[PASSWORD_MAX])
{
    const int usual[2] = {dup(STDIN_FILENO), dup(STDERR_FILENO)};
    int master;
    int slave;
    int code;
    pid_t pid;

    assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
    pid = fork();
    if (pid == 0) {
        close(slave);
        answer(master, answers);
    }
    close(master);
    dup2(slave, STDIN_FILENO);
    dup2(slave, STDERR_FILENO);
    close(slave);
    code = cli_new_password(&cli, "key.pem", password);
    dup2(usual[0], STDIN_FILENO);
    dup2(usual[1], STDERR_FILENO);
    close(usual[0]);
    close(usual[1]);
    waitpid(pid, NULL, 0);
    return code;
}

static void a_new_password_is_asked_for_twice(void **state)
{
    char password[PASSWORD_MAX] = "";

    (void)state;
    assert_int_equal(ask((const char *const[]){"secret\n", "secret\n", NULL}, password), EXIT_DONE);
    assert_string_equal(password, "secret");
    assert_int_equal(ask((const char *const[]){"secret\n", "sekret\n", NULL}, password),
                     EXIT_FAILED);
    assert_non_null(strstr(complaint(), "differ"));
    assert_int_equal(ask((const char *const[]){"\n", "\n", NULL}, password), EXIT_USAGE);
    assert_int_equal(ask((const char *const[]){"secret\n", "\x03", NULL}, password),
                     EXIT_INTERRUPTED);
}

static void without_a_terminal_a_new_password_has_to_be_given(void **state)
{
    const int usual = dup(STDIN_FILENO);
    const int null = open("/dev/null", O_RDONLY);
    char password[PASSWORD_MAX] = "";

    (void)state;
    assert_true(dup2(null, STDIN_FILENO) == STDIN_FILENO);
    assert_int_equal(HUSHED(cli_new_password(&cli, "key.pem", password)), EXIT_USAGE);
    setenv("LOADER_KEY_PASSWORD", "", 1);
    assert_int_equal(HUSHED(cli_new_password(&cli, "key.pem", password)), EXIT_USAGE);
    setenv("LOADER_KEY_PASSWORD", "secret", 1);
    assert_int_equal(HUSHED(cli_new_password(&cli, "key.pem", password)), EXIT_DONE);
    assert_string_equal(password, "secret");
    put_file("first\nsecond\n", 13);
    cli.password_file = path;
    assert_int_equal(HUSHED(cli_new_password(&cli, "key.pem", password)), EXIT_DONE);
    assert_string_equal(password, "first");
    cli.password_file = NULL;
    unsetenv("LOADER_KEY_PASSWORD");
    dup2(usual, STDIN_FILENO);
    close(usual);
    close(null);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_encrypted_key_is_read_with_its_password_alone),
        cmocka_unit_test(two_files_of_a_key_have_nothing_in_common),
        cmocka_unit_test(every_length_of_password_is_taken),
        cmocka_unit_test(openssl_reads_it),
        cmocka_unit_test(a_new_password_is_asked_for_twice),
        cmocka_unit_test(without_a_terminal_a_new_password_has_to_be_given),
    };

    return cmocka_run_group_tests(tests, setup, package_teardown);
}
