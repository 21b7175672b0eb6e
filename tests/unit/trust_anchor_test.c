// SPDX-License-Identifier: Apache-2.0
/* What an owner's policy says of drivers. */
#include <trust/anchor.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const uint32_t drivers[] = {0, 1, 0x10002, 0x10001};
static const uint32_t privileges[] = {0x10001};

static void without_a_list_any_driver_is_allowed_and_none_is_named(void **state)
{
    const struct trust_owner owner = {.name = "x"};

    (void)state;
    assert_true(trust_driver_allowed(&owner, 0x10001));
    assert_false(trust_driver_named(&owner, 0x10001));
}

static void a_privilege_names_a_driver_and_restricts_no_other(void **state)
{
    const struct trust_owner owner = {.drivers = privileges, .privilege_count = 1};

    (void)state;
    assert_true(trust_driver_named(&owner, 0x10001));
    assert_false(trust_driver_named(&owner, 0x10002));
    assert_true(trust_driver_allowed(&owner, 0x10002));
    assert_true(trust_driver_allowed(&owner, 5));
}

static void a_list_restricts_and_privileges_add_to_it(void **state)
{
    const struct trust_owner owner = {.drivers = drivers, .driver_count = 3, .privilege_count = 1};

    (void)state;
    assert_true(trust_driver_allowed(&owner, 1));
    assert_true(trust_driver_allowed(&owner, 0x10001));
    assert_true(trust_driver_named(&owner, 0x10002));
    assert_false(trust_driver_allowed(&owner, 2));
    assert_false(trust_driver_named(&owner, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_list_any_driver_is_allowed_and_none_is_named),
        cmocka_unit_test(a_privilege_names_a_driver_and_restricts_no_other),
        cmocka_unit_test(a_list_restricts_and_privileges_add_to_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
