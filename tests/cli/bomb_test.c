// SPDX-License-Identifier: Apache-2.0
/*
 * Files that are small and mean much: whatever they claim, the tool ends, with a verdict, within a
 * bound of memory and of work.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <mbedtls/pem.h>

#include <base/bytes.h>

#include "tool.h"

enum {
    MEMORY_MIB = 256, /* of the tool with its sanitizers; the largest package has 16 */
    WORK_S = 60,      /* of a processor: a stop for what would take hours */
    BLOCK = 512,
    MIB = 1 << 20
};

static struct tool_run run;
static char path[128];
static FILE *file;

static void begin(const char *name)
{
    tool_path(path, sizeof path, name);
    file = fopen(path, "wb");
    assert_non_null(file);
}

static void put(const void *data, size_t size)
{
    assert_int_equal(fwrite(data, 1, size, file), size);
}

static void repeat(const void *data, size_t size, size_t times)
{
    while (times-- > 0) {
        put(data, size);
    }
}

/* Most memory that a run of the tool has had so far, MiB. */
static long peak(void)
{
    struct rusage used;

    assert_int_equal(getrusage(RUSAGE_CHILDREN, &used), 0);
    return used.ru_maxrss / 1024;
}

/* Ends the file and runs a command on it. */
static void expect(const char *const *words, int code, const char *text)
{
    const long before = peak();
    const char *fault;

    assert_int_equal(fclose(file), 0);
    tool_run(&run, NULL, words);
    fault = tool_fault(&run, code);
    if (fault != NULL || (strstr(run.out, text) == NULL && strstr(run.err, text) == NULL)) {
        tool_show(&run);
        fail_msg("%s %s: %s, wanted '%s'", words[0], path, fault != NULL ? fault : "other text",
                 text);
    }
    if (peak() > MEMORY_MIB && peak() > before) {
        fail_msg("%s %s took %ld MiB", words[0], path, peak());
    }
}

static void expect_inspect(int code, const char *text)
{
    expect((const char *const[]){"inspect", path, NULL}, code, text);
}

/* A tar header. kind: its type flag. */
static void put_header(const char *name, char kind, uint64_t size, const char *real_size)
{
    uint8_t header[BLOCK] = {0};
    unsigned sum = 0;

    snprintf((char *)header, 100, "%s", name);
    memcpy(header + 100, "0000644\0000000000\0000000000", 23);
    snprintf((char *)header + 124, 12, "%011llo", (unsigned long long)size);
    memcpy(header + 136, "00000000000", 11);
    memset(header + 148, ' ', 8);
    header[156] = (uint8_t)kind;
    memcpy(header + 257, real_size != NULL ? "ustar  " : "ustar\00000", real_size != NULL ? 7 : 8);
    if (real_size != NULL) {
        snprintf((char *)header + 386, 25, "%011o", 0);
        snprintf((char *)header + 398, 12, "%011llo", (unsigned long long)size);
        snprintf((char *)header + 483, 12, "%s", real_size);
    }
    for (int i = 0; i < BLOCK; i++) {
        sum += header[i];
    }
    snprintf((char *)header + 148, 8, "%06o", sum);
    put(header, sizeof header);
}

/* The least that is a TBF: it claims total bytes. */
static void make_tbf(uint8_t block[BLOCK], uint32_t total, uint32_t binary_end)
{
    uint32_t sum = 0;

    memset(block, 0, BLOCK);
    bytes_put_u16(block, 2);
    bytes_put_u16(block + 2, 40);
    bytes_put_u32(block + 4, total);
    bytes_put_u32(block + 8, 1);
    bytes_put_u16(block + 16, 9);
    bytes_put_u16(block + 18, 20);
    bytes_put_u32(block + 20, 0);
    bytes_put_u32(block + 24, 0);
    bytes_put_u32(block + 28, 1024);
    bytes_put_u32(block + 32, binary_end);
    bytes_put_u32(block + 36, 1);
    for (int i = 0; i < 40; i += 4) {
        sum ^= bytes_get_u32(block + i);
    }
    bytes_put_u32(block + 12, sum);
}

static const char *member(char name[32], int number)
{
    snprintf(name, 32, "cortex-%d.tbf", number);
    return name;
}

