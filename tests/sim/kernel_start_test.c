// SPDX-License-Identifier: Apache-2.0
/*
 * What the bootloader makes of a kernel that changes under its eyes, of one that it need not hash
 * again, of starts that came to nothing, and of a journal without room: the bootloader and the
 * kernel's loader as they are built for boards, on the flash model.
 */
#include "board.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <base/bytes.h>
#include <bootloader/bootloader.h>
#include <link/protocol.h>
#include <store/error.h>

enum { PAYLOAD = 2000 }; /* somewhere behind the header */

static struct nor nor;
static uint8_t first[2][IMAGE_SIZE];  /* version 1, for both slots */
static uint8_t second[2][IMAGE_SIZE]; /* version 2 */

/* The choice that a board makes when it is linked, put off. */
static bool remembering;

static bool recall(const struct boot_config *config, uint32_t slot, struct image *image)
{
    return remembering && boot_in_journal.recall(config, slot, image);
}

static void note(const struct boot_config *config, uint32_t slot, const struct image *image)
{
    if (remembering) {
        boot_in_journal.note(config, slot, image);
    }
}

static const struct boot_unchanged choice = {recall, note};
const struct boot_unchanged *const boot_unchanged = &choice;

static void make(uint8_t images[2][IMAGE_SIZE], uint32_t version)
{
    for (uint8_t slot = 0; slot < 2; slot++) {
        const struct image_spec spec = {slot, version, "model", SIGNED_BY_KERNEL_KEY,
                                        (uint8_t)(version * 31u)};

        board_image(images[slot], &spec);
    }
}

static enum outcome boot(void)
{
    bool armed;

    return board_boot(&nor, 0, NULL, &armed);
}

/* Starts the board; its kernel, in the slot where it must be, comes up. */
static void run(enum outcome slot)
{
    assert_int_equal(boot(), slot);
    board_kernel(&nor, (uint8_t)slot);
    (void)board_kernel_up();
    assert_false(board_kernel_on_trial());
    assert_null(nor.violation);
}

/* A device from the factory whose kernel has been up. */
static int set_up(void **state)
{
    (void)state;
    make(first, 1);
    make(second, 2);
    board_starts(0);
    remembering = false;
    nor_init(&nor, &board_geometry);
    nor_power_up(&nor, NOR_WEAK_ERASED, 1);
    board_program(&nor, first[0], 0);
    run(RUNS_A);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    nor_free(&nor);
    return 0;
}

static struct store_kernel journal(void)
{
    struct store_kernel state;

    board_state(&nor, &state);
    return state;
}

static void flip(uint32_t offset, uint8_t bits)
{
    uint32_t address = board_slots[0] + offset;

    nor_poke(&nor, address, *nor_at(&nor, address) ^ bits);
}

/* Changes words so that the bootloader's sum stays: the second makes good what the first did. */
static void forge(void)
{
    uint32_t before = 0x3CA5965Au;
    uint32_t after;
    uint32_t word;

    for (uint32_t at = 0; at <= PAYLOAD; at += 4) {
        after = before;
        before = ((before << 5 | before >> 27) ^ bytes_get_u32(nor_at(&nor, board_slots[0] + at))) *
                 16777619u;
    }
    flip(PAYLOAD, 0x10);
    after = ((after << 5 | after >> 27) ^ bytes_get_u32(nor_at(&nor, board_slots[0] + PAYLOAD))) *
            16777619u;
    word = (before << 5 | before >> 27) ^ (after << 5 | after >> 27);
    for (uint32_t i = 0; i < 4; i++) {
        flip(PAYLOAD + 4 + i, (uint8_t)(word >> (8 * i)));
    }
}

static void one_bit(struct nor *flash)
{
    (void)flash;
    flip(PAYLOAD, 0x01);
}

/* What a failing data line does: the top bit of two words. */
static void top_bits(struct nor *flash)
{
    (void)flash;
    flip(PAYLOAD + 3, 0x80);
    flip(PAYLOAD + 43, 0x80);
}

static void other_kernel(struct nor *flash)
{
    board_program(flash, second[0], 0);
}

/* Of two verdicts the second is taken on what will run. */
static void a_kernel_that_changes_once_it_was_verified_does_not_run(void **state)
{
    static void (*const events[])(struct nor *) = {one_bit, top_bits, other_kernel};

    for (unsigned i = 0; i < sizeof events / sizeof events[0]; i++) {
        assert_int_equal(tear_down(state), 0);
        assert_int_equal(set_up(state), 0);
        board_meanwhile(events[i]);
        assert_int_equal(boot(), WAITS);
    }
}

