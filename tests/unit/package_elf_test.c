// SPDX-License-Identifier: Apache-2.0
/* Executables that are damaged: an error, never a crash. */
#include "package_support.h"

enum {
    CODE = 256, /* where the first segment lies in the file */
    CODE_SIZE = 64,
    DATA = CODE + CODE_SIZE,
    DATA_SIZE = 16,
    RELOCATIONS = DATA + DATA_SIZE,
    RELOCATIONS_SIZE = 16,
    NAMES = RELOCATIONS + RELOCATIONS_SIZE,
    NAMES_SIZE = 64,
    SYMBOLS = NAMES + NAMES_SIZE,
    SYMBOL_SIZE = 16,
    SYMBOL_COUNT = 3,
    SECTIONS = SYMBOLS + SYMBOL_COUNT * SYMBOL_SIZE,
    SECTION_COUNT = 5,
    FILE_SIZE = SECTIONS + SECTION_COUNT * 40,
    PROGRAM_HEADERS = 52
};

static uint8_t elf[FILE_SIZE];

static void segment(unsigned index, uint32_t offset, uint32_t virtual_address, uint32_t address,
                    uint32_t file_size, uint32_t memory_size, uint32_t flags)
{
    const uint32_t word[8] = {1,         offset,      virtual_address, address,
                              file_size, memory_size, flags,           4};

    for (unsigned i = 0; i < 8; i++) {
        bytes_put_u32(elf + PROGRAM_HEADERS + 32 * index + 4 * i, word[i]);
    }
}

static void section(unsigned index, uint32_t name, uint32_t type, uint32_t offset, uint32_t size)
{
    const uint32_t word[10] = {name, type, 0, 0, offset, size, 0, 0, 4, type == 9 ? 8 : 0};

    for (unsigned i = 0; i < 10; i++) {
        bytes_put_u32(elf + SECTIONS + 40 * index + 4 * i, word[i]);
    }
}

/* A position-independent app: code, data with relocations, 4096 bytes of RAM. */
static void make_elf(void)
{
    static const uint8_t identity[16] = {0x7F, 'E', 'L', 'F', 1, 1, 1};

    memset(elf, 0, sizeof elf);
    memcpy(elf, identity, sizeof identity);
    bytes_put_u16(elf + 16, 2);
    bytes_put_u16(elf + 18, 40);
    bytes_put_u32(elf + 20, 1);
    bytes_put_u32(elf + 24, 0x80000011);
    bytes_put_u32(elf + 28, PROGRAM_HEADERS);
    bytes_put_u32(elf + 32, SECTIONS);
    bytes_put_u16(elf + 40, 52);
    bytes_put_u16(elf + 42, 32);
    bytes_put_u16(elf + 44, 3);
    bytes_put_u16(elf + 46, 40);
    bytes_put_u16(elf + 48, SECTION_COUNT);
    bytes_put_u16(elf + 50, 2);
    segment(0, CODE, 0x80000000, 0x80000000, CODE_SIZE, CODE_SIZE, 5);
    segment(1, DATA, 2048, 0x80000000 + CODE_SIZE, DATA_SIZE, DATA_SIZE, 6);
    segment(2, 0, 2048 + DATA_SIZE, 0, 0, 2048 - DATA_SIZE, 6);
    section(1, 1, 9, RELOCATIONS, RELOCATIONS_SIZE);
    section(2, 11, 3, NAMES, NAMES_SIZE);
    memcpy(elf + NAMES, "\0.rel.data\0.shstrtab\0_sram_origin\0tbf_protected_region_size", 59);
    section(3, 5, 1, DATA, DATA_SIZE);                 /* .data: what is relocated */
    bytes_put_u32(elf + SECTIONS + 3 * 40 + 8, 3);     /* written to, copied */
    bytes_put_u32(elf + SECTIONS + 3 * 40 + 12, 2048); /* where it is then */
    section(4, 0, 2, SYMBOLS, SYMBOL_COUNT * SYMBOL_SIZE);
    bytes_put_u32(elf + SECTIONS + 4 * 40 + 24, 2); /* their names are those of sections, too */
    bytes_put_u32(elf + SECTIONS + 4 * 40 + 36, SYMBOL_SIZE);
    bytes_put_u32(elf + SYMBOLS + SYMBOL_SIZE, 21);
    bytes_put_u32(elf + SYMBOLS + 2 * SYMBOL_SIZE, 34);
    memset(elf + CODE, 0xC0, CODE_SIZE);
    memset(elf + DATA, 0xDA, DATA_SIZE);
    memset(elf + RELOCATIONS, 0x4E, RELOCATIONS_SIZE);
}

