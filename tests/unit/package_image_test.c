// SPDX-License-Identifier: Apache-2.0
/* Making TBF objects, signing them, and reading ones that are damaged. */
#include "package_support.h"

#include <trust/verify.h>

static const struct image_options plain = {.name = "app"};

static void the_size_is_exact_or_a_power_of_two(void **state)
{
    struct image_options tock = plain;

    (void)state;
    tock.layout = IMAGE_TOCK;
    for (size_t code = 4; code < 5000; code += 33) {
        struct tbf_header header;
        struct bytes tbf;
        struct bytes padded;

        make_tbf(code, &plain, &tbf);
        assert_int_equal(image_parse(&cli, &tbf, "it", &header), EXIT_DONE);
        assert_int_equal(header.total_size, tbf.size);
        assert_int_equal(tbf.size % 16, 0);
        assert_int_equal(header.app_start % 0x80, 0);
        assert_int_equal(header.binary_end, header.app_start + (code + 3) / 4 * 4);
        /* The signature's 72 bytes, and less than a step more. */
        assert_in_range(tbf.size - header.binary_end, 72, 72 + 15);

        make_tbf(code, &tock, &padded);
        assert_int_equal(image_parse(&cli, &padded, "it", &header), EXIT_DONE);
        assert_int_equal(padded.size & (padded.size - 1), 0);
        assert_in_range(padded.size, tbf.size, tbf.size > 512 ? 2 * tbf.size - 1 : 512);
        assert_int_equal(header.total_size, padded.size);
        bytes_free(&tbf);
        bytes_free(&padded);
    }
}

static void numbers_that_do_not_fit_are_refused(void **state)
{
    static const struct image_options wrong[] = {
        {.name = "a", .min_footer = 0x7FFFFFFF},
        {.name = "a", .min_footer = UINT32_MAX},
        {.name = "a", .min_footer = 0x7FFFFFFF, .layout = IMAGE_TOCK},
        {.name = "a", .min_footer = PACKAGE_MAX},
        {.name = "a", .app_heap = 0x7FFFFFFF, .kernel_heap = 0x7FFFFFFF},
        {.name = "a", .app_heap = UINT32_MAX},
        {.name = "a", .kernel_heap = UINT32_MAX - 4},
        {.name = "a-name-that-has-thirty-three-byte"},
        {.name = "a", .kernel = true, .image_offset = 16},
        {.name = "a", .kernel = true, .image_offset = 0x7FFFFFFF},
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct elf_app app = app_of_size(64);
        struct bytes tbf = {NULL, 0};

        app.ram_size = 4096;
        assert_int_not_equal(HUSHED(image_build(&cli, &app, &wrong[i], &tbf)), EXIT_DONE);
        assert_null(tbf.data);
        bytes_free(&app.binary);
    }
}

static void writeable_sections_are_named_from_the_start_of_the_object(void **state)
{
    struct elf_app app = app_of_size(64);
    struct tbf_header header;
    struct bytes tbf;
    uint32_t offset;
    uint32_t size;

    (void)state;
    app.writeable_count = 2;
    app.writeable[0].offset = 16;
    app.writeable[0].size = 8;
    app.writeable[1].offset = 40;
    app.writeable[1].size = 24;
    assert_int_equal(image_build(&cli, &app, &plain, &tbf), EXIT_DONE);
    assert_int_equal(image_parse(&cli, &tbf, "it", &header), EXIT_DONE);
    assert_int_equal(tbf_writeable_count(&header.tlvs), 2);
    assert_true(tbf_writeable_region(&header.tlvs, header.total_size, 0, &offset, &size));
    assert_int_equal(offset, header.app_start + 16);
    assert_int_equal(size, 8);
    assert_true(tbf_writeable_region(&header.tlvs, header.total_size, 1, &offset, &size));
    assert_int_equal(offset, header.app_start + 40);
    assert_int_equal(size, 24);
    bytes_free(&tbf);
    bytes_free(&app.binary);
}

static void what_is_asked_for_is_in_the_header(void **state)
{
    const struct image_options options = {.name = "thirty-two-bytes-are-just-enough",
                                          .app_heap = 1001,
                                          .kernel_heap = 500,
                                          .version = 7,
                                          .short_id = 0x12345678,
                                          .min_footer = 200};
    struct tbf_header header;
    struct bytes tbf;

    (void)state;
    make_tbf(64, &options, &tbf);
    assert_int_equal(image_parse(&cli, &tbf, "it", &header), EXIT_DONE);
    assert_int_equal(header.min_ram, 1000 + 1004 + 500);
    assert_int_equal(header.version, 7);
    assert_int_equal(header.short_id_tlv, 0x12345678);
    assert_int_equal(header.name.length, 32);
    assert_in_range(header.total_size - header.binary_end, 200, 215);
    bytes_free(&tbf);
}