static void space_that_members_leave_out_is_bounded(void **state)
{
    uint8_t tbf[BLOCK];
    char name[32];

    (void)state;
    begin("space.tab");
    make_tbf(tbf, 16 * MIB, 256);
    for (int i = 0; i < 64; i++) {
        put_header(member(name, i), '0', sizeof tbf, NULL);
        put(tbf, sizeof tbf);
    }
    repeat((uint8_t[BLOCK]){0}, BLOCK, 2);
    expect_inspect(1, "too large");
}

static void sparse_members_are_bounded_together(void **state)
{
    uint8_t tbf[BLOCK];
    char name[32];

    (void)state;
    begin("sparse.tab");
    make_tbf(tbf, 16 * MIB, 256);
    for (int i = 0; i < 64; i++) {
        put_header(member(name, i), 'S', sizeof tbf, "00100000000"); /* 16 MiB */
        put(tbf, sizeof tbf);
    }
    repeat((uint8_t[BLOCK]){0}, BLOCK, 2);
    expect_inspect(1, "too large");
}

static void a_sparse_member_of_gigabytes_is_cut_off(void **state)
{
    static const char *const names[] = {"cortex-m4.tbf", "metadata.toml"};
    uint8_t tbf[BLOCK];

    (void)state;
    make_tbf(tbf, 4096, 256);
    for (size_t i = 0; i < 2; i++) {
        begin("huge.tab");
        put_header(names[i], 'S', sizeof tbf, "77777777777"); /* 8 GiB */
        put(tbf, sizeof tbf);
        expect_inspect(1, "too large");
    }
}

static void what_is_passed_over_costs_nothing(void **state)
{
    uint8_t tbf[BLOCK];

    (void)state;
    begin("beside.tab");
    make_tbf(tbf, BLOCK, 256);
    put_header("sparse.bin", 'S', sizeof tbf, "77777777777");
    put(tbf, sizeof tbf);
    for (int i = 0; i < 30000; i++) {
        put_header("empty.bin", '0', 0, NULL);
    }
    put_header("cortex-m4.tbf", '0', sizeof tbf, NULL);
    put(tbf, sizeof tbf);
    repeat((uint8_t[BLOCK]){0}, BLOCK, 2);
    expect_inspect(0, "cortex-m4.tbf");
}

static void headers_of_headers_end(void **state)
{
    static const char kinds[] = {'L', 'K', 'x', 'g', 'X'};
    static const char content[BLOCK] = "30 path=../../../etc/passwd..\n";

    (void)state;
    for (size_t k = 0; k < sizeof kinds; k++) {
        begin("headers.tab");
        for (int i = 0; i < 10000; i++) {
            put_header("././@LongLink", kinds[k], 30, NULL);
            put(content, sizeof content);
        }
        expect_inspect(1, "not a usable package");
        if (k % 2 != 0) {
            continue;
        }
        begin("header.tab"); /* one, of as much as there can be */
        put_header("PaxHeader", kinds[k], 15 * MIB, NULL);
        repeat(content, sizeof content, 15 * MIB / BLOCK);
        put_header("cortex-m4.tbf", '0', 0, NULL);
        expect_inspect(1, "not a usable package");
    }
}

static void a_bundle_in_a_bundle_is_no_object(void **state)
{
    uint8_t tbf[BLOCK];

    (void)state;
    begin("nested.tab");
    make_tbf(tbf, BLOCK, 256);
    put_header("cortex-m4.tbf", '0', 2 * BLOCK, NULL);
    put_header("cortex-m4.tbf", '0', sizeof tbf, NULL);
    put(tbf, sizeof tbf);
    repeat((uint8_t[BLOCK]){0}, BLOCK, 2);
    expect_inspect(1, "not a usable TBF");
}

static void names_of_members_are_names(void **state)
{
    static const char *const names[] = {
        "..\\cortex-m4.tbf",      "C:cortex-m4.tbf",          "cortex-m4\033[2J.tbf",
        "cortex\342\200\256.tbf", "cortex-m4\n/.tbf",         "\377\376.tbf",
        "../../cortex-m4.tbf",    "/dev/shm/owned.tbf",       "cortex-m4\340\200\233.tbf",
        "cortex-m4\r.tbf",        "metadata.toml/../../x.tbf"};
    uint8_t tbf[BLOCK];

    (void)state;
    make_tbf(tbf, BLOCK, 256);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        begin("names.tab");
        put_header(names[i], '0', sizeof tbf, NULL);
        put(tbf, sizeof tbf);
        repeat((uint8_t[BLOCK]){0}, BLOCK, 2);
        expect_inspect(1, "a member's name");
    }
}