static void a_slot_that_was_written_behind_the_journal_is_hashed(void **state)
{
    (void)state;
    assert_int_equal(boot(), RUNS_A);
    forge();
    assert_int_equal(boot(), WAITS);
}

/* The same forgery runs where the board says that nobody can make one: so it is not hashed. */
static void where_the_board_says_so_an_unchanged_kernel_is_not_hashed(void **state)
{
    (void)state;
    remembering = true;
    run(RUNS_A); /* remembered now */
    forge();
    assert_int_equal(boot(), RUNS_A);
    remembering = false;
    assert_int_equal(boot(), WAITS);
}

static void one_that_changed_is(void **state)
{
    (void)state;
    remembering = true;
    run(RUNS_A);
    one_bit(NULL);
    assert_int_equal(boot(), WAITS);
    one_bit(NULL);
    assert_int_equal(boot(), RUNS_A);
}

/* Each kernel that comes to count is hashed, remembered, and not taken for the one before it. */
static void a_new_kernel_is_hashed_and_remembered(void **state)
{
    (void)state;
    remembering = true;
    run(RUNS_A);
    board_kernel(&nor, 0);
    assert_int_equal(board_kernel_update(second[1]), 0);
    run(RUNS_B);
    run(RUNS_B);
    board_kernel(&nor, 1);
    assert_int_equal(board_kernel_update(second[0]), 0);
    nor_poke(&nor, board_slots[0] + PAYLOAD, *nor_at(&nor, board_slots[0] + PAYLOAD) ^ 1u);
    assert_int_equal(boot(), RUNS_B);
}

/* What a host has put into the slot of a kernel that counted before, without ending it, stays out.
 */
static void a_half_written_slot_is_not_remembered(void **state)
{
    (void)state;
    remembering = true;
    run(RUNS_A);
    board_kernel(&nor, 0);
    assert_int_equal(board_kernel_update(first[1]), 0);
    run(RUNS_B);
    board_program(&nor, first[0], 0);
    forge();
    nor_poke(&nor, board_slots[1] + PAYLOAD, *nor_at(&nor, board_slots[1] + PAYLOAD) ^ 1u);
    assert_int_equal(boot(), WAITS);
}

static void many_starts_that_came_to_nothing_end_in_recovery(void **state)
{
    (void)state;
    board_starts(BOOT_STARTS_MAX - 1);
    assert_int_equal(boot(), RUNS_A);
    board_starts(BOOT_STARTS_MAX);
    assert_int_equal(boot(), WAITS);
}

/* A trial is had by the kernel for which it was recorded, and by no other that is signed as well.
 */
static void a_trial_is_for_the_kernel_that_was_announced(void **state)
{
    (void)state;
    board_kernel(&nor, 0);
    assert_int_equal(board_kernel_update(second[1]), 0);
    board_program(&nor, first[1], 1);
    run(RUNS_A);
    assert_int_equal(journal().phase, STORE_KERNEL_REJECTED);
    run(RUNS_A);
}

/* A kernel that is not any more what was put on trial does not find itself healthy. */
static void a_kernel_that_changed_on_trial_does_not_confirm_itself(void **state)
{
    (void)state;
    board_kernel(&nor, 0);
    assert_int_equal(board_kernel_update(second[1]), 0);
    assert_int_equal(boot(), RUNS_B);
    board_kernel(&nor, 1);
    nor_poke(&nor, board_slots[1] + PAYLOAD, *nor_at(&nor, board_slots[1] + PAYLOAD) ^ 1u);
    assert_false(board_kernel_up());
    assert_true(board_kernel_on_trial());
    assert_int_equal(journal().floor, 1);
    run(RUNS_A);
}

/* Two resets in a row ask for recovery; after a trial the second may be the watchdog's. */
static void a_reset_that_ends_a_trial_does_not_ask_for_recovery(void **state)
{
    bool armed;

    (void)state;
    assert_int_equal(board_boot(&nor, BOOT_ASKED_TWICE, NULL, &armed), WAITS);
    board_kernel(&nor, 0);
    assert_int_equal(board_kernel_update(second[1]), 0);
    assert_int_equal(boot(), RUNS_B);
    assert_int_equal(board_boot(&nor, BOOT_ASKED_TWICE, NULL, &armed), RUNS_A);
    board_kernel(&nor, 0);
    assert_int_equal(board_kernel_update(second[1]), 0);
    assert_int_equal(boot(), RUNS_B);
    assert_int_equal(board_boot(&nor, BOOT_ASKED, NULL, &armed), WAITS);
}

