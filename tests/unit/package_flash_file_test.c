// SPDX-License-Identifier: Apache-2.0
/* Files with addresses of their own: what is whole is read, what is not is refused by its line. */
#include "package_support.h"

#include <elf.h>

#include <base/bytes.h>
#include <package/flash_file.h>

/* As objcopy writes them: 20 bytes at 0x0800FFF8, which crosses 64 KiB, and 4 at 0x08020000. */
static const char good[] = ":020000040800F2\n"
                           ":08FFF8000001020304050607E5\r\n"
                           ":020000040801F1\n"
                           ":0C00000008090A0B0C0D0E0F1011121352\n"
                           ":020000040802F0\n"
                           ":04000000AABBCCDDEE\n"
                           ":0400000508020001EC\n"
                           ":00000001FF\n";

static size_t lines_until(const char *text, struct flash_file *file)
{
    size_t line;

    file->count = 0;
    line = hex_read(text, strlen(text), file);
    return line;
}

static void intel_hex_is_read(void **state)
{
    static struct flash_file file;

    (void)state;
    assert_int_equal(lines_until(good, &file), 0);
    assert_int_equal(file.count, 2);
    assert_int_equal(file.part[0].address, 0x0800FFF8);
    assert_int_equal(file.part[0].bytes.size, 20);
    for (uint8_t i = 0; i < 20; i++) {
        assert_int_equal(file.part[0].bytes.data[i], i);
    }
    assert_int_equal(file.part[1].address, 0x08020000);
    assert_int_equal(file.part[1].bytes.data[3], 0xDD);
    flash_file_free(&file);
}

/* As objcopy -O ihex writes it, but for its lines, which begin at multiples of 16 here. */
static void intel_hex_is_written(void **state)
{
    static const char wanted[] = ":020000040800F2\n"
                                 ":08FFF8000001020304050607E5\n"
                                 ":020000040801F1\n"
                                 ":0C00000008090A0B0C0D0E0F1011121352\n"
                                 ":00000001FF\n";
    uint8_t bytes[20];
    struct bytes text;

    (void)state;
    for (uint8_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = i;
    }
    assert_true(hex_write(0x0800FFF8, bytes, sizeof bytes, &text));
    assert_int_equal(text.size, sizeof wanted - 1);
    assert_memory_equal(text.data, wanted, text.size);
    bytes_free(&text);
    assert_true(hex_write(0, NULL, 0, &text));
    assert_int_equal(text.size, 12);
    bytes_free(&text);
}

/* Wherever they begin and end, up to the last address there is. */
static void what_is_written_as_intel_hex_is_read_again(void **state)
{
    static const uint32_t begins[] = {0, 1, 15, 0xFFFF, 0x10000, 0x0800FFF1, 0xFFFE0000};
    static const uint32_t sizes[] = {1, 2, 15, 16, 17, 65535, 65537, 131071};
    static struct flash_file file;
    static uint8_t bytes[131071];
    struct bytes text;

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 7 + i / 251);
    }
    for (size_t b = 0; b < sizeof begins / sizeof begins[0]; b++) {
        for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
            file.count = 0;
            assert_true(hex_write(begins[b], bytes, sizes[s], &text));
            assert_int_equal(hex_read((const char *)text.data, text.size, &file), 0);
            assert_int_equal(file.count, 1);
            assert_int_equal(file.part[0].address, begins[b]);
            assert_int_equal(file.part[0].bytes.size, sizes[s]);
            assert_memory_equal(file.part[0].bytes.data, bytes, sizes[s]);
            flash_file_free(&file);
            bytes_free(&text);
        }
    }
}

static void segments_of_16_bits_are_read(void **state)
{
    static struct flash_file file;

    (void)state;
    assert_int_equal(lines_until(":020000021000EC\n:01001000559A\n:00000001FF", &file), 0);
    assert_int_equal(file.part[0].address, 0x10010);
    flash_file_free(&file);
}

static void bad_intel_hex_is_refused_by_its_line(void **state)
{
    static const struct {
        const char *text;
        size_t line;
    } bad[] = {
        {"", 1},                                 /* no end */
        {":020000040800F2\n", 2},                /* the same */
        {":020000040800F0\n:00000001FF\n", 1},   /* checksum */
        {":00000001FF\n:00000001FF\n", 2},       /* behind the end */
        {":0100000055AA\nx\n", 2},               /* no record */
        {":01000000 5AA\n", 1},                  /* no digit */
        {":0200000055A9\n", 1},                  /* another count */
        {":010000005\n", 1},                     /* half a byte */
        {":0100000655A4\n", 1},                  /* an unknown type */
        {":0100000455A6\n", 1},                  /* half an address */
        {":02FFFF0055AA01\n", 1},                /* beyond 64 KiB */
        {":02000004FFFFFC\n:01FFFF0055AC\n", 2}, /* the last byte of 32 bits: it has no end */
        {":", 1},                                /* nothing */
    };
    static struct flash_file file;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const size_t line = lines_until(bad[i].text, &file);

        if (line != bad[i].line) {
            printf("%s: line %zu, wanted %zu\n", bad[i].text, line, bad[i].line);
        }
        assert_int_equal(line, bad[i].line);
        flash_file_free(&file);
    }
}