static int read_elf(struct elf_app *app, size_t size)
{
    put_file(elf, size);
    return HUSHED(elf_read(&cli, path, false, app));
}

static void an_executable_becomes_code_data_and_relocations(void **state)
{
    struct elf_app app;

    (void)state;
    make_elf();
    assert_int_equal(read_elf(&app, sizeof elf), EXIT_DONE);
    assert_int_equal(app.binary.size, CODE_SIZE + DATA_SIZE + 4 + RELOCATIONS_SIZE);
    assert_memory_equal(app.binary.data, elf + CODE, CODE_SIZE + DATA_SIZE);
    assert_int_equal(bytes_get_u32(app.binary.data + CODE_SIZE + DATA_SIZE), RELOCATIONS_SIZE);
    assert_memory_equal(app.binary.data + CODE_SIZE + DATA_SIZE + 4, elf + RELOCATIONS,
                        RELOCATIONS_SIZE);
    assert_int_equal(app.ram_size, 4096);
    assert_int_equal(app.entry, 0x11);
    assert_true(app.position_independent);
    bytes_free(&app.binary);
}

static void an_executable_cut_short_anywhere_is_refused(void **state)
{
    struct elf_app app;

    (void)state;
    for (size_t cut = 0; cut < sizeof elf; cut++) {
        make_elf();
        assert_int_equal(read_elf(&app, cut), EXIT_FAILED);
        assert_null(app.binary.data);
    }
}

/* What is taken must be as sound as what a linker makes. */
static void try_damaged(void)
{
    struct elf_app app;
    int code = read_elf(&app, sizeof elf);

    if (code == EXIT_DONE) {
        assert_in_range(app.binary.size, 4, PACKAGE_MAX + RELOCATIONS_SIZE + 1024);
        assert_true(app.entry < app.binary.size);
        bytes_free(&app.binary);
    } else {
        assert_int_equal(code, EXIT_FAILED);
        assert_null(app.binary.data);
    }
}

static void headers_with_any_byte_wrong_do_no_harm(void **state)
{
    static const uint8_t values[] = {0, 1, 2, 7, 8, 0x1F, 0x40, 0x7F, 0x80, 0xFE, 0xFF};

    (void)state;
    for (size_t at = 0; at < sizeof elf; at++) {
        if (at == PROGRAM_HEADERS + 3 * 32) {
            at = NAMES; /* code and data may be anything */
        }
        for (size_t i = 0; i < sizeof values; i++) {
            make_elf();
            elf[at] = values[i];
            try_damaged();
        }
    }
}

static void headers_with_any_word_wrong_do_no_harm(void **state)
{
    static const uint32_t values[] = {
        0,           1,           CODE_SIZE,   FILE_SIZE, FILE_SIZE - 1,
        0x7FFFFFFFu, 0x80000000u, 0xFFFFFFF8u, UINT32_MAX};

    (void)state;
    for (size_t at = 16; at + 4 <= sizeof elf; at += 4) {
        if (at == PROGRAM_HEADERS + 3 * 32) {
            at = SECTIONS;
        }
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            make_elf();
            bytes_put_u32(elf + at, values[i]);
            try_damaged();
        }
    }
}

static void relocations_without_bytes_are_refused(void **state)
{
    struct elf_app app;

    (void)state;
    make_elf();
    section(1, 1, 8, RELOCATIONS, RELOCATIONS_SIZE); /* a section that takes no room in the file */
    assert_int_equal(read_elf(&app, sizeof elf), EXIT_FAILED);
    make_elf();
    section(1, 1, 9, FILE_SIZE + 64, RELOCATIONS_SIZE); /* ... or that lies behind its end */
    assert_int_equal(read_elf(&app, sizeof elf), EXIT_FAILED);
    make_elf();
    section(1, 1, 9, FILE_SIZE - 8, RELOCATIONS_SIZE);
    assert_int_equal(read_elf(&app, sizeof elf), EXIT_FAILED);
}