static void links_and_devices_are_no_members(void **state)
{
    (void)state;
    for (char kind = '1'; kind <= '6'; kind++) {
        begin("link.tab");
        put_header("cortex-m4.tbf", kind, 0, NULL);
        repeat((uint8_t[BLOCK]){0}, BLOCK, 2);
        expect_inspect(1, "not a regular file");
    }
}

static void more_credentials_than_anybody_makes_are_not_shown(void **state)
{
    static const uint8_t empty[8] = {0x80, 0, 4, 0}; /* a Reserved one */
    uint8_t tbf[BLOCK];
    const uint32_t count = 2 * MIB - BLOCK / 8 - 8;

    (void)state;
    for (int json = 0; json < 2; json++) {
        begin("footers.tbf");
        make_tbf(tbf, BLOCK + 8 * count, BLOCK);
        put(tbf, sizeof tbf);
        repeat(empty, sizeof empty, count);
        expect((const char *const[]){"inspect", path, json != 0 ? "--json" : NULL, NULL}, 0,
               json != 0 ? "\"credentials\"" : "more than 64");
    }
}

/* An ELF header for Arm. */
static void put_elf(uint16_t segments, uint16_t sections, uint32_t sections_at, uint16_t names)
{
    static const uint8_t identity[16] = {0x7F, 'E', 'L', 'F', 1, 1, 1};
    uint8_t header[52] = {0};

    memcpy(header, identity, sizeof identity);
    bytes_put_u16(header + 16, 2);
    bytes_put_u16(header + 18, 40);
    bytes_put_u32(header + 20, 1);
    bytes_put_u32(header + 24, 0x80000000);
    bytes_put_u32(header + 28, sizeof header);
    bytes_put_u32(header + 32, sections_at);
    bytes_put_u16(header + 40, sizeof header);
    bytes_put_u16(header + 42, 32);
    bytes_put_u16(header + 44, segments);
    bytes_put_u16(header + 46, 40);
    bytes_put_u16(header + 48, sections);
    bytes_put_u16(header + 50, names);
    put(header, sizeof header);
}

static void put_words(const uint32_t *word, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[4];

        bytes_put_u32(bytes, word[i]);
        put(bytes, sizeof bytes);
    }
}

static void expect_pack(int code, const char *text)
{
    char out[128];

    tool_path(out, sizeof out, "out.tab");
    expect((const char *const[]){"pack", path, "--name", "x", "-o", out, NULL}, code, text);
}

/* Each looks at all of the others, three deep: 10^14 steps if nobody counts. */
static void tables_of_an_executable_are_bounded(void **state)
{
    const uint32_t segment[8] = {1, 0, 0x1000, 0x80000000, 64, 0x1000, 7, 4};
    const uint32_t section[10] = {0, 1, 3, 0x1000, 0, 16, 0, 0, 4, 0};
    static const uint16_t counts[][2] = {{65000, 65000}, {32, 65000}, {65000, 512}, {32, 500}};

    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        begin("tables.elf");
        put_elf(counts[i][0], counts[i][1], 52 + 32u * counts[i][0], 0);
        for (uint16_t n = 0; n < counts[i][0]; n++) {
            put_words(segment, 8);
        }
        for (uint16_t n = 0; n < counts[i][1]; n++) {
            put_words(section, 10);
        }
        expect_pack(i < 3 ? 1 : 0, i < 3 ? "cannot be packed" : "flash");
    }
}