/* Each byte of a good file changed, to many others: it is refused, or it says the same. */
static void one_wrong_character_never_passes(void **state)
{
    static const char others[] = "0123456789ABCDEF:\n\r x";
    static struct flash_file file;
    char text[sizeof good];

    (void)state;
    for (size_t at = 0; at + 1 < sizeof good; at++) {
        for (size_t k = 0; k + 1 < sizeof others; k++) {
            memcpy(text, good, sizeof good);
            text[at] = others[k];
            if (lines_until(text, &file) == 0) {
                assert_int_equal(file.count, 2); /* white space between lines */
                assert_int_equal(file.part[0].bytes.size, 20);
                assert_int_equal(file.part[0].address, 0x0800FFF8);
            }
            flash_file_free(&file);
        }
    }
}

enum { SEGMENT = 64, DATA_AT = sizeof(Elf32_Ehdr) + 2 * sizeof(Elf32_Phdr) };

/* An executable with two segments that are loaded. */
static void make_elf(uint8_t image[DATA_AT + 2 * SEGMENT])
{
    Elf32_Ehdr head = {.e_type = ET_EXEC,
                       .e_machine = EM_ARM,
                       .e_version = EV_CURRENT,
                       .e_phoff = sizeof(Elf32_Ehdr),
                       .e_ehsize = sizeof(Elf32_Ehdr),
                       .e_phentsize = sizeof(Elf32_Phdr),
                       .e_phnum = 2};
    Elf32_Phdr segment[2] = {{.p_type = PT_LOAD,
                              .p_offset = DATA_AT,
                              .p_vaddr = 0x20000000,
                              .p_paddr = 0x10000,
                              .p_filesz = SEGMENT,
                              .p_memsz = SEGMENT},
                             {.p_type = PT_LOAD,
                              .p_offset = DATA_AT + SEGMENT,
                              .p_vaddr = 0x20001000,
                              .p_paddr = 0x20000,
                              .p_filesz = SEGMENT,
                              .p_memsz = 2 * SEGMENT}};

    memcpy(head.e_ident, ELFMAG, SELFMAG);
    head.e_ident[EI_CLASS] = ELFCLASS32;
    head.e_ident[EI_DATA] = ELFDATA2LSB;
    head.e_ident[EI_VERSION] = EV_CURRENT;
    memcpy(image, &head, sizeof head);
    memcpy(image + sizeof head, segment, sizeof segment);
    for (size_t i = 0; i < 2 * (size_t)SEGMENT; i++) {
        image[DATA_AT + i] = (uint8_t)i;
    }
}

static void segments_go_to_their_physical_addresses(void **state)
{
    static struct flash_file file;
    uint8_t image[DATA_AT + 2 * SEGMENT];
    const struct bytes content = {image, sizeof image};

    (void)state;
    make_elf(image);
    assert_int_equal(flash_file_kind(&content), FLASH_ELF);
    assert_int_equal(flash_file_read(&cli, "x.elf", &content, &file), 0);
    assert_int_equal(file.count, 2);
    assert_int_equal(file.part[0].address, 0x10000);
    assert_int_equal(file.part[1].address, 0x20000);
    assert_int_equal(file.part[1].bytes.size, SEGMENT);
    assert_int_equal(file.part[1].bytes.data[0], SEGMENT);
    flash_file_free(&file);
}

/* Cut anywhere, or with any byte of its headers changed, it is refused or stays inside itself. */
static void a_damaged_executable_stays_inside_itself(void **state)
{
    static struct flash_file file;
    uint8_t image[DATA_AT + 2 * SEGMENT];

    (void)state;
    hush();
    for (size_t size = 0; size < sizeof image; size++) {
        const struct bytes content = {image, size};

        make_elf(image);
        assert_int_not_equal(flash_file_read(&cli, "x.elf", &content, &file), 0);
        flash_file_free(&file);
    }
    for (size_t at = SELFMAG; at < DATA_AT; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            const struct bytes content = {image, sizeof image};

            make_elf(image);
            image[at] ^= (uint8_t)(1u << bit);
            (void)flash_file_read(&cli, "x.elf", &content, &file);
            for (size_t i = 0; i < file.count; i++) {
                assert_true(file.part[i].bytes.size <= sizeof image);
            }
            flash_file_free(&file);
        }
    }
    (void)speak(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intel_hex_is_read),
        cmocka_unit_test(intel_hex_is_written),
        cmocka_unit_test(what_is_written_as_intel_hex_is_read_again),
        cmocka_unit_test(segments_of_16_bits_are_read),
        cmocka_unit_test(bad_intel_hex_is_refused_by_its_line),
        cmocka_unit_test(one_wrong_character_never_passes),
        cmocka_unit_test(segments_go_to_their_physical_addresses),
        cmocka_unit_test(a_damaged_executable_stays_inside_itself),
    };

    return cmocka_run_group_tests(tests, package_setup, package_teardown);
}
