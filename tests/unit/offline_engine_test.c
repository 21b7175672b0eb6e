// SPDX-License-Identifier: Apache-2.0
/* Flash changed without its device: what must hold afterwards, wherever it was cut or failed. */
#include "offline_support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <base/bytes.h>
#include <link/error.h>
#include <store/app.h>

static struct ram_flash flash;
static struct ram_flash before; /* a device with two accepted apps */
static struct session session;
static struct app one;
static struct app two;
static struct app newer;

#define OWNER 77u

/* What a kernel does with a candidate: it is accepted, with its owner. */
static void adopt_all(void)
{
    int error;
    struct store *store = offline_store(session.offline, true, &error);
    struct store_app app;

    assert_non_null(store);
    while (store_app_next(store, STORE_VERIFY, 0, &app) == 0) {
        assert_true(app.recorded);
        app.record.status = STORE_ACCEPTED;
        app.record.owner = OWNER;
        assert_int_equal(offline_finish(session.offline, store_adopt_begin(store, &app.record)), 0);
    }
}

static int group_setup(void **state)
{
    (void)state;
    app_make(&one, "one", 5, 9000);
    app_make(&two, "two", 1, 3000);
    app_make(&newer, "one", 6, 6000);
    ram_flash_init(&flash);
    session_open(&session, &flash);
    assert_int_equal(app_install(&session, &one, 0), 0);
    assert_int_equal(app_install(&session, &two, 0), 0);
    adopt_all();
    session_close(&session);
    assert_int_equal(flash.violations, 0);
    before = flash;
    return 0;
}

static void start(void)
{
    flash = before;
    flash.changes = 0;
    flash.reads = 0;
    session_open(&session, &flash);
}

/* Whether an app is in flash, byte for byte. */
static bool is_there(const struct link_entry *entry, const struct app *app)
{
    return entry->version == app->begin.version && entry->size == app->size &&
           memcmp(flash.bytes + (entry->app.address - FLASH_BASE), app->object, app->size) == 0;
}

static void looking_changes_nothing(void **state)
{
    struct link_entry entry;

    (void)state;
    start();
    assert_true(app_find(&session, "one", &entry));
    assert_true(is_there(&entry, &one));
    assert_true(app_find(&session, "two", &entry));
    session_close(&session);
    assert_int_equal(flash.changes, 0);
    assert_memory_equal(flash.bytes, before.bytes, sizeof flash.bytes);
}

static void a_blank_flash_has_no_apps(void **state)
{
    struct link_entry entry;

    (void)state;
    ram_flash_init(&flash);
    session_open(&session, &flash);
    assert_int_equal(app_at(&session, 0, &entry), LINK_NOT_FOUND);
    session_close(&session);
    assert_int_equal(flash.changes, 0);
}

static void what_was_adopted_is_accepted_after_a_restart(void **state)
{
    struct link_entry entry;

    (void)state;
    start();
    assert_true(app_find(&session, "one", &entry));
    assert_true((entry.flags & LINK_APP_ACCEPTED) != 0);
    assert_int_equal(app_ask(&session, LINK_DISABLE, &entry), 0);
    assert_int_equal(app_ask(&session, LINK_DISABLE, &entry), LINK_NOTHING); /* as a kernel says */
    session_close(&session);
    session_open(&session, &flash);
    assert_true(app_find(&session, "one", &entry));
    assert_int_equal(entry.flags & (LINK_APP_ACCEPTED | LINK_APP_ENABLED), LINK_APP_ACCEPTED);
    {
        const struct store *store = offline_store(session.offline, false, NULL);
        struct store_app app;

        assert_int_equal(store_app_next(store, STORE_VERIFY, 0, &app), STORE_E_NOT_FOUND);
    }
    session_close(&session);
}

static void an_update_is_a_candidate_and_owner_and_floor_stay(void **state)
{
    const struct store *store;
    struct link_entry entry;
    uint32_t owner;
    uint32_t floor;

    (void)state;
    start();
    newer.begin.fingerprint[0] = 1;
    assert_int_equal(app_install(&session, &newer, 0), LINK_OWNER); /* another key's */
    session_close(&session);
    memcpy(newer.begin.fingerprint, one.begin.fingerprint, sizeof newer.begin.fingerprint);
    start();
    assert_int_equal(app_install(&session, &newer, 0), 0);
    session_close(&session);
    session_open(&session, &flash);
    assert_true(app_find(&session, "one", &entry));
    assert_true(is_there(&entry, &newer));
    assert_int_equal(entry.flags & LINK_APP_ACCEPTED, 0);
    store = offline_store(session.offline, false, NULL);
    assert_int_equal(store_identity_find(store, one.begin.short_id, &owner, &floor), 0);
    assert_int_equal(owner, OWNER);
    assert_int_equal(floor, 5);
    assert_int_equal(app_install(&session, &newer, 0), LINK_NOTHING);
    assert_int_equal(app_install(&session, &one, 0), LINK_OLDER); /* than what waits */
    assert_int_equal(app_ask(&session, LINK_REMOVE, &entry), 0);
    assert_int_equal(app_install(&session, &one, 0), 0); /* not below the floor */
    session_close(&session);
    assert_int_equal(flash.violations, 0);
}

