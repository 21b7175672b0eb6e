// SPDX-License-Identifier: Apache-2.0
/* The device's end of a transfer: what it takes, what it drops, what it acknowledges. */
#include "link_support.h"

static struct rig rig;
static uint8_t source[RIG_OBJECT];

/* A session with a transfer of total bytes, of which those below offset are there. */
static void begin(uint32_t total, uint32_t offset)
{
    rig_start(&rig);
    for (size_t i = 0; i < sizeof source; i++) {
        source[i] = (uint8_t)(i * 7 + i / 251);
    }
    rig_hello(&rig);
    link_device_transfer(&rig.device, total, offset);
}

static void send(uint32_t offset, size_t length)
{
    uint8_t body[LINK_BODY_MAX];

    bytes_put_u32(body, offset);
    memcpy(body + 4, source + offset % (RIG_OBJECT - LINK_BLOCK), length);
    rig_put_frame(&rig, LINK_DATA, body, length + 4);
    rig_run(&rig);
}

/* The next frame must be an acknowledgement, and nothing behind it. */
static struct link_ack acknowledged(void)
{
    struct rig_frame frame;
    struct link_ack ack;

    assert_true(rig_take(&rig, &frame));
    assert_int_equal(frame.type, LINK_ACK);
    assert_true(link_get_ack(frame.body, frame.length, &ack));
    assert_true(rig_is_silent(&rig));
    return ack;
}

static void expect_ack(uint32_t base, uint32_t bitmap)
{
    struct link_ack ack = acknowledged();

    assert_int_equal(ack.base, base);
    assert_int_equal(ack.bitmap, bitmap);
    assert_int_equal(ack.status, LINK_OK);
}

static void blocks_in_order_move_the_base(void **state)
{
    (void)state;
    begin(3000, 0);
    send(0, 1024);
    expect_ack(1024, 0);
    send(1024, 1024);
    expect_ack(2048, 0);
    assert_false(link_device_transfer_complete(&rig.device));
    send(2048, 952);
    expect_ack(3000, 0);
    assert_int_equal(rig.complete, 3000);
    assert_true(link_device_transfer_complete(&rig.device));
    assert_memory_equal(rig.object, source, 3000);
}

static void blocks_out_of_order_are_kept_and_the_gap_is_shown(void **state)
{
    (void)state;
    begin(8 * 1024, 0);
    send(2048, 1024);
    expect_ack(0, 2);
    assert_int_equal(rig.complete, 0);
    send(1024, 1024);
    expect_ack(0, 3);
    send(0, 1024);
    expect_ack(3072, 0);
    assert_int_equal(rig.complete, 3072);
    send(3072 + 2048, 1024);
    expect_ack(3072, 2);
    send(3072, 1024);
    expect_ack(4096, 1);
    send(4096, 1024);
    expect_ack(6144, 0);
    assert_memory_equal(rig.object, source, 6144);
}

static void what_is_behind_the_window_is_dropped(void **state)
{
    (void)state;
    begin(20 * 1024, 0);
    send(4 * 1024, 1024); /* the window is 4: blocks 0 to 3 */
    expect_ack(0, 0);
    send(19 * 1024, 1024);
    expect_ack(0, 0);
    assert_int_equal(rig.blocks, 0);
    send(3 * 1024, 1024);
    expect_ack(0, 4);
    assert_int_equal(rig.blocks, 1);
}

static void what_came_already_is_acknowledged_and_not_stored_again(void **state)
{
    (void)state;
    begin(8 * 1024, 0);
    send(0, 1024);
    expect_ack(1024, 0);
    send(0, 1024);
    expect_ack(1024, 0);
    send(2048, 1024);
    expect_ack(1024, 1);
    send(2048, 1024);
    expect_ack(1024, 1);
    assert_int_equal(rig.blocks, 2);
}

static void data_off_the_blocks_or_of_another_length_is_dropped(void **state)
{
    static const struct {
        uint32_t offset;
        size_t length;
    } wrong[] = {
        {1, 1024},    {512, 1024},        {1023, 1024},     {0, 1023},          {0, 1},
        {1024, 512},  {2048, 951},        {2048, 953},      {2048, 1024},       {3000, 1},
        {3072, 1024}, {UINT32_MAX, 1024}, {0x80000000u, 4}, {0u - 1024u, 1024}, {0, 0},
    };

    (void)state;
    begin(3000, 0);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        send(wrong[i].offset, wrong[i].length);
        expect_ack(0, 0);
    }
    assert_int_equal(rig.blocks, 0);
    send(0, 1024);
    expect_ack(1024, 0);
    send(512, 1024); /* overlaps what is there and what is not */
    expect_ack(1024, 0);
    assert_int_equal(rig.blocks, 1);
}

static void a_resumed_transfer_goes_on_where_it_was(void **state)
{
    (void)state;
    begin(5000, 904);
    send(0, 1024);
    expect_ack(904, 0);
    send(904 + 1024, 1024);
    expect_ack(904, 1);
    send(904, 1024);
    expect_ack(904 + 2048, 0);
    send(904 + 2048, 1024);
    expect_ack(904 + 3072, 0);
    send(904 + 3072, 1024);
    expect_ack(5000, 0);
    assert_int_equal(rig.blocks, 4);
    assert_true(link_device_transfer_complete(&rig.device));
}

