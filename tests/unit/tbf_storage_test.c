// SPDX-License-Identifier: Apache-2.0
#include <base/bytes.h>
#include <tbf/header.h>
#include <tbf/storage.h>
#include <tbf/write.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { OWN = 0x1D19E248, OTHER = 77, THIRD = 78, MANY = 20 };

/* Writes a value; answers its length. */
static uint32_t make(uint8_t *value, uint32_t write_id, const uint32_t *read, uint16_t reads,
                     const uint32_t *modify, uint16_t modifies)
{
    uint8_t *p = value;

    bytes_put_u32(p, write_id);
    bytes_put_u16(p + 4, reads);
    p += 6;
    for (uint16_t i = 0; i < reads; i++, p += 4) {
        bytes_put_u32(p, read[i]);
    }
    bytes_put_u16(p, modifies);
    p += 2;
    for (uint16_t i = 0; i < modifies; i++, p += 4) {
        bytes_put_u32(p, modify[i]);
    }
    return (uint32_t)(p - value);
}

static void without_the_entry_an_app_has_its_own_items_only(void **state)
{
    (void)state;
    for (int access = TBF_STORAGE_WRITE; access <= TBF_STORAGE_MODIFY; access++) {
        assert_true(tbf_storage_permits(NULL, OWN, (enum tbf_storage_access)access, OWN));
        assert_false(tbf_storage_permits(NULL, OWN, (enum tbf_storage_access)access, OTHER));
        assert_false(tbf_storage_permits(NULL, OWN, (enum tbf_storage_access)access, 0));
    }
}

static void the_entry_says_what_an_app_may(void **state)
{
    const uint32_t read[] = {OTHER, OWN, 0};
    const uint32_t modify[] = {THIRD};
    uint8_t value[64];

    (void)state;
    (void)make(value, 5, read, 3, modify, 1);
    /* The write id is a mere yes: items are stored under the ShortID. */
    assert_true(tbf_storage_permits(value, OWN, TBF_STORAGE_WRITE, OWN));
    assert_false(tbf_storage_permits(value, OWN, TBF_STORAGE_WRITE, 5));
    assert_true(tbf_storage_permits(value, OWN, TBF_STORAGE_READ, OTHER));
    assert_true(tbf_storage_permits(value, OWN, TBF_STORAGE_READ, OWN));
    assert_false(tbf_storage_permits(value, OWN, TBF_STORAGE_READ, THIRD));
    assert_true(tbf_storage_permits(value, OWN, TBF_STORAGE_MODIFY, THIRD));
    /* Its own id counts only when it is listed. */
    assert_false(tbf_storage_permits(value, OWN, TBF_STORAGE_MODIFY, OWN));
    /* 0 is the kernel's, listed or not. */
    assert_false(tbf_storage_permits(value, OWN, TBF_STORAGE_READ, 0));
    (void)make(value, 0, read, 3, modify, 1);
    assert_false(tbf_storage_permits(value, OWN, TBF_STORAGE_WRITE, OWN));
    (void)make(value, 0, NULL, 0, NULL, 0);
    assert_false(tbf_storage_permits(value, OWN, TBF_STORAGE_READ, OWN));
}

static void locally_unique_apps_may_nothing(void **state)
{
    const uint32_t read[] = {OTHER};
    uint8_t value[64];

    (void)state;
    (void)make(value, 5, read, 1, read, 1);
    for (int access = TBF_STORAGE_WRITE; access <= TBF_STORAGE_MODIFY; access++) {
        assert_false(tbf_storage_permits(value, 0, (enum tbf_storage_access)access, OTHER));
        assert_false(tbf_storage_permits(value, 0, (enum tbf_storage_access)access, 0));
        assert_false(tbf_storage_permits(NULL, 0, (enum tbf_storage_access)access, 0));
    }
}

static void only_the_first_eight_ids_count(void **state)
{
    uint32_t ids[MANY];
    uint8_t value[8 + 8 * MANY];

    (void)state;
    for (uint32_t i = 0; i < MANY; i++) {
        ids[i] = 100 + i;
    }
    (void)make(value, 1, ids, MANY, ids, MANY);
    for (uint32_t i = 0; i < MANY; i++) {
        bool counts = i < TBF_STORAGE_IDS;

        assert_int_equal(tbf_storage_permits(value, OWN, TBF_STORAGE_READ, ids[i]), counts);
        assert_int_equal(tbf_storage_permits(value, OWN, TBF_STORAGE_MODIFY, ids[i]), counts);
    }
}

static void lists_that_run_past_the_value_are_refused(void **state)
{
    const uint32_t ids[] = {1, 2, 3};
    uint8_t value[64];
    uint8_t object[256] = {0};
    struct tbf_writer writer;
    struct tbf_header header;
    uint32_t length = make(value, 1, ids, 3, ids, 2);
    const uint8_t program[20] = {[8] = 1, [12] = 200};

    (void)state;
    for (uint32_t cut = 0; cut <= sizeof value; cut++) {
        assert_int_equal(tbf_storage_is_valid(value, cut), cut >= length);
    }
    for (uint32_t cut = length - 5; cut <= length; cut++) {
        tbf_write_begin(&writer, object, sizeof object);
        tbf_write_tlv(&writer, TBF_TLV_PROGRAM, program, sizeof program);
        tbf_write_tlv(&writer, TBF_TLV_STORAGE, value, (uint16_t)cut);
        assert_true(tbf_write_end(&writer, sizeof object, TBF_FLAG_ENABLED) > 0);
        assert_int_equal(tbf_header_parse(object, sizeof object, &header),
                         cut == length ? 0 : TBF_E_TLV);
    }
    assert_true(tbf_storage_permits(header.storage.data, OWN, TBF_STORAGE_READ, 3));
    assert_false(tbf_storage_permits(header.storage.data, OWN, TBF_STORAGE_MODIFY, 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_the_entry_an_app_has_its_own_items_only),
        cmocka_unit_test(the_entry_says_what_an_app_may),
        cmocka_unit_test(locally_unique_apps_may_nothing),
        cmocka_unit_test(only_the_first_eight_ids_count),
        cmocka_unit_test(lists_that_run_past_the_value_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