/* The floor waits until a kernel is up, whichever way it came: one that is not shuts nobody out. */
static void the_floor_waits_for_a_kernel_that_is_up(void **state)
{
    bool armed;

    (void)state;
    one_bit(NULL);
    assert_int_equal(board_boot(&nor, BOOT_ASKED, second[0], &armed), RESTARTS);
    assert_int_equal(board_replied(), LINK_OK);
    assert_int_equal(boot(), RUNS_A);
    board_kernel(&nor, 0);
    assert_int_equal(journal().floor, 1);
    (void)board_kernel_up();
    assert_int_equal(journal().floor, 2);
    assert_int_equal(journal().active, 0);
}

/* Whatever became of the slot in between: while it is written, the journal says that it is bad. */
static void a_slot_is_given_up_again_when_its_update_goes_on(void **state)
{
    bool armed;

    (void)state;
    board_kernel(&nor, 0);
    nor_plan(&nor, 14, NOR_CUT_TORN);
    assert_int_not_equal(board_kernel_update(second[1]), 0);
    nor_power_up(&nor, NOR_WEAK_RANDOM, 3);
    one_bit(NULL); /* and now the kernel that works is lost */
    assert_int_equal(board_boot(&nor, BOOT_ASKED, first[0], &armed), RESTARTS);
    run(RUNS_A);
    assert_int_equal(journal().phase, STORE_KERNEL_SETTLED);
    nor_plan(&nor, 8, NOR_CUT_TORN);
    assert_int_not_equal(board_kernel_update(second[1]), 0);
    assert_true(board_kernel_resumed() > 0);
    nor_power_up(&nor, NOR_WEAK_RANDOM, 4);
    assert_int_equal(journal().phase, STORE_KERNEL_REJECTED);
    run(RUNS_A);
}

/* Nothing is installed, and no other kernel is put on trial, before this one has shown itself. */
static void a_kernel_on_trial_takes_no_other(void **state)
{
    (void)state;
    board_kernel(&nor, 0);
    assert_int_equal(board_kernel_update(second[1]), 0);
    assert_int_equal(boot(), RUNS_B);
    board_kernel(&nor, 1);
    assert_true(board_kernel_on_trial());
    assert_int_not_equal(board_kernel_update(second[0]), 0);
    assert_int_equal(journal().phase, STORE_KERNEL_STARTED);
    (void)board_kernel_up();
    assert_int_not_equal(board_kernel_revert(), 0); /* to one that is older */
    run(RUNS_B);
}

/* What is not what was announced, not all of it, or nobody's is not installed, and hurts nobody. */
static void recovery_takes_what_was_announced_and_all_of_it(void **state)
{
    static uint8_t unsigned_one[IMAGE_SIZE];
    const struct {
        const uint8_t *announced;
        const uint8_t *sent;
        uint32_t length;
        int answer;
    } cases[] = {{second[1], second[1], IMAGE_SIZE - BLOCK, LINK_INCOMPLETE},
                 {second[1], first[1], IMAGE_SIZE, LINK_DIGEST},
                 {second[1], second[0], IMAGE_SIZE, LINK_WRONG_BOARD},
                 {unsigned_one, unsigned_one, IMAGE_SIZE, LINK_SIGNATURE},
                 {second[1], unsigned_one, IMAGE_SIZE, LINK_DIGEST}};
    bool armed;

    (void)state;
    memcpy(unsigned_one, second[1], IMAGE_SIZE);
    unsigned_one[PAYLOAD] ^= 1;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        board_host_sends(cases[i].sent, cases[i].length);
        (void)board_boot(&nor, BOOT_ASKED, cases[i].announced, &armed);
        assert_int_equal(board_replied(), cases[i].answer);
        run(RUNS_A);
        assert_int_equal(journal().floor, 1);
    }
}

/* An older kernel is refused before its slot is given up for it. */
static void recovery_refuses_an_older_kernel_before_it_erases(void **state)
{
    static uint8_t older[2][IMAGE_SIZE];
    bool armed;

    (void)state;
    make(older, 0);
    (void)board_boot(&nor, BOOT_ASKED, older[1], &armed);
    assert_int_equal(board_replied(), LINK_OLDER);
    assert_int_equal(journal().phase, STORE_KERNEL_SETTLED);
    run(RUNS_A);
}

/*
 * Fills the journal with attributes, as far as a kernel or the bootloader lets it be filled, or as
 * far as so many bytes are left; 0: it decides.
 */
static void fill(bool by_bootloader, uint32_t leave)
{
    static const uint8_t attribute[64];
    static struct store store;
    int error;

    error = by_bootloader ? store_mount_journal_begin(&store, board_store(&nor))
                          : store_mount_begin(&store, board_store(&nor));
    for (uint32_t key = 0; error == 0; key++) {
        error = store_wait(&store);
        error = error != 0
                    ? error
                    : store_put_begin(&store, STORE_RECORD_ATTRIBUTE, key, attribute,
                                      key < LEGACY_ATTRIBUTES ? sizeof attribute : STORE_BODY_MIN);
        store.reserve = leave > 0 ? leave : store.reserve;
    }
    assert_int_equal(error, STORE_E_FULL);
}