static void an_older_version_is_refused_also_after_removal(void **state)
{
    struct link_entry entry;
    struct app older;

    (void)state;
    app_make(&older, "one", 4, 5000);
    memcpy(older.begin.fingerprint, one.begin.fingerprint, sizeof older.begin.fingerprint);
    start();
    assert_int_equal(app_install(&session, &older, 0), LINK_OLDER);
    assert_true(app_find(&session, "one", &entry));
    assert_int_equal(app_ask(&session, LINK_REMOVE, &entry), 0);
    assert_false(app_find(&session, "one", &entry));
    assert_int_equal(app_install(&session, &older, 0), LINK_OLDER);
    session_close(&session);
}

static void what_is_not_what_was_announced_is_refused(void **state)
{
    struct app other = newer;
    struct link_entry entry;

    (void)state;
    app_make(&other, "other", 1, 5000);
    other.object[4000] ^= 1;
    start();
    assert_int_equal(app_install(&session, &other, 0), LINK_DIGEST);
    other.object[4000] ^= 1;
    other.begin.version = 2;
    assert_int_equal(app_install(&session, &other, 0), LINK_HEADER);
    other.begin.version = 1;
    other.begin.binary_end = 5004;
    assert_int_equal(app_install(&session, &other, 0), LINK_MALFORMED);
    other.begin.binary_end = 8;
    assert_int_equal(app_install(&session, &other, 0), LINK_MALFORMED);
    assert_false(app_find(&session, "other", &entry));
    assert_true(app_find(&session, "one", &entry));
    assert_true(is_there(&entry, &one));
    session_close(&session);
}

static void a_full_flash_says_what_is_missing(void **state)
{
    struct app big;
    int error = 0;

    (void)state;
    start();
    for (uint32_t i = 0; i < 20 && error == 0; i++) {
        char name[8] = {'b', 'i', 'g', (char)('a' + i), 0};

        app_make(&big, name, 1, 16384);
        error = app_install(&session, &big, 0);
    }
    assert_true(error == LINK_NO_FLASH || error == LINK_NO_IDENTITY);
    session_close(&session);
}

/* After a cut: either version, whole; the other app as it was; and the same command ends it. */
static void check_after_cut(int cut, bool torn)
{
    struct link_entry entry;
    int error;

    flash.cut_after = NEVER;
    session_open(&session, &flash);
    if (!app_find(&session, "one", &entry) ||
        (!is_there(&entry, &one) && !is_there(&entry, &newer))) {
        fail_msg("cut at %d%s: the app is neither the old nor the new one", cut,
                 torn ? ", torn" : "");
    }
    if (!app_find(&session, "two", &entry) || !is_there(&entry, &two)) {
        fail_msg("cut at %d%s: the other app has changed", cut, torn ? ", torn" : "");
    }
    error = app_install(&session, &newer, 0);
    if ((error != 0 && error != LINK_NOTHING) || !app_find(&session, "one", &entry) ||
        !is_there(&entry, &newer)) {
        fail_msg("cut at %d%s: the repeated command ends with %d", cut, torn ? ", torn" : "",
                 error);
    }
    session_close(&session);
    session_open(&session, &flash);
    assert_true(app_find(&session, "one", &entry));
    assert_true(is_there(&entry, &newer));
    session_close(&session);
}

/* Power goes, or the tool is killed, at each change of the flash in turn. */
static void cut_everywhere(bool torn)
{
    int error = -1;
    int cuts = 0;

    memcpy(newer.begin.fingerprint, one.begin.fingerprint, sizeof newer.begin.fingerprint);
    while (error != 0) {
        start();
        flash.cut_after = cuts;
        flash.torn = torn;
        error = app_install(&session, &newer, 0);
        session_close(&session);
        if (error == 0) {
            break;
        }
        assert_true(error < 0); /* the connection is lost, rather than "no" */
        check_after_cut(cuts, torn);
        cuts++;
    }
    assert_true(cuts > 20);
}

static void an_update_can_be_cut_between_any_two_changes(void **state)
{
    (void)state;
    cut_everywhere(false);
}

static void an_update_can_be_cut_in_any_change(void **state)
{
    (void)state;
    cut_everywhere(true);
}

static void a_removal_can_be_cut_anywhere(void **state)
{
    int cuts = 0;
    int error = -1;

    (void)state;
    while (error != 0) {
        struct link_entry entry;

        start();
        flash.cut_after = cuts;
        flash.torn = true;
        error = app_find(&session, "one", &entry) ? app_ask(&session, LINK_REMOVE, &entry) : 1;
        session_close(&session);
        flash.cut_after = NEVER;
        session_open(&session, &flash);
        if (app_find(&session, "one", &entry)) {
            assert_int_not_equal(error, 0);
            assert_true(is_there(&entry, &one));
        }
        assert_true(app_find(&session, "two", &entry));
        assert_true(is_there(&entry, &two));
        session_close(&session);
        cuts++;
    }
    assert_true(cuts > 3);
}

