// SPDX-License-Identifier: Apache-2.0
#include <base/bytes.h>
#include <tbf/footer.h>
#include <tbf/header.h>
#include <tbf/write.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { OBJECT = 0x400, HEADER = 0x4C, BINARY_END = 0x200 };

/* The published vector: "blink", Main and Program, kernel 2.2, footers at 0x200. */
static const uint32_t vector[] = {
    0x004c0002, 0x00000400, 0x00000001, 0x6e3e6a0a, 0x000c0001, 0x00000029, 0x00000000,
    0x00001000, 0x00140009, 0x00000029, 0x00000000, 0x00001000, 0x00000200, 0x00000001,
    0x00050003, 0x6e696c62, 0x0000006b, 0x00040008, 0x00020002,
};

static void make_object(uint8_t object[OBJECT])
{
    memset(object, 0xA5, OBJECT);
    for (size_t i = 0; i < sizeof vector / sizeof vector[0]; i++) {
        bytes_put_u32(object + 4 * i, vector[i]);
    }
    tbf_write_reserved(object + BINARY_END, OBJECT - BINARY_END);
}

static void fix_checksum(uint8_t *object)
{
    bytes_put_u32(object + 12, tbf_checksum(object, bytes_get_u16(object + 2)));
}

static void the_published_header_is_understood(void **state)
{
    uint8_t object[OBJECT];
    struct tbf_header h;

    (void)state;
    make_object(object);
    assert_int_equal(tbf_header_parse(object, OBJECT, &h), 0);
    assert_int_equal(h.header_size, HEADER);
    assert_int_equal(h.total_size, OBJECT);
    assert_int_equal(h.entry, HEADER + 0x28);
    assert_int_equal(h.app_start, HEADER);
    assert_int_equal(h.min_ram, 4096);
    assert_int_equal(h.binary_end, BINARY_END);
    assert_int_equal(h.version, 1);
    assert_int_equal(h.kernel_major, 2);
    assert_int_equal(h.kernel_minor, 2);
    assert_memory_equal(h.name.data, "blink", 5);
    assert_int_equal(tbf_short_id(&h), 0x1D19E248);
    assert_false(h.padding);
}

static void the_published_padding_is_written_and_understood(void **state)
{
    uint8_t padding[TBF_BASE_SIZE];
    uint8_t space[0x800] = {0};
    struct tbf_header h;

    (void)state;
    tbf_write_padding(padding, 0x800);
    assert_int_equal(bytes_get_u32(padding), 0x00100002);
    assert_int_equal(bytes_get_u32(padding + 12), 0x00100802);
    memcpy(space, padding, sizeof padding);
    assert_int_equal(tbf_header_parse(space, sizeof space, &h), 0);
    assert_true(h.padding);
}

static void every_truncation_is_refused(void **state)
{
    uint8_t object[OBJECT];
    struct tbf_header h;

    (void)state;
    make_object(object);
    for (uint32_t length = 0; length < OBJECT; length++) {
        assert_int_not_equal(tbf_header_parse(object, length, &h), 0);
    }
}