/* However full the journal is, there is room to install a kernel and to confirm it. */
static void a_full_journal_has_room_for_a_kernel(void **state)
{
    bool armed;

    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(tear_down(state), 0);
        assert_int_equal(set_up(state), 0);
        fill(i == 1, 0);
        assert_int_equal(board_boot(&nor, BOOT_ASKED, second[1], &armed), RESTARTS);
        assert_int_equal(board_replied(), LINK_OK);
        run(RUNS_B);
        run(RUNS_B);
    }
}

/*
 * A journal that nobody of ours fills so far, without a record of the kernels: where the end of an
 * installation cannot be recorded, the kernel that works is left alone.
 */
static void an_installation_that_cannot_be_recorded_costs_no_kernel(void **state)
{
    bool armed;

    assert_int_equal(tear_down(state), 0);
    nor_init(&nor, &board_geometry);
    nor_power_up(&nor, NOR_WEAK_ERASED, 1);
    board_program(&nor, first[0], 0);
    assert_int_equal(boot(), RUNS_A);
    fill(true, 80);
    (void)board_boot(&nor, BOOT_ASKED, second[1], &armed);
    assert_int_equal(board_replied(), LINK_FLASH);
    assert_int_equal(journal().phase, STORE_KERNEL_REJECTED);
    run(RUNS_A);
}

/* Where kernels are remembered, none is written while that cannot be taken back. */
static void recovery_refuses_where_a_remembered_kernel_cannot_be_forgotten(void **state)
{
    bool armed;

    (void)state;
    fill(true, 1);
    (void)board_boot(&nor, BOOT_ASKED, second[1], &armed);
    assert_int_equal(board_replied(), LINK_FLASH);
    run(RUNS_A);
}

/* What Tock's tool writes into the journal leaves room for a trial that is due, to its very end. */
static void attributes_leave_room_for_a_trial(void **state)
{
    (void)state;
    board_kernel(&nor, 0);
    assert_int_equal(board_kernel_update(second[1]), 0);
    fill(true, 0);
    run(RUNS_B);
    assert_int_equal(journal().active, 1);
    assert_int_equal(journal().phase, STORE_KERNEL_SETTLED);
}

/* After a power cut the transfer goes on where the last page was recorded, and not into a slot of
 * which the journal says that it may be started. */
static void an_update_that_was_cut_goes_on(void **state)
{
    (void)state;
    board_kernel(&nor, 0);
    nor_plan(&nor, 14, NOR_CUT_TORN);
    assert_int_not_equal(board_kernel_update(second[1]), 0);
    assert_int_equal(board_kernel_resumed(), 0);
    nor_power_up(&nor, NOR_WEAK_RANDOM, 3);
    run(RUNS_A);
    assert_int_equal(journal().phase, STORE_KERNEL_REJECTED);
    assert_int_equal(board_kernel_update(second[1]), 0);
    assert_true(board_kernel_resumed() > 0);
    run(RUNS_B);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_kernel_that_changes_once_it_was_verified_does_not_run),
        TEST(a_slot_that_was_written_behind_the_journal_is_hashed),
        TEST(where_the_board_says_so_an_unchanged_kernel_is_not_hashed),
        TEST(one_that_changed_is),
        TEST(a_new_kernel_is_hashed_and_remembered),
        TEST(a_half_written_slot_is_not_remembered),
        TEST(many_starts_that_came_to_nothing_end_in_recovery),
        TEST(a_trial_is_for_the_kernel_that_was_announced),
        TEST(a_kernel_that_changed_on_trial_does_not_confirm_itself),
        TEST(a_reset_that_ends_a_trial_does_not_ask_for_recovery),
        TEST(the_floor_waits_for_a_kernel_that_is_up),
        TEST(an_update_that_was_cut_goes_on),
        TEST(a_slot_is_given_up_again_when_its_update_goes_on),
        TEST(a_kernel_on_trial_takes_no_other),
        TEST(recovery_refuses_where_a_remembered_kernel_cannot_be_forgotten),
        TEST(recovery_refuses_an_older_kernel_before_it_erases),
        TEST(recovery_takes_what_was_announced_and_all_of_it),
        TEST(a_full_journal_has_room_for_a_kernel),
        TEST(an_installation_that_cannot_be_recorded_costs_no_kernel),
        TEST(attributes_leave_room_for_a_trial),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