static void a_commit_before_all_data_says_what_is_missing(void **state)
{
    (void)state;
    begin(3000, 0);
    send(1024, 1024);
    expect_ack(0, 1);
    rig_ask(&rig, 2, LINK_COMMIT, NULL, 0);
    assert_int_equal(rig_reply(&rig, 2, LINK_COMMIT), LINK_INCOMPLETE);
    expect_ack(0, 1);
    send(0, 1024);
    expect_ack(2048, 0);
    rig_ask(&rig, 3, LINK_COMMIT, NULL, 0);
    assert_int_equal(rig_reply(&rig, 3, LINK_COMMIT),
                     LINK_INCOMPLETE); /* 952 announced, not sent */
    expect_ack(2048, 0);
    send(2048, 952);
    expect_ack(3000, 0);
    rig_ask(&rig, 4, LINK_COMMIT, NULL, 0);
    assert_int_equal(rig_reply(&rig, 4, LINK_COMMIT), LINK_OK);
}

static void what_cannot_be_stored_now_is_asked_for_again(void **state)
{
    (void)state;
    begin(3000, 0);
    rig.data_status = LINK_BUSY;
    send(0, 1024);
    expect_ack(0, 0);
    rig.data_status = LINK_OK;
    send(0, 1024);
    expect_ack(1024, 0);
}

static void what_cannot_be_stored_ends_the_transfer_and_says_why(void **state)
{
    struct link_ack ack;

    (void)state;
    begin(3000, 0);
    rig.data_status = LINK_READ_ONLY;
    send(0, 1024);
    ack = acknowledged();
    assert_int_equal(ack.base, 0);
    assert_int_equal(ack.status, LINK_READ_ONLY);
    rig.data_status = LINK_OK;
    send(0, 1024);
    ack = acknowledged();
    assert_int_equal(ack.base, 0);
    assert_int_equal(ack.status, LINK_READ_ONLY);
    assert_int_equal(rig.blocks, 0);
}

static void a_damaged_frame_is_acknowledged_at_once(void **state)
{
    static const uint8_t damaged[] = {0, 2, 3, 1, 1, 0};

    (void)state;
    begin(3000, 0);
    rig_put(&rig, damaged, sizeof damaged);
    rig_run(&rig);
    expect_ack(0, 0);
    link_device_transfer_close(&rig.device);
    rig_put(&rig, damaged, sizeof damaged);
    rig_run(&rig);
    assert_true(rig_is_silent(&rig));
}

static void data_without_a_transfer_or_a_session_is_nothing(void **state)
{
    (void)state;
    begin(3000, 0);
    link_device_transfer_close(&rig.device);
    assert_false(link_device_transfer_complete(&rig.device));
    send(0, 1024);
    assert_true(rig_is_silent(&rig));
    begin(3000, 0);
    rig.now += LINK_SESSION_MS;
    rig_run(&rig);
    send(0, 1024);
    assert_true(rig_is_silent(&rig));
    assert_int_equal(rig.blocks, 0);
}

static void the_widest_window_moves_as_one(void **state)
{
    (void)state;
    begin(34 * 1024, 0);
    rig.config.window = LINK_WINDOW_MAX;
    for (uint32_t i = LINK_WINDOW_MAX - 1; i > 0; i--) {
        send(i * 1024, 1024);
        expect_ack(0, 0u - (1u << (i - 1)) - (1u << 31)); /* bits i - 1 to 30 */
    }
    send(0, 1024);
    expect_ack(LINK_WINDOW_MAX * 1024, 0);
    send(32 * 1024, 1024);
    expect_ack(33 * 1024, 0);
}

/* Blocks lost, repeated and reordered at random, in windows of every width. */
static void whatever_a_line_does_every_block_is_stored_once(void **state)
{
    uint32_t seed = 1;

    (void)state;
    for (uint32_t run = 0; run < 300; run++) {
        uint32_t total = 1 + run * 131 % (RIG_OBJECT - 2 * LINK_BLOCK);
        struct link_ack ack = {.base = 0};

        begin(total, 0);
        rig.config.window = (uint8_t)(1 + run % LINK_WINDOW_MAX);
        for (int i = 0; ack.base < total; i++) {
            uint32_t offset;

            seed = seed * 1664525u + 1013904223u;
            offset = ack.base + (seed >> 16) % (rig.config.window + 2u) * LINK_BLOCK;
            if (offset < total) {
                send(offset, total - offset < LINK_BLOCK ? total - offset : LINK_BLOCK);
                ack = acknowledged();
                assert_int_equal(ack.bitmap & 1u, rig.stored[(ack.base + LINK_BLOCK) / 256] != 0 &&
                                                      ack.base + LINK_BLOCK < total);
            }
            assert_in_range(i, 0, 100000);
        }
        assert_memory_equal(rig.object, source, total);
        for (uint32_t at = 0; at < total; at += LINK_BLOCK) {
            assert_int_equal(rig.stored[at / 256], 1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_in_order_move_the_base),
        cmocka_unit_test(blocks_out_of_order_are_kept_and_the_gap_is_shown),
        cmocka_unit_test(what_is_behind_the_window_is_dropped),
        cmocka_unit_test(what_came_already_is_acknowledged_and_not_stored_again),
        cmocka_unit_test(data_off_the_blocks_or_of_another_length_is_dropped),
        cmocka_unit_test(a_resumed_transfer_goes_on_where_it_was),
        cmocka_unit_test(a_commit_before_all_data_says_what_is_missing),
        cmocka_unit_test(what_cannot_be_stored_now_is_asked_for_again),
        cmocka_unit_test(what_cannot_be_stored_ends_the_transfer_and_says_why),
        cmocka_unit_test(a_damaged_frame_is_acknowledged_at_once),
        cmocka_unit_test(data_without_a_transfer_or_a_session_is_nothing),
        cmocka_unit_test(the_widest_window_moves_as_one),
        cmocka_unit_test(whatever_a_line_does_every_block_is_stored_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
