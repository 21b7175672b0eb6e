// SPDX-License-Identifier: Apache-2.0
/* Apps of every form in a flash that is changed from outside: all are listed, none is harmed. */
#include "offline_support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <base/bytes.h>
#include <tbf/header.h>
#include <tbf/write.h>
#include <trust/sha256.h>

static struct ram_flash flash;
static struct session session;

static bool is_there(const char *name, const struct app *app)
{
    struct link_entry entry;

    return app_find(&session, name, &entry) && entry.size == app->size &&
           memcmp(flash.bytes + (entry.app.address - FLASH_BASE), app->object, app->size) == 0;
}

/* An app with a header of more than a kibibyte: as many permissions as there can be. */
static void make_long_header(struct app *app, const char *name, uint32_t size)
{
    static uint8_t permissions[2 + 16 * 64];
    uint8_t program[20] = {0};
    struct tbf_writer writer;
    struct tbf_header header;

    app_make(app, name, 1, size);
    permissions[0] = 64;
    for (uint32_t i = 0; i < 64; i++) {
        bytes_put_u32(permissions + 2 + 16 * i, i);
    }
    bytes_put_u32(program + 8, 4096);
    bytes_put_u32(program + 12, size);
    bytes_put_u32(program + 16, 1);
    tbf_write_begin(&writer, app->object, size);
    tbf_write_tlv(&writer, TBF_TLV_PROGRAM, program, sizeof program);
    tbf_write_tlv(&writer, TBF_TLV_NAME, name, (uint16_t)strlen(name));
    tbf_write_tlv(&writer, TBF_TLV_PERMISSIONS, permissions, sizeof permissions);
    assert_true(tbf_write_end(&writer, size, TBF_FLAG_ENABLED) > 1024);
    assert_int_equal(tbf_header_parse(app->object, size, &header), 0);
    trust_sha256(app->object, header.binary_end, app->begin.digest);
}

static void an_app_with_a_long_header_is_listed_and_left_alone(void **state)
{
    static struct app wide;
    static struct app other;

    (void)state;
    make_long_header(&wide, "wide", 4096);
    app_make(&other, "other", 1, 4096);
    ram_flash_init(&flash);
    session_open(&session, &flash);
    assert_int_equal(app_install(&session, &wide, 0), 0);
    assert_true(is_there("wide", &wide));
    assert_int_equal(app_install(&session, &other, 0), 0);
    session_close(&session);
    session_open(&session, &flash);
    assert_true(is_there("wide", &wide));
    assert_true(is_there("other", &other));
    session_close(&session);
}

/* The same when another tool has written it, and no journal knows of it. */
static void an_app_with_a_long_header_of_another_tool_is_too(void **state)
{
    static struct app wide;
    static struct app other;
    uint8_t *place = flash.bytes + 0x10000;

    (void)state;
    make_long_header(&wide, "wide", 4096);
    app_make(&other, "other", 1, 4096);
    ram_flash_init(&flash);
    memcpy(place, wide.object, wide.size);
    session_open(&session, &flash);
    assert_int_equal(app_install(&session, &other, 0), 0);
    assert_memory_equal(place, wide.object, wide.size);
    assert_true(is_there("other", &other));
    session_close(&session);
}

/* Most of an app is zeros, and what was in its place before is not. */
static void zeros_are_written_over_what_was_there(void **state)
{
    static struct app zeros;

    (void)state;
    app_make(&zeros, "zeros", 1, 16384);
    memset(zeros.object + 512, 0, 15000);
    trust_sha256(zeros.object, zeros.begin.binary_end, zeros.begin.digest);
    ram_flash_init(&flash);
    memset(flash.bytes + 0x10000, 0xA5, 0x30000);
    session_open(&session, &flash);
    assert_int_equal(app_install(&session, &zeros, 0), 0);
    assert_true(is_there("zeros", &zeros));
    session_close(&session);
    assert_int_equal(flash.violations, 0);
}

static void apps_of_odd_sizes_follow_one_another(void **state)
{
    static const uint32_t sizes[] = {1028, 4100, 516, 8188, 9004};
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    static struct app apps[5];

    (void)state;
    ram_flash_init(&flash);
    session_open(&session, &flash);
    for (size_t i = 0; i < 5; i++) {
        struct link_entry entry;

        app_make(&apps[i], names[i], 1, sizes[i]);
        assert_int_equal(app_install(&session, &apps[i], 0), 0);
        for (size_t k = 0; k <= i; k++) {
            assert_true(is_there(names[k], &apps[k]));
        }
        assert_int_equal(app_at(&session, (uint8_t)(i + 1), &entry), LINK_NOT_FOUND);
    }
    session_close(&session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_app_with_a_long_header_is_listed_and_left_alone),
        cmocka_unit_test(an_app_with_a_long_header_of_another_tool_is_too),
        cmocka_unit_test(zeros_are_written_over_what_was_there),
        cmocka_unit_test(apps_of_odd_sizes_follow_one_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
