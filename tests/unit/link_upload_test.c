// SPDX-License-Identifier: Apache-2.0
/* The host's end of a transfer, against the device's and against one that lies. */
#include "link_support.h"

#include <link/host.h>

static struct rig rig;
static struct link_host host;
static uint8_t object[RIG_OBJECT];
static uint32_t seed;
static unsigned loss_percent;
static struct link_decoder watch;
static uint8_t watched[LINK_PAYLOAD_MAX];
static uint32_t furthest; /* blocks that were ever in flight behind the base */
static bool deaf;         /* the device is not there */
static int doomed;        /* which write from now is damaged; 0: none */

static bool is_unlucky(void)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % 100 < loss_percent;
}

static int line_read(void *context, uint8_t *data, size_t capacity, uint32_t timeout_ms)
{
    size_t count;

    (void)context;
    if (!deaf) {
        while (link_device_poll(&rig.device)) {
        }
    }
    count = rig.out_end - rig.out_next;
    if (count == 0) {
        rig.now += timeout_ms > 0 ? timeout_ms : 1;
        return 0;
    }
    count = count < capacity ? count : capacity;
    memcpy(data, rig.out + rig.out_next, count);
    rig.out_next += count;
    if (rig.out_next == rig.out_end) {
        rig.out_next = rig.out_end = 0;
    }
    if (is_unlucky()) {
        data[count / 2] ^= 0x55;
    }
    return (int)count;
}

static int line_write(void *context, const uint8_t *data, size_t length)
{
    (void)context;
    for (size_t i = 0; i < length; i++) {
        if (link_frame_feed(&watch, data[i]) == LINK_FOUND_FRAME && watch.type == LINK_DATA) {
            uint32_t ahead = (bytes_get_u32(watch.body) - rig.device.base) / LINK_BLOCK;

            furthest =
                bytes_get_u32(watch.body) >= rig.device.base && ahead > furthest ? ahead : furthest;
        }
    }
    if (rig.in_next == rig.in_end) {
        rig.in_next = rig.in_end = 0;
    }
    rig_put(&rig, data, length);
    if (is_unlucky() || (doomed > 0 && --doomed == 0)) {
        rig.in[rig.in_end - length / 2] ^= 0x55;
    }
    return 0;
}

static const struct link_transport transport = {line_read, line_write, rig_now, &rig};

/* Both ends, with a session, and a transfer as the device began it. */
static void begin(uint32_t total, uint32_t offset, uint8_t window)
{
    rig_start(&rig);
    rig.config.window = window;
    loss_percent = 0;
    furthest = 0;
    deaf = false;
    for (size_t i = 0; i < sizeof object; i++) {
        object[i] = (uint8_t)(i * 13 + i / 253);
    }
    link_decoder_init(&watch, watched, sizeof watched);
    link_host_init(&host, &transport, NULL);
    assert_int_equal(link_host_hello(&host), 0);
    link_device_transfer(&rig.device, total, offset);
}

static int upload(uint32_t total, uint32_t offset, uint32_t rotate)
{
    struct link_begun begun = {0x1000, offset, rotate};

    return link_host_transfer(&host, object, total, &begun);
}

/* What the device stored, behind `offset`, is the object turned by `rotate`. */
static void expect_object(uint32_t total, uint32_t offset, uint32_t rotate)
{
    for (uint32_t i = offset; i < total; i++) {
        assert_int_equal(rig.object[i], object[(i + rotate) % total]);
    }
}

static void objects_of_every_size_arrive(void **state)
{
    (void)state;
    for (uint32_t total = 1; total < 12000; total += 257) {
        begin(total, 0, 4);
        assert_int_equal(upload(total, 0, 0), LINK_OK);
        expect_object(total, 0, 0);
        assert_int_equal(host.repeats, 0);
    }
}

/* Zeros are bytes like others: what the device had there before does not stay. */
static void blocks_of_zeros_are_sent_like_others(void **state)
{
    (void)state;
    for (size_t from = 0; from < 6; from++) {
        begin(6 * LINK_BLOCK, 0, 4);
        memset(rig.object, 0xA5, 6 * LINK_BLOCK);
        memset(object + from * LINK_BLOCK, 0, (6 - from) * LINK_BLOCK);
        assert_int_equal(upload(6 * LINK_BLOCK, 0, 0), LINK_OK);
        expect_object(6 * LINK_BLOCK, 0, 0);
    }
}

static void the_window_is_never_exceeded(void **state)
{
    (void)state;
    for (uint8_t window = 1; window <= LINK_WINDOW_MAX; window++) {
        begin(38000, 0, window);
        loss_percent = window % 3;
        seed = window;
        assert_int_equal(upload(38000, 0, 0), LINK_OK);
        expect_object(38000, 0, 0);
        assert_true(furthest < window);
    }
}