/* A read that fails is an error, never the end of the list: nothing is written upon it. */
static void a_probe_that_dies_loses_nothing(void **state)
{
    int error = -1;

    (void)state;
    for (int reads = 0; error != 0; reads++) {
        struct link_entry entry;

        start();
        flash.read_fails = reads;
        error = app_install(&session, &newer, 0);
        assert_true(error <= 0);
        session_close(&session);
        flash.read_fails = NEVER;
        session_open(&session, &flash);
        assert_true(app_find(&session, "one", &entry));
        assert_true(is_there(&entry, &one) || is_there(&entry, &newer));
        assert_true(app_find(&session, "two", &entry));
        assert_true(is_there(&entry, &two));
        session_close(&session);
        assert_true(reads < 1000);
    }
}

static void a_list_that_cannot_be_read_is_an_error(void **state)
{
    int error = LINK_E_IO;

    (void)state;
    for (int reads = 0; error != 0; reads++) {
        struct link_entry entry;
        uint8_t index = 0;

        start();
        flash.read_fails = reads;
        error = app_at(&session, index, &entry);
        while (error == 0) {
            error = app_at(&session, ++index, &entry);
        }
        if (error == LINK_NOT_FOUND) {
            assert_int_equal(index, 2);
            error = 0;
        } else {
            assert_int_equal(error, LINK_E_IO);
        }
        session_close(&session);
    }
}

static void a_damaged_journal_is_left_alone(void **state)
{
    struct link_entry entry;

    (void)state;
    start();
    session_close(&session);
    flash = before;
    flash.changes = 0;
    flash.bytes[60] ^= 0x55; /* of the first record, with others behind it */
    session_open(&session, &flash);
    (void)app_at(&session, 0, &entry);
    assert_int_equal(app_install(&session, &newer, 0), LINK_READ_ONLY);
    session_close(&session);
}

static void commands_for_a_running_device_are_refused(void **state)
{
    struct link_entry entry;

    (void)state;
    start();
    assert_true(app_find(&session, "one", &entry));
    assert_int_equal(app_ask(&session, LINK_START, &entry), LINK_UNSUPPORTED);
    assert_int_equal(app_ask(&session, LINK_REBOOT, &entry), LINK_UNSUPPORTED);
    entry.app.tag ^= 1; /* it is another app now */
    assert_int_equal(app_ask(&session, LINK_REMOVE, &entry), LINK_NOT_FOUND);
    session_close(&session);
}

static void bytes_are_written_without_what_is_beside_them(void **state)
{
    const uint32_t at = FLASH_BASE + 0x3F000 - 10;
    static const uint8_t text[] = "over the edge of a page";
    uint8_t expected[FLASH_BYTES];

    (void)state;
    start();
    memset(flash.bytes + 0x3E000, 0x5A, 0x2000);
    memcpy(expected, flash.bytes, sizeof expected);
    memcpy(expected + (at - FLASH_BASE), text, sizeof text);
    assert_int_equal(offline_poke(session.offline, at, text, sizeof text), 0);
    assert_null(offline_peek(session.offline, FLASH_BASE + FLASH_BYTES - 4, 8));
    assert_null(offline_peek(session.offline, FLASH_BASE - 4, 4));
    session_close(&session);
    assert_memory_equal(flash.bytes, expected, sizeof expected);
    assert_int_equal(flash.violations, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looking_changes_nothing),
        cmocka_unit_test(a_blank_flash_has_no_apps),
        cmocka_unit_test(what_was_adopted_is_accepted_after_a_restart),
        cmocka_unit_test(an_update_is_a_candidate_and_owner_and_floor_stay),
        cmocka_unit_test(an_older_version_is_refused_also_after_removal),
        cmocka_unit_test(what_is_not_what_was_announced_is_refused),
        cmocka_unit_test(a_full_flash_says_what_is_missing),
        cmocka_unit_test(an_update_can_be_cut_between_any_two_changes),
        cmocka_unit_test(an_update_can_be_cut_in_any_change),
        cmocka_unit_test(a_removal_can_be_cut_anywhere),
        cmocka_unit_test(a_probe_that_dies_loses_nothing),
        cmocka_unit_test(a_list_that_cannot_be_read_is_an_error),
        cmocka_unit_test(a_damaged_journal_is_left_alone),
        cmocka_unit_test(commands_for_a_running_device_are_refused),
        cmocka_unit_test(bytes_are_written_without_what_is_beside_them),
    };

    return cmocka_run_group_tests(tests, group_setup, NULL);
}