/* Linked for one place: its segments, its entry, its symbols. */
static void make_fixed(uint16_t machine)
{
    make_elf();
    bytes_put_u16(elf + 18, machine);
    bytes_put_u32(elf + 24, 0x21100091);
    segment(0, CODE, 0x21100080, 0x21100080, CODE_SIZE, CODE_SIZE, 5);
    segment(1, DATA, 0x20100800, 0x21100080 + CODE_SIZE, DATA_SIZE, DATA_SIZE, 6);
    segment(2, 0, 0x20100800 + DATA_SIZE, 0x21100080 + CODE_SIZE + DATA_SIZE, 0, 40, 6);
    bytes_put_u32(elf + SECTIONS + 3 * 40 + 12, 0x20100800);
    bytes_put_u32(elf + SYMBOLS + SYMBOL_SIZE + 4, 0x20100000);
    bytes_put_u32(elf + SYMBOLS + 2 * SYMBOL_SIZE + 4, 0x180);
}

static void an_executable_linked_for_one_place_says_where(void **state)
{
    static const uint16_t machines[] = {40, 243, 3};
    struct elf_app app;

    (void)state;
    for (size_t i = 0; i < sizeof machines / sizeof machines[0]; i++) {
        make_fixed(machines[i]);
        assert_int_equal(read_elf(&app, sizeof elf), EXIT_DONE);
        assert_false(app.position_independent);
        assert_int_equal(app.machine, machines[i]);
        assert_int_equal(app.flash_address, 0x21100080);
        assert_int_equal(app.ram_address, 0x20100000);
        assert_int_equal(app.app_start, 0x180);
        assert_int_equal(app.entry, 0x11);
        assert_int_equal(app.ram_size, 0);                /* an address is no count of bytes */
        assert_int_equal(app.moved_size, DATA_SIZE + 40); /* the stack is none of them */
        assert_memory_equal(app.binary.data, elf + CODE, CODE_SIZE + DATA_SIZE);
        assert_int_equal(app.binary.size, CODE_SIZE + DATA_SIZE + 4 + RELOCATIONS_SIZE);
        bytes_free(&app.binary);
    }
}

static void only_relocations_of_what_is_copied_are_taken(void **state)
{
    struct elf_app app;

    (void)state;
    make_elf();
    bytes_put_u32(elf + SECTIONS + 3 * 40 + 8, 2); /* .data cannot be written to */
    assert_int_equal(read_elf(&app, sizeof elf), EXIT_DONE);
    assert_int_equal(app.binary.size, CODE_SIZE + DATA_SIZE + 4);
    assert_int_equal(bytes_get_u32(app.binary.data + CODE_SIZE + DATA_SIZE), 0);
    bytes_free(&app.binary);
}

static void put_u64(uint8_t *at, uint64_t number)
{
    bytes_put_u32(at, (uint32_t)number);
    bytes_put_u32(at + 4, (uint32_t)(number >> 32));
}

/* An executable of 64-bit RISC-V: one segment of code, and one that is loaded to `address`. */
static void make_wide(uint64_t address, uint64_t size)
{
    static const uint8_t identity[16] = {0x7F, 'E', 'L', 'F', 2, 1, 1};
    const uint64_t segments[2][6] = {{CODE, 0x80100000, 0x80100000, CODE_SIZE, CODE_SIZE, 4},
                                     {CODE, 0x80200000, address, size, size, 4}};

    memset(elf, 0, sizeof elf);
    memcpy(elf, identity, sizeof identity);
    bytes_put_u16(elf + 16, 2);
    bytes_put_u16(elf + 18, 243);
    bytes_put_u32(elf + 20, 1);
    put_u64(elf + 24, 0x80100000);
    put_u64(elf + 32, 64);
    bytes_put_u16(elf + 52, 64);
    bytes_put_u16(elf + 54, 56);
    bytes_put_u16(elf + 56, 2);
    for (size_t i = 0; i < 2; i++) {
        uint8_t *at = elf + 64 + 56 * i;

        bytes_put_u32(at, 1);
        bytes_put_u32(at + 4, 5);
        for (size_t k = 0; k < 6; k++) {
            put_u64(at + 8 + 8 * k, segments[i][k]);
        }
    }
}

static void a_segment_that_wraps_around_is_refused(void **state)
{
    struct elf_app app;

    (void)state;
    make_wide(0x80100000 + CODE_SIZE, CODE_SIZE);
    assert_int_equal(read_elf(&app, sizeof elf), EXIT_DONE);
    assert_int_equal(app.binary.size, 2 * CODE_SIZE + 4);
    bytes_free(&app.binary);
    for (uint64_t before = 1; before < CODE_SIZE; before++) {
        /* It ends where the code does, modulo 2^64, and begins before it. */
        make_wide(UINT64_MAX - before + 1, CODE_SIZE);
        assert_int_equal(read_elf(&app, sizeof elf), EXIT_FAILED);
        make_wide(UINT64_MAX - 0x7FF00000 + 1 - before, 0x100100000u);
        assert_int_equal(read_elf(&app, sizeof elf), EXIT_FAILED);
    }
}