/* Signs a bundle of one with a key of this run. */
static int sign(struct tab *tab, struct key *key)
{
    assert_int_equal(key_generate(&cli, key), EXIT_DONE);
    return HUSHED(package_sign(&cli, tab, key));
}

static struct tab tab;

static void a_signature_covers_everything_before_the_footers(void **state)
{
    struct tbf_header header;
    struct key key;
    uint8_t digest[32];
    const uint8_t *signature;
    struct bytes *tbf = &tab.member[0].tbf;

    (void)state;
    tab = (struct tab){.count = 1};
    make_tbf(300, &plain, tbf);
    assert_int_equal(image_parse(&cli, tbf, "it", &header), EXIT_DONE);
    assert_null(tbf_ecdsa_signature(tbf->data, &header, 0));
    assert_int_equal(sign(&tab, &key), EXIT_DONE);
    assert_int_equal(image_parse(&cli, tbf, "it", &header), EXIT_DONE);
    signature = tbf_ecdsa_signature(tbf->data, &header, 0);
    assert_non_null(signature);
    for (uint32_t at = 0; at < header.binary_end; at += 3) {
        tbf->data[at] ^= 1;
        package_digest(tbf, &header, digest);
        assert_int_not_equal(trust_verify(key.public_key, digest, signature), TRUST_VERIFIED);
        tbf->data[at] ^= 1;
    }
    package_digest(tbf, &header, digest);
    assert_int_equal(trust_verify(key.public_key, digest, signature), TRUST_VERIFIED);
    tab_free(&tab);
}

static bool is_signed_by(const struct bytes *tbf, const struct key *key)
{
    struct tbf_header header;
    uint8_t digest[32];
    const uint8_t *signature;

    assert_int_equal(image_parse(&cli, tbf, "it", &header), EXIT_DONE);
    assert_int_equal(header.total_size, tbf->size);
    signature = tbf_ecdsa_signature(tbf->data, &header, 0);
    package_digest(tbf, &header, digest);
    return signature != NULL && trust_verify(key->public_key, digest, signature) == TRUST_VERIFIED;
}

static void footers_too_small_for_a_signature_grow(void **state)
{
    struct tbf_header header;
    struct bytes *tbf = &tab.member[0].tbf;
    struct key key;

    (void)state;
    for (uint32_t room = 0; room < 80; room += 4) {
        struct bytes before;

        tab = (struct tab){.count = 1};
        make_tbf(64, &plain, tbf);
        make_tbf(64, &plain, &before);
        assert_int_equal(image_parse(&cli, tbf, "it", &header), EXIT_DONE);
        bytes_put_u32(tbf->data + 4, header.binary_end + room);
        bytes_put_u32(tbf->data + 12, tbf_checksum(tbf->data, header.header_size));
        assert_true(bytes_resize(tbf, header.binary_end + room));
        assert_int_equal(sign(&tab, &key), EXIT_DONE);
        assert_true(is_signed_by(tbf, &key));
        assert_memory_equal(tbf->data + header.header_size, before.data + header.header_size,
                            header.binary_end - header.header_size);
        bytes_free(&before);
        tab_free(&tab);
    }
}

enum { OLD_CODE = 200, OLD_ENTRY = 41, OLD_REGION = 60, OLD_REGION_SIZE = 32 };

/* An object of the time before Program: Main, a name, a writeable region; no footers. */
static void make_old_tbf(uint32_t protected_size, struct bytes *tbf)
{
    struct tbf_writer writer;
    uint8_t header[128];
    uint8_t value[12];
    uint32_t size = 0;

    for (int pass = 0; pass < 2; pass++) { /* the second knows the header's size */
        tbf_write_begin(&writer, header, sizeof header);
        bytes_put_u32(value, protected_size + OLD_ENTRY);
        bytes_put_u32(value + 4, protected_size);
        bytes_put_u32(value + 8, 4096);
        tbf_write_tlv(&writer, TBF_TLV_MAIN, value, 12);
        tbf_write_tlv(&writer, TBF_TLV_NAME, "old", 3);
        bytes_put_u32(value, size + protected_size + OLD_REGION);
        bytes_put_u32(value + 4, OLD_REGION_SIZE);
        tbf_write_tlv(&writer, TBF_TLV_WRITEABLE, value, 8);
        size = (uint32_t)tbf_write_end(&writer, writer.used + protected_size + OLD_CODE,
                                       TBF_FLAG_ENABLED);
    }
    *tbf = (struct bytes){NULL, 0};
    assert_true(bytes_resize(tbf, size + protected_size + OLD_CODE));
    memcpy(tbf->data, header, size);
    for (uint32_t i = 0; i < OLD_CODE; i++) {
        tbf->data[size + protected_size + i] = (uint8_t)(i * 7);
    }
}

