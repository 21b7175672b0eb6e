// SPDX-License-Identifier: Apache-2.0
/*
 * The planner, against a map of the region with a letter for each unit: every layout of a small
 * region, and many of a large one. No plan puts an app over another or moves one that stays; each
 * move leaves the old place alone; what it says is gained is gained.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <offline/protection.h>
#include <plan/plan.h>

enum { BASE = 0x10000000, PAGE = 4096, UNIT = 256, UNITS_MAX = 4096, LAYOUTS = 1000 };

static const struct hil_flash_run even_run[] = {{PAGE, 64}};
static const struct hil_flash_geometry even = {
    .base = BASE, .runs = even_run, .run_count = 1, .write_unit = 4};
/* Pages of three sizes, as on some chips. */
static const struct hil_flash_run odd_run[] = {{1024, 16}, {PAGE, 4}, {16384, 12}};
static const struct hil_flash_geometry odd = {
    .base = BASE, .runs = odd_run, .run_count = 3, .write_unit = 8};

/* Who has each unit of the region: 0 nobody, else 1 + index of the app in the list at the start. */
struct picture {
    uint8_t owner[UNITS_MAX];
    uint32_t units;
};

static uint32_t seed;

static uint32_t chance(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static struct plan_map empty(const struct hil_flash_geometry *geometry,
                             const struct store_rules *rules)
{
    return (struct plan_map){
        .geometry = geometry, .rules = rules, .region = {geometry->base, hil_flash_size(geometry)}};
}

/* Gives units to an app, which nobody may have. */
static void paint(struct picture *picture, uint32_t address, uint32_t space, uint8_t owner)
{
    assert_true(address >= BASE && space % UNIT == 0);
    for (uint32_t i = 0; i < space / UNIT; i++) {
        uint32_t unit = (address - BASE) / UNIT + i;

        assert_true(unit < picture->units);
        assert_int_equal(picture->owner[unit], 0);
        picture->owner[unit] = owner;
    }
}

static void wipe(struct picture *picture, uint8_t owner)
{
    for (uint32_t i = 0; i < picture->units; i++) {
        picture->owner[i] = picture->owner[i] == owner ? 0 : picture->owner[i];
    }
}

static struct picture picture_of(const struct plan_map *map)
{
    struct picture picture = {.units = map->region.size / UNIT};

    for (size_t i = 0; i < map->count; i++) {
        paint(&picture, map->app[i].address, map->app[i].space, (uint8_t)(i + 1));
    }
    return picture;
}

/* The largest run of units that nobody has; they begin and end on pages, as the apps do. */
static uint32_t largest_in(const struct picture *picture)
{
    uint32_t largest = 0;
    uint32_t run = 0;

    for (uint32_t i = 0; i < picture->units; i++) {
        run = picture->owner[i] == 0 ? run + UNIT : 0;
        largest = run > largest ? run : largest;
    }
    return largest;
}

/* Carries a plan out in the picture. */
static void follow(const struct plan_map *map, const struct plan *plan)
{
    struct picture picture = picture_of(map);
    uint32_t address[PLAN_APPS_MAX];
    uint32_t bytes = 0;

    for (size_t i = 0; i < map->count; i++) {
        address[i] = map->app[i].address;
    }
    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_move *move = &plan->move[i];
        size_t who = 0;

        while (who < map->count && address[who] != move->from) {
            who++;
        }
        assert_true(who < map->count);
        assert_int_equal(map->app[who].hold, PLAN_MOVABLE);
        assert_int_equal(map->app[who].size, move->size);
        assert_true(move->space >= move->size);
        paint(&picture, move->to, move->space, UINT8_MAX); /* beside all others and itself */
        wipe(&picture, (uint8_t)(who + 1));
        wipe(&picture, UINT8_MAX);
        paint(&picture, move->to, move->space, (uint8_t)(who + 1));
        assert_true(map->rules == NULL ||
                    map->rules->fits(map->rules->context, move->to, move->space));
        address[who] = move->to;
        bytes += move->size;
    }
    assert_int_equal(plan->bytes, bytes);
    assert_int_equal(plan->after.largest, largest_in(&picture));
    assert_true(plan->count == 0 || plan->after.largest > plan->before.largest);
}

