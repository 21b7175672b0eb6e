// SPDX-License-Identifier: Apache-2.0
/* Headers that are edited: the rest of the object follows, and nothing unsound is written. */
#include "package_published.h"

#include <package/credential.h>
#include <package/tlv.h>
#include <trust/verify.h>

static struct bytes tbf;

static const uint8_t short_id[4] = {0x78, 0x56, 0x34, 0x12};

/* Opens, has something done, closes. */
static int edit_with(bool (*change)(struct header_edit *edit), size_t *dropped)
{
    struct header_edit edit;
    int code = HUSHED(header_edit_begin(&cli, &tbf, "it", &edit));

    *dropped = 0;
    if (code == EXIT_DONE && change(&edit)) {
        code = HUSHED(header_edit_end(&cli, &edit, "it", &tbf, dropped));
    }
    header_edit_free(&edit);
    return code;
}

static bool add_short_id(struct header_edit *edit)
{
    return tlv_append(&edit->tlvs, TBF_TLV_SHORT_ID, short_id, sizeof short_id);
}

static bool remove_kernel_version(struct header_edit *edit)
{
    struct tlv tlv;

    if (tlv_find(&edit->tlvs, TBF_TLV_KERNEL_VERSION, &tlv)) {
        tlv_remove(&edit->tlvs, &tlv);
    }
    return true;
}

static void assert_code_at(uint32_t start)
{
    for (uint32_t i = 0; i < PUBLISHED_CODE; i++) {
        assert_int_equal(tbf.data[start + i], (uint8_t)(i * 3));
    }
}

/* The published header and one entry more; the code is 0x80 further on. */
static const char added[] =
    "020054000004000001000000f83c167c01000c00a1000000780000000010000009001400a1000000"
    "7800000000100000800200000100000003000500626c696e6b00000008000400020002000a000400"
    "78563412";

static void an_entry_that_is_added_moves_the_code_into_reserved_room(void **state)
{
    size_t dropped;

    (void)state;
    make_published(&tbf);
    assert_int_equal(edit_with(add_short_id, &dropped), EXIT_DONE);
    assert_int_equal(tbf.size, PUBLISHED_SIZE);
    assert_bytes(tbf.data, added);
    assert_code_at(PUBLISHED_START + 0x80);
    assert_bytes(tbf.data + PUBLISHED_END + 0x80, "80007c0100000000");
    bytes_free(&tbf);
}

/* The published header without its kernel version; 8 protected bytes instead. */
static const char deleted[] =
    "020044000004000001000000006a306e01000c003100000008000000001000000900140031000000"
    "0800000000100000000200000100000003000500626c696e6b000000";

static void an_entry_that_is_deleted_leaves_protected_bytes_for_another(void **state)
{
    size_t dropped;

    (void)state;
    make_published(&tbf);
    assert_int_equal(edit_with(remove_kernel_version, &dropped), EXIT_DONE);
    assert_int_equal(tbf.size, PUBLISHED_SIZE);
    assert_bytes(tbf.data, deleted);
    assert_code_at(PUBLISHED_START);
    assert_int_equal(edit_with(add_short_id, &dropped), EXIT_DONE);
    assert_code_at(PUBLISHED_START);
    assert_int_equal(bytes_get_u32(tbf.data + 4), PUBLISHED_SIZE);
    bytes_free(&tbf);
}

/* An object without footers, of so many bytes of code. */
static void make_full(size_t code, enum image_layout layout)
{
    const struct image_options options = {.name = "a", .layout = layout, .kernel_major = 2};
    struct elf_app app = app_of_size(code);

    app.machine = EM_ARM;
    app.writeable_count = 1;
    app.writeable[0].offset = 4;
    app.writeable[0].size = 8;
    assert_int_equal(image_build(&cli, &app, &options, &tbf), EXIT_DONE);
    bytes_free(&app.binary);
}