static void objects_without_a_program_tlv_get_one(void **state)
{
    struct bytes *tbf = &tab.member[0].tbf;

    (void)state;
    for (uint32_t protected_size = 0; protected_size <= 72; protected_size += 4) {
        struct tbf_header before;
        struct tbf_header after;
        struct key key;
        uint32_t offset;
        uint32_t size;

        tab = (struct tab){.count = 1};
        make_old_tbf(protected_size, tbf);
        assert_int_equal(image_parse(&cli, tbf, "it", &before), EXIT_DONE);
        assert_int_equal(sign(&tab, &key), EXIT_DONE);
        assert_true(is_signed_by(tbf, &key));
        assert_int_equal(image_parse(&cli, tbf, "it", &after), EXIT_DONE);
        /* What is protected makes room, so that the binary need not move. */
        assert_int_equal(after.app_start, before.app_start + (protected_size >= 24 ? 0 : 24));
        assert_int_equal(after.entry - after.app_start, OLD_ENTRY - 1);
        assert_int_equal(after.binary_end - after.app_start, OLD_CODE);
        assert_int_equal(after.min_ram, 4096);
        assert_memory_equal(after.name.data, "old", 3);
        for (uint32_t i = 0; i < OLD_CODE; i++) {
            assert_int_equal(tbf->data[after.app_start + i], (uint8_t)(i * 7));
        }
        assert_true(tbf_writeable_region(&after.tlvs, after.total_size, 0, &offset, &size));
        assert_int_equal(offset - after.app_start, OLD_REGION);
        assert_int_equal(size, OLD_REGION_SIZE);
        tab_free(&tab);
    }
}

static int sign_nothing(void *context, const char *member, const uint8_t digest[32],
                        uint8_t signature[64])
{
    (void)context;
    (void)member;
    (void)digest;
    memset(signature, 0, 64);
    return EXIT_DONE;
}

static void a_signature_of_another_key_is_not_written(void **state)
{
    struct key key;
    struct bytes before = {NULL, 0};
    struct bytes *tbf = &tab.member[0].tbf;

    (void)state;
    tab = (struct tab){.count = 1};
    make_tbf(64, &plain, tbf);
    assert_true(bytes_resize(&before, tbf->size));
    memcpy(before.data, tbf->data, tbf->size);
    assert_int_equal(key_generate(&cli, &key), EXIT_DONE);
    assert_int_equal(HUSHED(package_sign_by(&cli, &tab, &key, sign_nothing, NULL)), EXIT_REFUSED);
    key.has_private = false;
    assert_int_equal(HUSHED(package_sign(&cli, &tab, &key)), EXIT_FAILED);
    assert_memory_equal(before.data, tbf->data, tbf->size);
    bytes_free(&before);
    tab_free(&tab);
}

static void an_object_cut_short_anywhere_is_refused(void **state)
{
    struct tbf_header header;
    struct bytes tbf;

    (void)state;
    make_tbf(64, &plain, &tbf);
    for (size_t cut = 0; cut < tbf.size; cut++) {
        struct bytes part = {malloc(cut + 1), cut};

        memcpy(part.data, tbf.data, cut);
        assert_int_equal(HUSHED(image_parse(&cli, &part, "it", &header)), EXIT_FAILED);
        bytes_free(&part);
    }
    bytes_free(&tbf);
}

/* A TBF's footers, in a heap block of exactly the object's size so that every overrun shows. */
static const uint8_t *find_signature(const uint8_t *footers, size_t size, int *last)
{
    static uint8_t object[512];
    struct tbf_header header = {.binary_end = 64, .total_size = (uint32_t)(64 + size)};
    struct tbf_credential credential;
    uint8_t *exact = malloc(64 + size);
    uint32_t cursor = 0;
    const uint8_t *found;
    uint32_t steps = 0;

    memset(exact, 0, 64);
    if (size > 0) {
        memcpy(exact + 64, footers, size);
    }
    while ((*last = tbf_credential_next(exact, &header, &cursor, &credential)) == 0) {
        assert_true(credential.data >= exact + 64 + 8);
        assert_true(credential.data + credential.length <= exact + 64 + size);
        assert_true(++steps <= size / 4);
    }
    found = tbf_ecdsa_signature(exact, &header, 0);
    if (found != NULL) {
        memcpy(object, found, 64);
        found = object;
    }
    free(exact);
    return found;
}