/* A million symbols, and names without an end: each is looked for in all of the megabytes. */
static void symbols_without_names_are_refused(void **state)
{
    enum {
        SYMBOLS = 500000,
        STRINGS = 4 * MIB,
        NAMES_AT = 52 + 32 + 4 * 40,
        FIRST = NAMES_AT + 64
    };
    const uint32_t segment[8] = {1, 0, 0x80000000, 0x80000000, 64, 64, 5, 4};
    const uint32_t sections[4][10] = {
        {0},
        {0, 3, 0, 0, NAMES_AT, 64, 0, 0, 1, 0},
        {0, 2, 0, 0, FIRST, SYMBOLS * 16, 3, 0, 4, 16},
        {0, 3, 0, 0, FIRST + SYMBOLS * 16, STRINGS, 0, 0, 1, 0},
    };
    const uint32_t symbol[4] = {1, 0, 0, 0};
    static char letters[4096];

    (void)state;
    memset(letters, 'x', sizeof letters);
    begin("symbols.elf");
    put_elf(1, 4, 52 + 32, 1);
    put_words(segment, 8);
    put_words(sections[0], 40);
    put((uint8_t[64]){0}, 64);
    for (int i = 0; i < SYMBOLS; i++) {
        put_words(symbol, 4);
    }
    repeat(letters, sizeof letters, STRINGS / sizeof letters);
    expect_pack(1, "its symbols are malformed");
}

/* In two parts: nothing in the tree looks like a key. */
#define LABEL                                                                                      \
    "PRIVATE"                                                                                      \
    " KEY"

static void what_is_no_key_is_not_searched_for_one(void **state)
{
    static const char head[] = "-----BEGIN " LABEL "-----\n";
    static const char tail[] = "-----END " LABEL "-----\n";
    static const char line[] = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg\n";

    (void)state;
    for (int whole = 0; whole < 2; whole++) {
        begin("key.pem");
        put(head, strlen(head));
        repeat(line, strlen(line), 15 * MIB / strlen(line));
        if (whole != 0) {
            put(tail, strlen(tail));
        }
        expect((const char *const[]){"key", "show", path, NULL}, 1, "larger than");
    }
}

/* Appends an element of DER with a body of less than 128 bytes; answers how many are there then. */
static size_t put_element(uint8_t *der, size_t used, uint8_t tag, const void *body, size_t size)
{
    assert_true(size < 128);
    der[used] = tag;
    der[used + 1] = (uint8_t)size;
    memcpy(der + used + 2, body, size);
    return used + 2 + size;
}

enum { DER_INTEGER = 0x02, DER_OCTETS = 0x04, DER_OID = 0x06, DER_SEQUENCE = 0x30, DER_MAX = 256 };

/* The work that a password is of a key in PKCS#8: PBKDF2 with so many iterations, AES-256-CBC. */
static size_t make_algorithm(uint8_t der[DER_MAX], const uint8_t *iterations, size_t size)
{
    static const uint8_t pbes2[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0D};
    static const uint8_t pbkdf2[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0C};
    static const uint8_t hmac_sha256[] = {0x06, 0x08, 0x2A, 0x86, 0x48, 0x86,
                                          0xF7, 0x0D, 0x02, 0x09, 0x05, 0x00};
    static const uint8_t aes[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2A};
    static const uint8_t zeros[16];
    uint8_t inner[DER_MAX];
    uint8_t outer[DER_MAX];
    size_t used = put_element(inner, 0, DER_OCTETS, zeros, 8);

    used = put_element(inner, used, DER_INTEGER, iterations, size);
    used = put_element(inner, used, DER_SEQUENCE, hmac_sha256, sizeof hmac_sha256);
    size = put_element(outer, 0, DER_OID, pbkdf2, sizeof pbkdf2);
    size = put_element(outer, size, DER_SEQUENCE, inner, used);
    used = put_element(inner, 0, DER_SEQUENCE, outer, size);
    size = put_element(outer, 0, DER_OID, aes, sizeof aes);
    size = put_element(outer, size, DER_OCTETS, zeros, sizeof zeros);
    used = put_element(inner, used, DER_SEQUENCE, outer, size);
    size = put_element(outer, 0, DER_OID, pbes2, sizeof pbes2);
    size = put_element(outer, size, DER_SEQUENCE, inner, used);
    return put_element(der, 0, DER_SEQUENCE, outer, size);
}

static void expect_iterations(const uint8_t *iterations, size_t size, const char *text)
{
    static const uint8_t zeros[16];
    uint8_t body[DER_MAX];
    uint8_t der[DER_MAX];
    unsigned char pem[2 * DER_MAX];
    size_t used = make_algorithm(body, iterations, size);

    used = put_element(body, used, DER_OCTETS, zeros, sizeof zeros);
    size = put_element(der, 0, DER_SEQUENCE, body, used);
    assert_int_equal(mbedtls_pem_write_buffer("-----BEGIN ENCRYPTED " LABEL "-----\n",
                                              "-----END ENCRYPTED " LABEL "-----\n", der, size, pem,
                                              sizeof pem, &used),
                     0);
    begin("encrypted.pem");
    put(pem, strlen((const char *)pem));
    expect((const char *const[]){"key", "show", path, NULL}, 1, text);
}