static void an_object_without_room_grows_and_stays_a_power_of_two(void **state)
{
    struct tbf_header header;
    uint32_t offset;
    uint32_t size;
    size_t dropped;

    (void)state;
    make_full(512 - 84, IMAGE_ELF2TAB); /* nothing behind the code */
    assert_int_equal(tbf.size, 512);
    assert_int_equal(edit_with(add_short_id, &dropped), EXIT_DONE);
    assert_int_equal(tbf.size, 1024);
    assert_int_equal(image_parse(&cli, &tbf, "it", &header), EXIT_DONE);
    assert_int_equal(header.app_start, 84 + 0x80);
    assert_int_equal(header.binary_end, 512 + 0x80);
    assert_int_equal(header.short_id_tlv, 0x12345678);
    assert_true(tbf_writeable_region(&header.tlvs, header.total_size, 0, &offset, &size));
    assert_int_equal(offset, 84 + 0x80 + 4);
    bytes_free(&tbf);
}

static void credentials_follow_the_change_or_are_dropped(void **state)
{
    static const char *const names[] = {"sha256", "sha512", "ecdsap256", "cleartext_id"};
    const struct credential_secret secret = {.key_path = path, .id = 0x1122334455667788};
    struct tbf_header header;
    struct tbf_credential credential;
    uint32_t cursor = 0;
    uint32_t seen = 0;
    size_t dropped;
    struct key key;

    (void)state;
    make_published(&tbf);
    assert_int_equal(key_generate(&cli, &key), EXIT_DONE);
    assert_int_equal(key_write(&cli, path, &key), EXIT_DONE);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        uint8_t data[CREDENTIAL_DATA_MAX];

        assert_int_equal(image_parse(&cli, &tbf, "it", &header), EXIT_DONE);
        assert_int_equal(
            credential_make(&cli, credential_named(names[i]), &tbf, &header, &secret, data),
            EXIT_DONE);
        assert_int_equal(credential_add(&cli, &tbf, "it", credential_named(names[i]), data),
                         EXIT_DONE);
    }
    assert_int_equal(edit_with(add_short_id, &dropped), EXIT_DONE);
    assert_int_equal(dropped, 1);
    assert_int_equal(image_parse(&cli, &tbf, "it", &header), EXIT_DONE);
    while (tbf_credential_next(tbf.data, &header, &cursor, &credential) == 0) {
        enum credential_verdict verdict;

        assert_int_equal(credential_check(&cli, &tbf, &header, &credential, NULL, &verdict),
                         EXIT_DONE);
        assert_int_not_equal(verdict, CREDENTIAL_WRONG);
        assert_int_not_equal(credential.format, TBF_CREDENTIAL_ECDSA_P256);
        seen += credential.format != TBF_CREDENTIAL_RESERVED ? 1 : 0;
    }
    assert_int_equal(seen, 3);
    unlink(path);
    {
        char name[80];

        snprintf(name, sizeof name, "%s.pub.pem", path);
        unlink(name);
    }
    bytes_free(&tbf);
}

static bool point_outside(struct header_edit *edit)
{
    struct tlv tlv;

    assert_true(tlv_find(&edit->tlvs, TBF_TLV_PROGRAM, &tlv));
    bytes_put_u32(tlv_value(&edit->tlvs, &tlv), 0x10000);
    return true;
}

static bool fill_up(struct header_edit *edit)
{
    static const uint8_t value[60000];

    return tlv_append(&edit->tlvs, 0x7777, value, sizeof value) &&
           tlv_append(&edit->tlvs, 0x7777, value, sizeof value);
}

static bool add_bad_name(struct header_edit *edit)
{
    return tlv_append(&edit->tlvs, TBF_TLV_NAME, "\xFF\xFE", 2);
}

static void what_no_kernel_would_take_is_not_written(void **state)
{
    static bool (*const changes[])(struct header_edit *) = {point_outside, fill_up, add_bad_name};
    struct bytes before;
    size_t dropped;

    (void)state;
    make_published(&tbf);
    make_published(&before);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        assert_int_equal(edit_with(changes[i], &dropped), EXIT_FAILED);
        assert_int_equal(tbf.size, before.size);
        assert_memory_equal(tbf.data, before.data, before.size);
    }
    bytes_free(&before);
    bytes_free(&tbf);
}