static void check(const struct plan_map *map, struct plan *plan)
{
    struct plan again;

    plan_compact(map, plan);
    plan_compact(map, &again);
    assert_memory_equal(plan, &again, sizeof again);
    follow(map, plan);
}

/* Puts an app at a page, as large as `pages` pages but for `less` bytes. */
static bool put(struct plan_map *map, uint32_t page, uint32_t pages, uint32_t less,
                enum plan_hold hold)
{
    const struct plan_app app = {BASE + page * PAGE, pages * PAGE, pages * PAGE - less, hold};

    return plan_add(map, &app);
}

/* One layout of the exhaustive test: digits, one for each page from the first free one on. */
struct layouts {
    struct plan_map map;
    uint32_t pages;
    uint32_t seen;
    uint32_t gained;
    uint32_t stuck; /* fragmented, and nothing found */
};

static void judge(struct layouts *l)
{
    struct plan plan;
    uint32_t biggest = 0;
    bool all_movable = true;

    check(&l->map, &plan);
    l->seen++;
    l->gained += plan.count != 0 ? 1 : 0;
    for (size_t i = 0; i < l->map.count; i++) {
        biggest = biggest > l->map.app[i].space ? biggest : l->map.app[i].space;
        all_movable = all_movable && l->map.app[i].hold == PLAN_MOVABLE;
    }
    if (all_movable && plan.before.largest >= biggest) {
        assert_int_equal(plan.after.largest, plan.before.free);
    } else if (plan.after.largest < plan.before.free) {
        l->stuck++;
    }
}

/* Every layout of apps of one to three pages, movable or not, from page `at` on. */
static void every(struct layouts *l, uint32_t at) /* NOLINT(misc-no-recursion): as deep as pages */
{
    if (at == l->pages) {
        judge(l);
        return;
    }
    every(l, at + 1);
    for (uint32_t size = 1; size <= 3 && at + size <= l->pages; size++) {
        for (enum plan_hold hold = PLAN_MOVABLE; hold <= PLAN_FIXED; hold++) {
            assert_true(put(&l->map, at, size, 0, hold));
            every(l, at + size);
            assert_true(plan_remove(&l->map, BASE + at * PAGE));
        }
    }
}

static void every_layout_of_a_small_region(void **state)
{
    static const struct hil_flash_run run[] = {{PAGE, 7}};
    static const struct hil_flash_geometry small = {
        .base = BASE, .runs = run, .run_count = 1, .write_unit = 4};
    struct layouts l = {.map = empty(&small, NULL), .pages = run[0].page_count};

    (void)state;
    every(&l, 0);
    print_message("%u layouts: %u gain, %u stay in pieces\n", l.seen, l.gained, l.stuck);
    assert_true(l.gained > l.seen / 10);
    assert_true(l.stuck > 0);
}

/* Fills a region with apps that stand where a device would have put them, and takes some away. */
static void scatter(struct plan_map *map)
{
    for (int tries = 0; tries < 24; tries++) {
        uint32_t size = 16 + 4 * chance(10000);
        struct store_place place;

        if (plan_place(map, size, STORE_NONE, &place, NULL) == 0) {
            const struct plan_app app = {place.address, place.space, size,
                                         chance(5) == 0 ? PLAN_FIXED : PLAN_MOVABLE};

            (void)plan_add(map, &app);
        }
        if (map->count > 2 && chance(3) == 0) {
            (void)plan_remove(map, map->app[chance((uint32_t)map->count)].address);
        }
    }
}

static void scattered(const struct hil_flash_geometry *geometry, const struct store_rules *rules)
{
    uint32_t gained = 0;

    for (uint32_t i = 0; i < LAYOUTS; i++) {
        struct plan_map map = empty(geometry, rules);
        struct plan plan;

        seed = i;
        scatter(&map);
        check(&map, &plan);
        gained += plan.count != 0 ? 1 : 0;
    }
    assert_true(gained > LAYOUTS / 5);
}