static size_t add_credential(uint8_t *at, uint32_t format, uint8_t fill, uint16_t length)
{
    uint8_t data[128];

    memset(data, fill, sizeof data);
    return (size_t)tbf_write_credential(at, 200, format, data, length);
}

static void a_signature_is_found_behind_other_credentials(void **state)
{
    uint8_t footers[512];
    const uint8_t *found;
    size_t size;
    int last;

    (void)state;
    size = add_credential(footers, TBF_CREDENTIAL_RESERVED, 0, 0);
    size += add_credential(footers + size, TBF_CREDENTIAL_RESERVED, 0, 20);
    size += add_credential(footers + size, TBF_CREDENTIAL_SHA256, 1, 32);
    size += add_credential(footers + size, 4711, 2, 16);
    size +=
        add_credential(footers + size, TBF_CREDENTIAL_ECDSA_P256, 3, 60); /* too short for one */
    size += add_credential(footers + size, TBF_CREDENTIAL_ECDSA_P256, 4, 64);
    size += add_credential(footers + size, TBF_CREDENTIAL_ECDSA_P256, 5, 64);
    found = find_signature(footers, size, &last);
    assert_non_null(found);
    assert_int_equal(found[0], 4);
    assert_int_equal(last, TBF_E_END);
}

static void footers_cut_short_anywhere_hold_no_signature(void **state)
{
    uint8_t footers[512];
    size_t size = add_credential(footers, TBF_CREDENTIAL_RESERVED, 0, 12);
    int last;

    (void)state;
    size += add_credential(footers + size, TBF_CREDENTIAL_ECDSA_P256, 4, 64);
    for (size_t cut = 0; cut < size; cut++) {
        assert_null(find_signature(footers, cut, &last));
        assert_true(last == TBF_E_END || last == TBF_E_FOOTER);
    }
    assert_non_null(find_signature(footers, size, &last));
}

static void footers_of_every_length_stay_in_the_object(void **state)
{
    uint8_t footers[512];
    size_t size = add_credential(footers, TBF_CREDENTIAL_ECDSA_P256, 4, 64);
    int last;

    (void)state;
    size += add_credential(footers + size, TBF_CREDENTIAL_RESERVED, 0, 12);
    for (unsigned length = 0; length <= UINT16_MAX; length += length < 100 ? 1 : 97) {
        bytes_put_u16(footers + 2, (uint16_t)length);
        (void)find_signature(footers, size, &last);
        assert_true(last == TBF_E_END || last == TBF_E_FOOTER);
    }
    bytes_put_u16(footers + 2, 0xFFFF);
    assert_null(find_signature(footers, size, &last));
    assert_int_equal(last, TBF_E_FOOTER);
}

static void reserved_footers_fill_every_room(void **state)
{
    (void)state;
    for (uint32_t room = 0; room < 200000; room += room < 300 ? 1 : 9973) {
        uint8_t *footers = malloc(room + 1);
        int last;

        tbf_write_reserved(footers, room);
        assert_null(find_signature(footers, room, &last));
        assert_int_equal(last, TBF_E_END);
        free(footers);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_size_is_exact_or_a_power_of_two),
        cmocka_unit_test(numbers_that_do_not_fit_are_refused),
        cmocka_unit_test(writeable_sections_are_named_from_the_start_of_the_object),
        cmocka_unit_test(what_is_asked_for_is_in_the_header),
        cmocka_unit_test(a_signature_covers_everything_before_the_footers),
        cmocka_unit_test(footers_too_small_for_a_signature_grow),
        cmocka_unit_test(objects_without_a_program_tlv_get_one),
        cmocka_unit_test(a_signature_of_another_key_is_not_written),
        cmocka_unit_test(an_object_cut_short_anywhere_is_refused),
        cmocka_unit_test(a_signature_is_found_behind_other_credentials),
        cmocka_unit_test(footers_cut_short_anywhere_hold_no_signature),
        cmocka_unit_test(footers_of_every_length_stay_in_the_object),
        cmocka_unit_test(reserved_footers_fill_every_room),
    };
    return cmocka_run_group_tests(tests, package_setup, package_teardown);
}