static void code_that_is_linked_for_its_place_does_not_move(void **state)
{
    const struct image_options options = {.name = "a",
                                          .fixed = true,
                                          .fixed_flash = 0x21100080,
                                          .fixed_ram = 0x20000000,
                                          .app_start = 0x80};
    struct header_edit edit;
    uint8_t value[80] = {0};
    size_t dropped;

    (void)state;
    make_tbf(64, &options, &tbf);
    assert_int_equal(edit_with(add_short_id, &dropped), EXIT_DONE);
    assert_int_equal(header_edit_begin(&cli, &tbf, "it", &edit), EXIT_DONE);
    assert_true(tlv_append(&edit.tlvs, 0x7777, value, sizeof value));
    assert_int_equal(HUSHED(header_edit_end(&cli, &edit, "it", &tbf, &dropped)), EXIT_SPACE);
    header_edit_free(&edit);
    bytes_free(&tbf);
}

/* Whatever a header says, what comes out of an edit is sound, or nothing comes out. */
static void headers_with_any_byte_wrong_do_no_harm(void **state)
{
    uint32_t seed = 11;

    (void)state;
    for (int i = 0; i < 6000; i++) {
        struct tbf_header header;
        size_t dropped;

        make_published(&tbf);
        for (int k = 0; k < 1 + i % 3; k++) {
            seed = seed * 1664525u + 1013904223u;
            tbf.data[(seed >> 8) % PUBLISHED_START] = (uint8_t)(seed >> 24);
        }
        if (bytes_get_u16(tbf.data + 2) <= tbf.size) {
            bytes_put_u32(tbf.data + 12, tbf_checksum(tbf.data, bytes_get_u16(tbf.data + 2)));
        }
        if (edit_with(i % 2 == 0 ? add_short_id : remove_kernel_version, &dropped) == EXIT_DONE) {
            assert_int_equal(image_parse(&cli, &tbf, "it", &header), EXIT_DONE);
        }
        bytes_free(&tbf);
    }
}

static void entries_are_replaced_in_their_place(void **state)
{
    struct bytes tlvs = {NULL, 0};
    struct tlv tlv;
    uint32_t cursor = 0;

    (void)state;
    assert_true(tlv_append(&tlvs, 1, "abcd", 4));
    assert_true(tlv_append(&tlvs, 2, "efghi", 5));
    assert_true(tlv_append(&tlvs, 3, "", 0));
    assert_true(tlv_find(&tlvs, 2, &tlv));
    assert_true(tlv_replace(&tlvs, &tlv, "a longer one", 12));
    assert_bytes(tlvs.data, "01000400616263640200"
                            "0c0061206c6f6e676572206f6e6503000000");
    assert_true(tlv_find(&tlvs, 2, &tlv));
    assert_true(tlv_replace(&tlvs, &tlv, "x", 1));
    assert_bytes(tlvs.data, "0100040061626364020001007800000003000000");
    assert_int_equal(tlvs.size, 20);
    assert_true(tlv_find(&tlvs, 1, &tlv));
    tlv_remove(&tlvs, &tlv);
    assert_true(tlv_next(&tlvs, &cursor, &tlv));
    assert_int_equal(tlv.type, 2);
    assert_true(tlv_next(&tlvs, &cursor, &tlv));
    assert_int_equal(tlv.type, 3);
    assert_false(tlv_next(&tlvs, &cursor, &tlv));
    bytes_free(&tlvs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_that_is_added_moves_the_code_into_reserved_room),
        cmocka_unit_test(an_entry_that_is_deleted_leaves_protected_bytes_for_another),
        cmocka_unit_test(an_object_without_room_grows_and_stays_a_power_of_two),
        cmocka_unit_test(credentials_follow_the_change_or_are_dropped),
        cmocka_unit_test(what_no_kernel_would_take_is_not_written),
        cmocka_unit_test(code_that_is_linked_for_its_place_does_not_move),
        cmocka_unit_test(headers_with_any_byte_wrong_do_no_harm),
        cmocka_unit_test(entries_are_replaced_in_their_place),
    };
    return cmocka_run_group_tests(tests, package_setup, package_teardown);
}