static void layouts_of_even_pages(void **state)
{
    (void)state;
    scattered(&even, NULL);
}

static void layouts_of_odd_pages(void **state)
{
    (void)state;
    scattered(&odd, NULL);
}

static void layouts_under_the_rules_of_arm(void **state)
{
    static const struct board board = {.regions = true};

    (void)state;
    scattered(&even, protection_rules(&board));
    scattered(&odd, protection_rules(&board));
}

static void an_app_over_another_is_no_list(void **state)
{
    struct plan_map map = empty(&even, NULL);
    struct plan_app app = {BASE + PAGE, 2 * PAGE, 2 * PAGE, PLAN_MOVABLE};

    (void)state;
    assert_true(plan_add(&map, &app));
    assert_false(plan_add(&map, &app));
    app.address = BASE + 2 * PAGE;
    assert_false(plan_add(&map, &app));
    app.address = BASE + 63 * PAGE;
    assert_false(plan_add(&map, &app)); /* beyond the end */
    app.address = BASE - PAGE;
    assert_false(plan_add(&map, &app));
    app = (struct plan_app){BASE, 0, 0, PLAN_MOVABLE};
    assert_false(plan_add(&map, &app));
    assert_int_equal(map.count, 1);
    for (uint32_t i = 3; i < 3 + PLAN_APPS_MAX - 1; i++) {
        assert_true(put(&map, i, 1, 0, PLAN_MOVABLE));
    }
    assert_false(put(&map, 40, 1, 0, PLAN_MOVABLE)); /* as many as a list holds */
}

/* What a move may not do, each refused and without effect. */
static void a_wrong_move_is_refused(void **state)
{
    static const struct plan_move wrong[] = {
        {BASE, BASE + 8 * PAGE, PAGE, PAGE},                         /* nobody is there */
        {BASE + PAGE, BASE + 2 * PAGE, 2 * PAGE, 2 * PAGE},          /* over itself */
        {BASE + PAGE, BASE + 5 * PAGE, 2 * PAGE, 2 * PAGE},          /* over another */
        {BASE + PAGE, BASE + 63 * PAGE, 2 * PAGE, 2 * PAGE},         /* beyond the end */
        {BASE + PAGE, BASE - 2 * PAGE, 2 * PAGE, 2 * PAGE},          /* before the start */
        {BASE + PAGE, BASE + 8 * PAGE + 256, 2 * PAGE, 2 * PAGE},    /* not on a page */
        {BASE + PAGE, BASE + 8 * PAGE, 2 * PAGE, 2 * PAGE + 256},    /* not to a page */
        {BASE + PAGE, BASE + 8 * PAGE, 2 * PAGE, PAGE},              /* too small */
        {BASE + PAGE, BASE + 8 * PAGE, PAGE, PAGE},                  /* of another size */
        {BASE + 6 * PAGE, BASE + 8 * PAGE, PAGE - 16, PAGE},         /* it stays */
        {BASE + PAGE, UINT32_MAX - PAGE, 2 * PAGE, 2 * PAGE},        /* around the end */
        {BASE + PAGE, BASE + 8 * PAGE, 2 * PAGE, UINT32_MAX - PAGE}, /* likewise */
        {BASE + 20 * PAGE, BASE + 8 * PAGE, PAGE - 8, PAGE},         /* no room for padding */
    };
    struct plan_map map = empty(&even, NULL);
    struct plan_map before;

    (void)state;
    assert_true(put(&map, 1, 2, 0, PLAN_MOVABLE) && put(&map, 6, 1, 16, PLAN_FIXED) &&
                put(&map, 20, 1, 8, PLAN_MOVABLE));
    before = map;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(plan_apply(&map, &wrong[i]));
        assert_memory_equal(&map, &before, sizeof map);
    }
    assert_true(
        plan_apply(&map, &(struct plan_move){BASE + PAGE, BASE + 3 * PAGE, 2 * PAGE, 2 * PAGE}));
}

