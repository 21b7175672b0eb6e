// SPDX-License-Identifier: Apache-2.0
/* Headers of every size up to the largest that its field can say, and the bounds on their entries.
 */
#include <base/bytes.h>
#include <tbf/header.h>
#include <tbf/write.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { ROOM = 1 << 17, LARGEST = 65535, UNKNOWN = 0x7FF0, REGIONS = 1000 };

static uint8_t object[ROOM];
static struct tbf_writer writer;

static void begin(void)
{
    uint8_t program[20] = {0};

    memset(object, 0, sizeof object);
    bytes_put_u32(program + 12, ROOM - 64);
    tbf_write_begin(&writer, object, sizeof object);
    tbf_write_tlv(&writer, TBF_TLV_PROGRAM, program, sizeof program);
}

static int end(struct tbf_header *header)
{
    assert_true(tbf_write_end(&writer, sizeof object, TBF_FLAG_ENABLED) > 0);
    return tbf_header_parse(object, sizeof object, header);
}

static void headers_of_any_size_are_understood(void **state)
{
    static const uint8_t filling[LARGEST];
    struct tbf_header header;

    (void)state;
    /* The last: 16 and 24 bytes, 4 of its own, and 65488: 65532, the largest multiple of 4. */
    for (uint32_t length = 0; length <= 65488; length += length < 64 ? 1 : 4001) {
        begin();
        tbf_write_tlv(&writer, UNKNOWN, filling, (uint16_t)length);
        assert_int_equal(end(&header), 0);
        assert_int_equal(header.header_size, 44 + ((length + 3) & ~3u));
        assert_int_equal(header.app_start, header.header_size);
    }
    begin();
    tbf_write_tlv(&writer, UNKNOWN, filling, 65488);
    assert_int_equal(end(&header), 0);
    assert_int_equal(header.header_size, 65532);
}

static void a_thousand_regions_are_one_list(void **state)
{
    static uint8_t regions[8 * REGIONS];
    struct tbf_header header;
    uint32_t offset;
    uint32_t size;

    (void)state;
    for (uint32_t i = 0; i < REGIONS; i++) {
        bytes_put_u32(regions + 8 * i, 0x8000 + 16 * i);
        bytes_put_u32(regions + 8 * i + 4, 16);
    }
    begin();
    tbf_write_tlv(&writer, TBF_TLV_WRITEABLE, regions, 8);
    tbf_write_tlv(&writer, TBF_TLV_WRITEABLE, regions + 8, 8 * (REGIONS - 1));
    assert_int_equal(end(&header), 0);
    assert_int_equal(tbf_writeable_count(&header.tlvs), REGIONS);
    for (uint32_t i = 0; i < REGIONS; i++) {
        assert_true(tbf_writeable_region(&header.tlvs, header.total_size, i, &offset, &size));
        assert_int_equal(offset, 0x8000 + 16 * i);
    }
    assert_false(tbf_writeable_region(&header.tlvs, header.total_size, REGIONS, &offset, &size));
    assert_false(
        tbf_writeable_region(&header.tlvs, header.total_size, UINT32_MAX - 1, &offset, &size));
}

static void entries_are_bounded_in_number(void **state)
{
    struct tbf_header header;

    (void)state;
    for (uint32_t count = TBF_TLVS_MAX - 1; count <= TBF_TLVS_MAX; count++) {
        begin(); /* one entry already */
        for (uint32_t i = 0; i < count; i++) {
            tbf_write_tlv(&writer, UNKNOWN, NULL, 0);
        }
        assert_int_equal(end(&header), count < TBF_TLVS_MAX ? 0 : TBF_E_TLV);
    }
}

static void permissions_are_bounded_in_number(void **state)
{
    static uint8_t value[2 + 16 * (TBF_PERMISSIONS_MAX + 1)];
    struct tbf_header header;

    (void)state;
    for (uint16_t count = TBF_PERMISSIONS_MAX; count <= TBF_PERMISSIONS_MAX + 1; count++) {
        for (uint32_t i = 0; i < count; i++) {
            bytes_put_u32(value + 2 + 16 * i, i);
            bytes_put_u32(value + 10 + 16 * i, 1);
        }
        bytes_put_u16(value, count);
        begin();
        tbf_write_tlv(&writer, TBF_TLV_PERMISSIONS, value, (uint16_t)(2 + 16 * count));
        assert_int_equal(end(&header), count <= TBF_PERMISSIONS_MAX ? 0 : TBF_E_TLV);
    }
    begin();
    bytes_put_u16(value, TBF_PERMISSIONS_MAX);
    tbf_write_tlv(&writer, TBF_TLV_PERMISSIONS, value, 2 + 16 * TBF_PERMISSIONS_MAX);
    assert_int_equal(end(&header), 0);
    assert_true(tbf_permits_command(header.permissions.data, TBF_PERMISSIONS_MAX - 1, 0));
    assert_false(tbf_permits_command(header.permissions.data, TBF_PERMISSIONS_MAX, 0));
}

/* One bad object must not hide those behind it. */
static void a_walk_goes_on_behind_whatever_has_a_size(void **state)
{
    uint8_t region[4 * 256] = {0};
    uint8_t program[20] = {0};
    struct tbf_object found;
    uint32_t offset = 0;
    uint32_t good = 0;
    uint32_t seen = 0;

    (void)state;
    bytes_put_u32(program + 12, 128);
    for (uint32_t i = 0; i < 4; i++) {
        tbf_write_begin(&writer, region + 256 * i, 256);
        tbf_write_tlv(&writer, TBF_TLV_PROGRAM, program, sizeof program);
        (void)tbf_write_end(&writer, 256, TBF_FLAG_ENABLED);
    }
    region[256 + 2] = 15;                     /* a header of 15 bytes */
    bytes_put_u32(region + 512 + 32, 0x1000); /* a binary end behind the object, */
    bytes_put_u32(region + 512 + 12, tbf_checksum(region + 512, bytes_get_u16(region + 514)));
    while (tbf_walk(region, sizeof region, offset, &found) == 0) {
        good += found.error == 0;
        seen++;
        offset += found.header.total_size;
    }
    assert_int_equal(seen, 4);
    assert_int_equal(good, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_of_any_size_are_understood),
        cmocka_unit_test(a_thousand_regions_are_one_list),
        cmocka_unit_test(entries_are_bounded_in_number),
        cmocka_unit_test(permissions_are_bounded_in_number),
        cmocka_unit_test(a_walk_goes_on_behind_whatever_has_a_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