/* Kernels clear the lowest bit: at an odd address the first instruction would lie in front. */
static void an_entry_in_front_of_the_code_is_refused(void **state)
{
    struct elf_app app;

    (void)state;
    make_wide(0x80100000 + CODE_SIZE, CODE_SIZE);
    put_u64(elf + 24, 0x800FFFFF);
    assert_int_equal(read_elf(&app, sizeof elf), EXIT_FAILED);
    put_u64(elf + 64 + 16, 0x80100001);
    put_u64(elf + 64 + 24, 0x80100001);
    put_u64(elf + 24, 0x80100001);
    assert_int_equal(read_elf(&app, sizeof elf), EXIT_FAILED);
    put_u64(elf + 24, 0x80100002);
    assert_int_equal(read_elf(&app, sizeof elf), EXIT_DONE);
    bytes_free(&app.binary);
}

static void segments_with_nothing_to_load_are_refused(void **state)
{
    struct elf_app app;

    (void)state;
    make_elf();
    bytes_put_u16(elf + 44, 0);
    assert_int_equal(read_elf(&app, sizeof elf), EXIT_FAILED);
    for (uint32_t i = 0; i < 3; i++) {
        make_elf();
        bytes_put_u32(elf + PROGRAM_HEADERS + 32 * i + 16, 0x00FFFFFF); /* more than the file */
        assert_int_equal(read_elf(&app, sizeof elf), EXIT_FAILED);
        bytes_put_u32(elf + PROGRAM_HEADERS + 32 * i + 16, 0xFFFFFFFF);
        assert_int_equal(read_elf(&app, sizeof elf), EXIT_FAILED);
    }
}

/* Names that do not end are not looked for in what follows them. */
static void names_outside_their_table_are_refused(void **state)
{
    struct elf_app app;

    (void)state;
    make_elf();
    memset(elf + NAMES + 59, 'x', NAMES_SIZE - 59);
    assert_int_equal(read_elf(&app, sizeof elf), EXIT_FAILED);
    make_elf();
    bytes_put_u16(elf + 50, 1); /* the relocations as names */
    assert_int_equal(read_elf(&app, sizeof elf), EXIT_FAILED);
    make_elf();
    bytes_put_u32(elf + SECTIONS + 4 * 40 + 24, 3); /* the symbols' names are .data */
    assert_int_equal(read_elf(&app, sizeof elf), EXIT_FAILED);
}

static void what_is_not_for_this_processor_is_refused(void **state)
{
    static const struct {
        size_t at;
        uint8_t value;
        const char *why;
    } cases[] = {
        {4, 2, ""},                       /* 64 bits */
        {5, 2, ""},                       /* big-endian */
        {18, 62, "RISC-V"},               /* another processor */
        {16, 1, "nothing that can be"},   /* an object file */
        {PROGRAM_HEADERS + 15, 0x20, ""}, /* linked elsewhere */
        {27, 0x90, "entry point"},        /* begins outside */
    };
    struct elf_app app;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        make_elf();
        elf[cases[i].at] = cases[i].value;
        assert_int_equal(read_elf(&app, sizeof elf), EXIT_FAILED);
        assert_non_null(strstr(complaint(), cases[i].why));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_executable_becomes_code_data_and_relocations),
        cmocka_unit_test(an_executable_cut_short_anywhere_is_refused),
        cmocka_unit_test(headers_with_any_byte_wrong_do_no_harm),
        cmocka_unit_test(headers_with_any_word_wrong_do_no_harm),
        cmocka_unit_test(an_executable_linked_for_one_place_says_where),
        cmocka_unit_test(only_relocations_of_what_is_copied_are_taken),
        cmocka_unit_test(relocations_without_bytes_are_refused),
        cmocka_unit_test(a_segment_that_wraps_around_is_refused),
        cmocka_unit_test(an_entry_in_front_of_the_code_is_refused),
        cmocka_unit_test(segments_with_nothing_to_load_are_refused),
        cmocka_unit_test(names_outside_their_table_are_refused),
        cmocka_unit_test(what_is_not_for_this_processor_is_refused),
    };
    return cmocka_run_group_tests(tests, package_setup, package_teardown);
}