static void a_lossy_line_costs_time_only(void **state)
{
    (void)state;
    for (uint32_t run = 0; run < 200; run++) {
        uint32_t total = 1000 + run * 97;

        begin(total, 0, (uint8_t)(1 + run % 8));
        loss_percent = run % 20;
        seed = run;
        assert_int_equal(upload(total, 0, total / 3), LINK_OK);
        expect_object(total, 0, total / 3);
    }
}

static void a_lost_block_is_sent_again_at_once(void **state)
{
    (void)state;
    for (int which = 1; which <= 20; which++) {
        uint32_t start;

        begin(20 * LINK_BLOCK, 0, 8);
        start = rig.now;
        doomed = which;
        assert_int_equal(upload(20 * LINK_BLOCK, 0, 0), LINK_OK);
        expect_object(20 * LINK_BLOCK, 0, 0);
        assert_in_range(rig.now - start, 0, 30); /* no time-out was waited for */
    }
}

/* Where a cut-off transfer goes on is a page's end, and the last page may be any length. */
static void a_transfer_is_resumed_anywhere(void **state)
{
    static const uint32_t offsets[] = {512, 904, 1024, 1536, 4904, 4996, 5000};

    (void)state;
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        begin(5000, offsets[i], 4);
        assert_int_equal(upload(5000, offsets[i], 4096), LINK_OK);
        expect_object(5000, offsets[i], 4096);
    }
}

static void a_device_that_vanishes_is_lost(void **state)
{
    uint32_t start;

    (void)state;
    begin(20000, 0, 4);
    deaf = true;
    start = rig.now;
    assert_int_equal(upload(20000, 0, 0), LINK_E_SILENT);
    assert_in_range(rig.now - start, 2500, 3500);
}

static void what_the_flash_says_ends_the_transfer(void **state)
{
    (void)state;
    begin(20000, 0, 4);
    rig.data_status = LINK_READ_ONLY;
    assert_int_equal(upload(20000, 0, 0), LINK_READ_ONLY);
}

static void an_impossible_beginning_is_refused(void **state)
{
    (void)state;
    begin(5000, 0, 4);
    assert_int_equal(upload(5000, 5001, 0), LINK_E_PROTOCOL);
    assert_int_equal(upload(5000, UINT32_MAX, 0), LINK_E_PROTOCOL);
    assert_int_equal(upload(5000, 0, 5000), LINK_E_PROTOCOL);
    assert_int_equal(upload(0, 0, 0), LINK_E_PROTOCOL);
    host.hello.block = 0;
    assert_int_equal(upload(5000, 0, 0), LINK_E_PROTOCOL);
    host.hello.block = LINK_BLOCK + 1;
    assert_int_equal(upload(5000, 0, 0), LINK_E_PROTOCOL);
}

/* The device answers with one acknowledgement, whatever the host sends. */
static int upload_against(uint32_t base, uint32_t bitmap, uint8_t status)
{
    const struct link_ack ack = {base, bitmap, status};
    uint8_t body[16];
    uint8_t frame[64];

    begin(8192, 0, 4);
    deaf = true;
    for (int i = 0; i < 5; i++) {
        rig.out_end += link_frame_encode(LINK_ACK, body, link_put_ack(&ack, body, sizeof body),
                                         NULL, 0, rig.out + rig.out_end, sizeof frame);
    }
    return upload(8192, 0, 0);
}

static void acknowledgements_that_cannot_be_are_refused(void **state)
{
    (void)state;
    assert_int_equal(upload_against(1, 0, LINK_OK), LINK_E_PROTOCOL);
    assert_int_equal(upload_against(1023, 0, LINK_OK), LINK_E_PROTOCOL);
    assert_int_equal(upload_against(8192, 0, LINK_OK), LINK_E_PROTOCOL); /* not sent yet */
    assert_int_equal(upload_against(8193, 0, LINK_OK), LINK_E_PROTOCOL);
    assert_int_equal(upload_against(UINT32_MAX, 0, LINK_OK), LINK_E_PROTOCOL);
    assert_int_equal(upload_against(0, 0, LINK_STATUS_COUNT), LINK_E_PROTOCOL);
    assert_int_equal(upload_against(0, 0, LINK_FLASH), LINK_FLASH);
    /* A bitmap that lies delays, but nothing is read or written that is not the host's. */
    assert_int_equal(upload_against(0, UINT32_MAX, LINK_OK), LINK_E_SILENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_of_every_size_arrive),
        cmocka_unit_test(blocks_of_zeros_are_sent_like_others),
        cmocka_unit_test(the_window_is_never_exceeded),
        cmocka_unit_test(a_lossy_line_costs_time_only),
        cmocka_unit_test(a_lost_block_is_sent_again_at_once),
        cmocka_unit_test(a_transfer_is_resumed_anywhere),
        cmocka_unit_test(a_device_that_vanishes_is_lost),
        cmocka_unit_test(what_the_flash_says_ends_the_transfer),
        cmocka_unit_test(an_impossible_beginning_is_refused),
        cmocka_unit_test(acknowledgements_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
