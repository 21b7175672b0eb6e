// SPDX-License-Identifier: Apache-2.0
/* Moving installed apps in flash without its device, and what a plan says against what happens. */
#include "offline_support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <link/error.h>
#include <offline/move.h>
#include <offline/protection.h>
#include <store/app.h>

enum { APPS = 4, OWNER = 77, ROUNDS = 300 };

static struct ram_flash flash;
static struct ram_flash before; /* three accepted apps with a gap between each two */
static struct session session;
static struct app app[APPS];
static const char *const names[APPS] = {"one", "two", "three", "four"};

/* What a kernel does with candidates. */
static void adopt_all(void)
{
    struct store *store = offline_store(session.offline, true, NULL);
    struct store_app found;

    assert_non_null(store);
    while (store_app_next(store, STORE_VERIFY, 0, &found) == 0) {
        found.record.status = STORE_ACCEPTED;
        found.record.owner = OWNER;
        assert_int_equal(offline_finish(session.offline, store_adopt_begin(store, &found.record)),
                         0);
    }
}

static void remove_app(const char *name)
{
    struct link_entry entry;

    assert_true(app_find(&session, name, &entry));
    assert_int_equal(app_ask(&session, LINK_REMOVE, &entry), 0);
}

static int group_setup(void **state)
{
    static struct app filler[2];
    struct link_entry entry;

    (void)state;
    for (uint32_t i = 0; i < APPS; i++) {
        app_make(&app[i], names[i], i + 3, 3000 + 4100 * i);
    }
    app_make(&filler[0], "filler", 1, 16000);
    app_make(&filler[1], "filling", 1, 16000);
    ram_flash_init(&flash);
    session_open(&session, &flash);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(app_install(&session, &app[i], 0), 0);
        assert_int_equal(i == 2 ? 0 : app_install(&session, &filler[i], 0), 0);
    }
    adopt_all();
    assert_true(app_find(&session, "two", &entry));
    assert_int_equal(app_ask(&session, LINK_DISABLE, &entry), 0);
    remove_app("filler");
    remove_app("filling");
    session_close(&session);
    before = flash;
    return 0;
}

static void start(void)
{
    flash = before;
    flash.changes = 0;
    session_open(&session, &flash);
}

static bool is_whole(const char *name, struct link_entry *entry)
{
    for (size_t i = 0; i < APPS; i++) {
        if (strcmp(names[i], name) == 0) {
            return app_find(&session, name, entry) && entry->size == app[i].size &&
                   memcmp(flash.bytes + (entry->app.address - FLASH_BASE), app[i].object,
                          app[i].size) == 0;
        }
    }
    return false;
}

static void all_are_whole(void)
{
    struct link_entry entry;

    for (size_t i = 0; i < 3; i++) {
        assert_true(is_whole(names[i], &entry));
    }
    assert_int_equal(app_at(&session, 3, &entry), LINK_NOT_FOUND);
}

/* The list as the planner wants it. */
static struct plan_map map_of(void)
{
    struct plan_map map = {.geometry = &offline_board(session.offline)->geometry,
                           .rules = protection_rules(&small_board),
                           .region = small_board.apps};
    struct link_entry entry;

    for (uint8_t i = 0; app_at(&session, i, &entry) == 0; i++) {
        struct plan_app a = {entry.app.address, entry.extent, entry.size, PLAN_UNKNOWN};

        assert_int_equal(offline_hold(session.offline, a.address, true, &a.hold), 0);
        assert_true(plan_add(&map, &a));
    }
    return map;
}

static void everything_is_compacted_and_stays_what_it_was(void **state)
{
    struct plan_map map;
    struct plan plan;
    struct plan_room room;
    struct link_entry entry;
    uint32_t owner;
    uint32_t floor;

    (void)state;
    start();
    map = map_of();
    plan_compact(&map, &plan);
    assert_true(plan.count > 0);
    assert_int_equal(flash.changes, 0); /* planning changes nothing */
    for (size_t i = 0; i < plan.count; i++) {
        assert_int_equal(offline_move(session.offline, plan.move[i].from, plan.move[i].to), 0);
    }
    session_close(&session);
    assert_int_equal(flash.violations, 0);
    session_open(&session, &flash);
    all_are_whole();
    map = map_of();
    plan_measure(&map, &room);
    assert_int_equal(room.largest, plan.after.largest);
    assert_int_equal(room.largest, room.free);
    assert_true(app_find(&session, "two", &entry));
    assert_int_equal(entry.flags & LINK_APP_ENABLED, 0);
    assert_true(app_find(&session, "one", &entry));
    assert_int_equal(entry.flags & LINK_APP_ENABLED, LINK_APP_ENABLED);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(store_identity_find(offline_store(session.offline, false, NULL),
                                             app[i].begin.short_id, &owner, &floor),
                         0);
        assert_int_equal(owner, OWNER);
        assert_int_equal(floor, app[i].begin.version);
    }
    plan_compact(&map, &plan);
    assert_int_equal(plan.count, 0);
    adopt_all(); /* as the kernel, when it next starts */
    all_are_whole();
    session_close(&session);
}