/* What is not too much is done, and then the password is wrong. */
static void iterations_of_a_password_are_bounded(void **state)
{
    static const char *const refused = "hashed more than 10000000 times";

    (void)state;
    setenv("LOADER_KEY_PASSWORD", "secret", 1);
    expect_iterations((const uint8_t[]){0x08, 0x00}, 2, "wrong password");
    expect_iterations((const uint8_t[]){0x03, 0x0D, 0x40}, 3, "wrong password"); /* 200,000 */
    expect_iterations((const uint8_t[]){0x00, 0x98, 0x96, 0x81}, 4, refused);    /* 10,000,001 */
    expect_iterations((const uint8_t[]){0x7F, 0xFF, 0xFF, 0xFF}, 4, refused);
    expect_iterations((const uint8_t[]){0x00, 0xFF, 0xFF, 0xFF, 0xFF}, 5, refused);
    expect_iterations((const uint8_t[]){0x7F, 0, 0, 0, 0, 0, 0, 0}, 8, refused);
    unsetenv("LOADER_KEY_PASSWORD");
    expect_iterations((const uint8_t[]){0x7F, 0xFF, 0xFF, 0xFF}, 4, refused); /* nothing is asked */
}

/* Files without an end. */
static void endless_files_are_given_up(void **state)
{
    static const char *const zero = "/dev/zero";
    static const struct {
        const char *word[8];
        int code;
    } uses[] = {
        {{"inspect", "/dev/zero"}, 1},
        {{"pack", "/dev/zero", "--name", "x", "-o", "/dev/null"}, 1},
        {{"verify", "/dev/zero", "--key", "/dev/zero"}, 1},
        {{"config"}, 2},
    };

    (void)state;
    setenv("LOADER_CONFIG", zero, 1);
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++) {
        if (uses[i].code != 2) {
            unsetenv("LOADER_CONFIG");
        } else {
            setenv("LOADER_CONFIG", zero, 1);
        }
        begin("unused");
        expect(uses[i].word, uses[i].code, "error: ");
    }
    unsetenv("LOADER_CONFIG");
}

/* Limits that the runs inherit. */
static void set_limits(void)
{
    const struct rlimit work = {WORK_S, WORK_S};

    if (setrlimit(RLIMIT_CPU, &work) != 0) {
        perror("setrlimit");
        exit(EXIT_FAILURE);
    }
#ifdef __SANITIZE_ADDRESS__
    /* Its shadow is as large as all addresses: what is really used is limited instead. */
    setenv("ASAN_OPTIONS",
           "exitcode=99:verify_asan_link_order=0:quarantine_size_mb=8:hard_rss_limit_mb=512", 1);
#else
    const struct rlimit memory = {(rlim_t)MEMORY_MIB * MIB, (rlim_t)MEMORY_MIB * MIB};

    if (setrlimit(RLIMIT_AS, &memory) != 0) {
        perror("setrlimit");
        exit(EXIT_FAILURE);
    }
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(space_that_members_leave_out_is_bounded),
        cmocka_unit_test(sparse_members_are_bounded_together),
        cmocka_unit_test(a_sparse_member_of_gigabytes_is_cut_off),
        cmocka_unit_test(what_is_passed_over_costs_nothing),
        cmocka_unit_test(headers_of_headers_end),
        cmocka_unit_test(a_bundle_in_a_bundle_is_no_object),
        cmocka_unit_test(names_of_members_are_names),
        cmocka_unit_test(links_and_devices_are_no_members),
        cmocka_unit_test(more_credentials_than_anybody_makes_are_not_shown),
        cmocka_unit_test(tables_of_an_executable_are_bounded),
        cmocka_unit_test(symbols_without_names_are_refused),
        cmocka_unit_test(what_is_no_key_is_not_searched_for_one),
        cmocka_unit_test(iterations_of_a_password_are_bounded),
        cmocka_unit_test(endless_files_are_given_up),
    };

    tool_setup();
    set_limits();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