/* The smallest gap that will do: a large app that comes later still finds the large one. */
static void the_smallest_gap_is_taken_before_the_first(void **state)
{
    struct plan_map map = empty(&even, NULL);
    struct store_place place;
    struct store_space space;

    (void)state;
    assert_true(put(&map, 10, 1, 0, PLAN_MOVABLE) && put(&map, 13, 1, 0, PLAN_MOVABLE) &&
                put(&map, 14, 50, 0, PLAN_MOVABLE));
    assert_int_equal(plan_place(&map, 2 * PAGE, STORE_NONE, &place, NULL), 0);
    assert_int_equal(place.address, BASE + 11 * PAGE);
    assert_int_equal(plan_place(&map, 2 * PAGE, BASE + 4 * PAGE, &place, NULL), 0);
    assert_int_equal(place.address, BASE + 4 * PAGE);
    assert_int_equal(plan_place(&map, 11 * PAGE, STORE_NONE, &place, &space), STORE_E_SPACE);
    assert_int_equal(space.largest, 10 * PAGE);
    assert_int_equal(space.free, 12 * PAGE);
}

static void what_is_wasted_is_counted(void **state)
{
    struct plan_map map = empty(&even, NULL);
    const struct plan_app foreign = {BASE + 8 * PAGE + 512, 1024, 1024, PLAN_UNKNOWN};
    struct plan_room room;

    (void)state;
    assert_true(put(&map, 0, 2, 100, PLAN_MOVABLE) && put(&map, 4, 1, 16, PLAN_FIXED));
    assert_true(plan_add(&map, &foreign));
    plan_measure(&map, &room);
    assert_int_equal(room.rounding, 116);
    assert_int_equal(room.gaps, 3);
    assert_int_equal(room.free + room.slivers + 3 * PAGE + 1024, 64 * PAGE);
    assert_true(room.slivers > 0);
    assert_int_equal(room.largest, 55 * PAGE);
}

static void one_gap_is_left_alone(void **state)
{
    struct plan_map map = empty(&even, NULL);
    struct plan plan;

    (void)state;
    check(&map, &plan);
    assert_int_equal(plan.count, 0);
    assert_true(put(&map, 0, 3, 0, PLAN_MOVABLE) && put(&map, 3, 3, 0, PLAN_MOVABLE));
    check(&map, &plan);
    assert_int_equal(plan.count, 0);
    assert_true(put(&map, 20, 1, 0, PLAN_FIXED));
    check(&map, &plan);
    assert_int_equal(plan.count, 0); /* in two pieces, but by an app that stays */
}

static void the_cheapest_move_wins(void **state)
{
    struct plan_map map = empty(&even, NULL);
    struct plan plan;

    (void)state;
    /* Moving the last one joins as much as moving all: it is the smallest. */
    assert_true(put(&map, 0, 20, 0, PLAN_MOVABLE) && put(&map, 22, 2, 0, PLAN_MOVABLE));
    check(&map, &plan);
    assert_int_equal(plan.count, 1);
    assert_int_equal(plan.move[0].from, BASE + 22 * PAGE);
    assert_int_equal(plan.move[0].to, BASE + 20 * PAGE);
    assert_int_equal(plan.after.largest, plan.before.free);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_layout_of_a_small_region),
        cmocka_unit_test(layouts_of_even_pages),
        cmocka_unit_test(layouts_of_odd_pages),
        cmocka_unit_test(layouts_under_the_rules_of_arm),
        cmocka_unit_test(an_app_over_another_is_no_list),
        cmocka_unit_test(a_wrong_move_is_refused),
        cmocka_unit_test(the_smallest_gap_is_taken_before_the_first),
        cmocka_unit_test(what_is_wasted_is_counted),
        cmocka_unit_test(one_gap_is_left_alone),
        cmocka_unit_test(the_cheapest_move_wins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