/* Power goes, or the tool is killed, at each change in turn: no app is lost, and it can go on. */
static void cut_everywhere(bool torn)
{
    struct link_entry entry;
    uint32_t from;
    int error = -1;
    int cuts;

    for (cuts = 0; error != 0; cuts++) {
        struct plan_map map;
        struct plan plan;

        start();
        assert_true(app_find(&session, "three", &entry));
        from = entry.app.address;
        flash.cut_after = cuts;
        flash.torn = torn;
        error = offline_move(session.offline, from, small_board.apps.address + FLASH_PAGE);
        assert_true(error <= 0);
        session_close(&session);
        flash.cut_after = NEVER;
        session_open(&session, &flash);
        all_are_whole();
        assert_true(app_find(&session, "three", &entry));
        assert_true(error != 0 || entry.app.address == small_board.apps.address + FLASH_PAGE);
        map = map_of();
        plan_compact(&map, &plan);
        for (size_t i = 0; i < plan.count; i++) {
            assert_int_equal(offline_move(session.offline, plan.move[i].from, plan.move[i].to), 0);
        }
        session_close(&session);
        session_open(&session, &flash);
        all_are_whole();
        session_close(&session);
    }
    assert_true(cuts > 10);
    assert_int_equal(flash.violations, 0);
}

static void a_move_can_be_cut_between_any_two_changes(void **state)
{
    (void)state;
    cut_everywhere(false);
}

static void a_move_can_be_cut_in_any_change(void **state)
{
    (void)state;
    cut_everywhere(true);
}

static void a_read_that_fails_ends_the_move_and_loses_nothing(void **state)
{
    struct link_entry entry;
    int error = -1;
    int reads;

    (void)state;
    for (reads = 0; error != 0; reads++) {
        start();
        assert_true(app_find(&session, "three", &entry));
        flash.reads = 0;
        flash.read_fails = reads;
        error =
            offline_move(session.offline, entry.app.address, small_board.apps.address + FLASH_PAGE);
        session_close(&session);
        flash.read_fails = NEVER;
        session_open(&session, &flash);
        all_are_whole();
        session_close(&session);
    }
    assert_true(reads > 1);
}

static void what_is_not_free_or_has_to_stay_is_refused(void **state)
{
    struct link_entry entry;
    struct link_entry other;
    enum plan_hold hold;

    (void)state;
    start();
    assert_true(app_find(&session, "three", &entry) && app_find(&session, "one", &other));
    assert_int_equal(offline_move(session.offline, entry.app.address, other.app.address),
                     STORE_E_SPACE);
    assert_int_equal(
        offline_move(session.offline, entry.app.address, entry.app.address + FLASH_PAGE),
        STORE_E_SPACE); /* over itself */
    assert_int_equal(offline_move(session.offline, entry.app.address + FLASH_PAGE,
                                  small_board.apps.address + FLASH_PAGE),
                     STORE_E_NOT_FOUND);
    all_are_whole();
    session_close(&session);
    /* It has written into its own flash: the copy would not verify. */
    flash.bytes[entry.app.address - FLASH_BASE + 8000] ^= 1;
    session_open(&session, &flash);
    assert_int_equal(offline_hold(session.offline, entry.app.address, true, &hold), 0);
    assert_int_equal(hold, PLAN_WRITTEN);
    flash.changes = 0;
    assert_int_equal(
        offline_move(session.offline, entry.app.address, small_board.apps.address + FLASH_PAGE),
        STORE_E_ARGUMENT);
    session_close(&session);
}

static uint32_t seed = 1;

static uint32_t chance(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

/* Where a plan says an app goes is where it goes; what it says does not fit is refused. */
static void what_is_planned_is_what_happens(void **state)
{
    static struct app next;
    int refused = 0;

    (void)state;
    start();
    for (int round = 0; round < ROUNDS; round++) {
        struct plan_map map = map_of();
        struct store_place place;
        struct link_entry entry;
        char name[2] = {(char)('a' + chance(4)), 0};
        int planned;
        int error;

        if (app_find(&session, name, &entry)) {
            assert_int_equal(app_ask(&session, LINK_REMOVE, &entry), 0);
            continue;
        }
        app_make(&next, name, 1, 64 + 4 * chance(4000));
        planned = plan_place(&map, next.size, STORE_NONE, &place, NULL);
        error = app_install(&session, &next, 0);
        assert_int_equal(error == LINK_NO_FLASH,
                         planned == STORE_E_SPACE || planned == STORE_E_REGION);
        refused += error != 0 ? 1 : 0;
        if (error == 0) {
            assert_true(app_find(&session, name, &entry));
            assert_int_equal(entry.app.address, place.address);
            assert_int_equal(entry.extent, place.space);
        }
    }
    session_close(&session);
    assert_true(refused < ROUNDS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_compacted_and_stays_what_it_was),
        cmocka_unit_test(a_move_can_be_cut_between_any_two_changes),
        cmocka_unit_test(a_move_can_be_cut_in_any_change),
        cmocka_unit_test(a_read_that_fails_ends_the_move_and_loses_nothing),
        cmocka_unit_test(what_is_not_free_or_has_to_stay_is_refused),
        cmocka_unit_test(what_is_planned_is_what_happens),
    };

    return cmocka_run_group_tests(tests, group_setup, NULL);
}