static void every_flipped_header_bit_is_refused(void **state)
{
    uint8_t object[OBJECT];
    struct tbf_header h;

    (void)state;
    for (uint32_t bit = 0; bit < 8 * HEADER; bit++) {
        make_object(object);
        object[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        assert_int_not_equal(tbf_header_parse(object, OBJECT, &h), 0);
    }
}

/* Sets a word of the header, with a right checksum; answers what the parser says. */
static int with_word(uint32_t offset, uint32_t value)
{
    uint8_t object[OBJECT];
    struct tbf_header h;

    make_object(object);
    bytes_put_u32(object + offset, value);
    if (bytes_get_u16(object + 2) <= OBJECT) {
        fix_checksum(object);
    }
    return tbf_header_parse(object, OBJECT, &h);
}

static void contradictions_are_refused_despite_a_right_checksum(void **state)
{
    (void)state;
    assert_int_equal(with_word(0, 0x004c0003), TBF_E_END); /* another version */
    assert_int_equal(with_word(4, 0), TBF_E_SIZE);         /* total size 0, 15, not a multiple */
    assert_int_equal(with_word(4, 15), TBF_E_SIZE);
    assert_int_equal(with_word(4, 0x3FE), TBF_E_SIZE);
    assert_int_equal(with_word(4, 0xFFFFFFFC), TBF_E_SIZE);     /* beyond the space */
    assert_int_equal(with_word(4, 0x40), TBF_E_TRUNCATED);      /* smaller than the header */
    assert_int_equal(with_word(0x24, 0x01000000), TBF_E_ENTRY); /* entry behind the end */
    assert_int_equal(with_word(0x24, 0xFFFFFFFF), TBF_E_ENTRY); /* entry wraps */
    assert_int_equal(with_word(0x28, 0x1000), TBF_E_ENTRY);     /* protected size past the end */
    assert_int_equal(with_word(0x28, 0x40), TBF_E_ENTRY);       /* entry in the protected area */
    assert_int_equal(with_word(0x30, 0x404), TBF_E_ENTRY);      /* binary end behind the object */
    assert_int_equal(with_word(0x30, 0x20), TBF_E_ENTRY);       /* binary end in the header */
    assert_int_equal(with_word(0x20, 0x00150009), TBF_E_TLV);   /* Program of 21 bytes */
    assert_int_equal(with_word(0x20, 0xFFFF0009), TBF_E_TLV);   /* past the header */
    assert_int_equal(with_word(0x44, 0x00050008), TBF_E_TLV);   /* kernel version of 5 bytes */
    assert_int_equal(with_word(0x3C, 0x80696c62), TBF_E_NAME);  /* not UTF-8 */
}

static void unknown_entries_and_reserved_flags_are_skipped(void **state)
{
    (void)state;
    assert_int_equal(with_word(0x44, 0x00047FFF), 0);
    assert_int_equal(with_word(8, 0xFFFFFFFD), 0);
}

static void main_is_used_only_without_program(void **state)
{
    uint8_t object[OBJECT];
    struct tbf_header h;

    (void)state;
    make_object(object);
    bytes_put_u32(object + 0x14, 0x99); /* another entry in Main */
    fix_checksum(object);
    assert_int_equal(tbf_header_parse(object, OBJECT, &h), 0);
    assert_int_equal(h.entry, HEADER + 0x28);
    bytes_put_u16(object + 0x20, 0x7FFE); /* no Program any more */
    fix_checksum(object);
    assert_int_equal(tbf_header_parse(object, OBJECT, &h), 0);
    assert_int_equal(h.entry, HEADER + 0x98);
    assert_int_equal(h.binary_end, OBJECT);
    bytes_put_u16(object + 0x10, 0x7FFE); /* nor Main */
    fix_checksum(object);
    assert_int_equal(tbf_header_parse(object, OBJECT, &h), 0);
    assert_true(h.padding);
}

static void a_walk_ends_whatever_the_bytes_are(void **state)
{
    uint8_t region[4096];
    uint32_t seed = 7;

    (void)state;
    for (int round = 0; round < 3000; round++) {
        struct tbf_object object;
        uint32_t offset = 0;
        int steps = 0;

        for (size_t i = 0; i < sizeof region; i += 4) {
            seed = seed * 1664525u + 1013904223u;
            bytes_put_u32(region + i, seed >> 8);
        }
        for (size_t at = 0; at < sizeof region; at += 256) {
            bytes_put_u32(region + at, 0x00100002 + ((seed >> 3) & 0x70) * 0x10000);
            bytes_put_u32(region + at + 4, (seed >> (at / 256)) & 0x3FF);
        }
        while (tbf_walk(region, sizeof region, offset, &object) == 0) {
            assert_true(object.header.total_size >= TBF_BASE_SIZE);
            offset += object.header.total_size;
            assert_true(++steps <= 256);
        }
    }
}

static void credentials_are_found_behind_others(void **state)
{
    uint8_t object[OBJECT];
    uint8_t signature[TBF_ECDSA_SIZE];
    struct tbf_header h;
    int used;

    (void)state;
    memset(signature, 0x5C, sizeof signature);
    make_object(object);
    assert_int_equal(tbf_header_parse(object, OBJECT, &h), 0);
    assert_null(tbf_ecdsa_signature(object, &h, 0));
    /* Reserved, an unknown format, an ECDSA one of the wrong length, then the real one. */
    used = tbf_write_credential(object + BINARY_END, 64, 0, NULL, 0);
    used += tbf_write_credential(object + BINARY_END + used, 64, 0x1234, signature, 5);
    used += tbf_write_credential(object + BINARY_END + used, 128, 6, signature, 63);
    used += tbf_write_credential(object + BINARY_END + used, 128, 6, signature, 64);
    assert_memory_equal(tbf_ecdsa_signature(object, &h, 0), signature, 64);
    /* Cut at each byte: found whole, or not at all. */
    for (uint32_t end = BINARY_END; end < BINARY_END + (uint32_t)used; end++) {
        h.total_size = end;
        assert_null(tbf_ecdsa_signature(object, &h, 0));
    }
}

static void permissions_allow_what_they_name(void **state)
{
    uint8_t value[34] = {2, 0};
    struct tbf_header h = {.permissions = {value, sizeof value}};

    (void)state;
    bytes_put_u32(value + 2, 1);
    bytes_put_u32(value + 10, 0x6); /* console: commands 1 and 2 */
    bytes_put_u32(value + 18, 5);
    bytes_put_u32(value + 22, 1);
    bytes_put_u32(value + 30, 0x80000000); /* driver 5: command 127 */
    assert_true(tbf_permits_command(h.permissions.data, 1, 1));
    assert_true(tbf_permits_command(h.permissions.data, 1, 2));
    assert_false(tbf_permits_command(h.permissions.data, 1, 0));
    assert_false(tbf_permits_command(h.permissions.data, 1, 65));
    assert_true(tbf_permits_command(h.permissions.data, 5, 127));
    assert_false(tbf_permits_command(h.permissions.data, 5, 63));
    assert_true(tbf_permits_driver(h.permissions.data, 5));
    assert_false(tbf_permits_driver(h.permissions.data, 2));
    h.permissions.data = NULL;
    assert_true(tbf_permits_command(h.permissions.data, 2, 9));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_header_is_understood),
        cmocka_unit_test(the_published_padding_is_written_and_understood),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(every_flipped_header_bit_is_refused),
        cmocka_unit_test(contradictions_are_refused_despite_a_right_checksum),
        cmocka_unit_test(unknown_entries_and_reserved_flags_are_skipped),
        cmocka_unit_test(main_is_used_only_without_program),
        cmocka_unit_test(a_walk_ends_whatever_the_bytes_are),
        cmocka_unit_test(credentials_are_found_behind_others),
        cmocka_unit_test(permissions_allow_what_they_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
