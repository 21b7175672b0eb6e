// SPDX-License-Identifier: Apache-2.0
/* The state machine of DFU mode: every request in every state, and whole downloads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "usb_device_fixture.h"

enum { OUT = 0x21, IN = 0xA1, DFU = USB_COMPOSITE_DFU };

/* GETSTATUS, taken apart. */
struct status {
    uint8_t status;
    uint32_t wait_ms;
    uint8_t state;
};

static uint8_t block_data[FIXTURE_TRANSFER];

static int setup(void **unused)
{
    (void)unused;
    fixture_start(true);
    for (size_t i = 0; i < sizeof block_data; i++) {
        block_data[i] = (uint8_t)(i ^ 0x5A);
    }
    return fixture_configure() ? 0 : -1;
}

static int dnload(uint16_t number, uint16_t length)
{
    return fixture_control(OUT, USB_DFU_DNLOAD, number, DFU, length, block_data);
}

static struct status get_status(void)
{
    uint8_t reply[6];

    assert_int_equal(fixture_control(IN, USB_DFU_GETSTATUS, 0, DFU, 6, reply), 6);
    return (struct status){reply[0], reply[1] | (uint32_t)reply[2] << 8 | (uint32_t)reply[3] << 16,
                           reply[4]};
}

static uint8_t get_state(void)
{
    uint8_t state = 0xFF;

    assert_int_equal(fixture_control(IN, USB_DFU_GETSTATE, 0, DFU, 1, &state), 1);
    return state;
}

/* One block, and its wait. */
static void send_block(uint16_t number, uint16_t length)
{
    struct status s;

    assert_int_equal(dnload(number, length), length);
    s = get_status();
    assert_int_equal(s.state, USB_DFU_DNBUSY);
    assert_int_equal(s.wait_ms, 70);
    s = get_status();
    assert_int_equal(s.state, USB_DFU_DNLOAD_IDLE);
    assert_int_equal(s.status, USB_DFU_OK);
}

/* Brings the machine into a state. */
static void enter(uint8_t state)
{
    (void)setup(NULL);
    switch (state) {
    case USB_DFU_DNLOAD_SYNC:
        assert_int_equal(dnload(0, 64), 64);
        break;
    case USB_DFU_DNLOAD_IDLE:
        send_block(0, 64);
        break;
    case USB_DFU_MANIFEST_SYNC:
        send_block(0, 64);
        assert_int_equal(dnload(1, 0), 0);
        break;
    case USB_DFU_ERROR:
        assert_int_equal(fixture_control(OUT, USB_DFU_CLRSTATUS, 0, DFU, 0, NULL), FAKE_STALL);
        break;
    default:
        break;
    }
    assert_int_equal(get_state(), state);
}

static void a_download_is_taken_and_judged(void **unused)
{
    struct status s;

    (void)unused;
    assert_int_equal(get_state(), USB_DFU_IDLE);
    send_block(0, FIXTURE_TRANSFER);
    send_block(1, FIXTURE_TRANSFER);
    send_block(2, 100);
    assert_int_equal(fixture_target.length, 2 * FIXTURE_TRANSFER + 100);
    assert_memory_equal(fixture_target.data + FIXTURE_TRANSFER, block_data, FIXTURE_TRANSFER);
    assert_int_equal(dnload(3, 0), 0);
    assert_int_equal(fixture_target.finishes, 0);
    s = get_status();
    assert_int_equal(s.state, USB_DFU_MANIFEST);
    assert_int_equal(s.wait_ms, 700);
    s = get_status();
    assert_int_equal(s.state, USB_DFU_IDLE);
    assert_int_equal(s.status, USB_DFU_OK);
    assert_int_equal(fixture_target.finishes, 1);
    assert_int_equal(fixture_fake.broken, 0);
}

static void work_waits_for_the_status_stage(void **unused)
{
    const uint8_t request[8] = {IN, USB_DFU_GETSTATUS, 0, 0, DFU, 0, 6, 0};
    uint8_t packet[64];

    (void)unused;
    assert_int_equal(dnload(0, 64), 64);
    assert_int_equal(fixture_target.blocks, 0);
    fake_setup(&fixture_fake, request);
    fixture_poll(NULL);
    assert_int_equal(fake_in(&fixture_fake, 0, packet), 6);
    assert_int_equal(packet[4], USB_DFU_DNBUSY);
    fixture_poll(NULL);
    assert_int_equal(fixture_target.blocks, 0);
    assert_int_equal(fake_out(&fixture_fake, 0, NULL, 0), 0);
    fixture_poll(NULL);
    assert_int_equal(fixture_target.blocks, 1);
}

static void a_host_that_does_not_wait_finds_the_work_done(void **unused)
{
    const uint8_t request[8] = {IN, USB_DFU_GETSTATUS, 0, 0, DFU, 0, 6, 0};
    uint8_t packet[64];

    (void)unused;
    assert_int_equal(dnload(0, 64), 64);
    fake_setup(&fixture_fake, request);
    fixture_poll(NULL);
    assert_int_equal(fake_in(&fixture_fake, 0, packet), 6);
    assert_int_equal(get_status().state, USB_DFU_DNLOAD_IDLE);
    assert_int_equal(fixture_target.blocks, 1);
}

static void verdicts_reach_the_host(void **unused)
{
    static const uint8_t verdicts[] = {USB_DFU_ERR_VERIFY, USB_DFU_ERR_FIRMWARE};
    struct status s;

    (void)unused;
    for (size_t i = 0; i < sizeof verdicts; i++) {
        enter(USB_DFU_MANIFEST_SYNC);
        fixture_target.verdict = verdicts[i];
        assert_int_equal(get_status().state, USB_DFU_MANIFEST);
        s = get_status();
        assert_int_equal(s.state, USB_DFU_ERROR);
        assert_int_equal(s.status, verdicts[i]);
        assert_int_equal(fixture_control(OUT, USB_DFU_CLRSTATUS, 0, DFU, 0, NULL), 0);
        assert_int_equal(get_status().status, USB_DFU_OK);
        /* What was refused is not run. */
        fake_reset(&fixture_fake);
        fixture_poll(NULL);
        assert_int_equal(fixture_target.leaves, 0);
    }
    enter(USB_DFU_IDLE);
    fixture_target.block_status = USB_DFU_ERR_FILE;
    assert_int_equal(dnload(0, 64), 64);
    assert_int_equal(get_status().state, USB_DFU_DNBUSY);
    s = get_status();
    assert_int_equal(s.state, USB_DFU_ERROR);
    assert_int_equal(s.status, USB_DFU_ERR_FILE);
}

/* What each request does in each state: the next state, or an error with a stall. */
static void every_request_in_every_state(void **unused)
{
    enum { STALLS = 0xEE };
    static const uint8_t states[] = {USB_DFU_IDLE, USB_DFU_DNLOAD_SYNC, USB_DFU_DNLOAD_IDLE,
                                     USB_DFU_MANIFEST_SYNC, USB_DFU_ERROR};
    static const struct {
        uint8_t type;
        uint8_t request;
        uint16_t value;
        uint16_t length;
        uint8_t next[5];
    } table[] = {
        {OUT, USB_DFU_DETACH, 0, 0, {STALLS, STALLS, STALLS, STALLS, STALLS}},
        {OUT,
         USB_DFU_DNLOAD,
         1,
         64,
         {USB_DFU_DNLOAD_SYNC, STALLS, USB_DFU_DNLOAD_SYNC, STALLS, STALLS}},
        {OUT, USB_DFU_DNLOAD, 1, 0, {STALLS, STALLS, USB_DFU_MANIFEST_SYNC, STALLS, STALLS}},
        {OUT, USB_DFU_DNLOAD, 1, FIXTURE_TRANSFER + 1, {STALLS, STALLS, STALLS, STALLS, STALLS}},
        {OUT, USB_DFU_DNLOAD, 1, 65535, {STALLS, STALLS, STALLS, STALLS, STALLS}},
        {IN, USB_DFU_DNLOAD, 1, 64, {STALLS, STALLS, STALLS, STALLS, STALLS}},
        {IN, USB_DFU_UPLOAD, 0, 64, {STALLS, STALLS, STALLS, STALLS, STALLS}},
        {OUT, USB_DFU_UPLOAD, 0, 0, {STALLS, STALLS, STALLS, STALLS, STALLS}},
        {OUT, USB_DFU_GETSTATUS, 0, 0, {STALLS, STALLS, STALLS, STALLS, STALLS}},
        {IN, USB_DFU_GETSTATUS, 1, 6, {STALLS, STALLS, STALLS, STALLS, STALLS}},
        {OUT, USB_DFU_CLRSTATUS, 0, 0, {STALLS, STALLS, STALLS, STALLS, USB_DFU_IDLE}},
        {OUT, USB_DFU_CLRSTATUS, 0, 1, {STALLS, STALLS, STALLS, STALLS, STALLS}},
        {IN,
         USB_DFU_GETSTATE,
         0,
         1,
         {USB_DFU_IDLE, USB_DFU_DNLOAD_SYNC, USB_DFU_DNLOAD_IDLE, USB_DFU_MANIFEST_SYNC,
          USB_DFU_ERROR}},
        {OUT,
         USB_DFU_ABORT,
         0,
         0,
         {USB_DFU_IDLE, USB_DFU_IDLE, USB_DFU_IDLE, USB_DFU_IDLE, STALLS}},
        {IN, USB_DFU_ABORT, 0, 0, {STALLS, STALLS, STALLS, STALLS, STALLS}},
        {OUT, 7, 0, 0, {STALLS, STALLS, STALLS, STALLS, STALLS}},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        for (size_t s = 0; s < sizeof states; s++) {
            static uint8_t data[65536];
            uint8_t wanted = table[i].next[s];
            int result;

            enter(states[s]);
            result = fixture_control(table[i].type, table[i].request, table[i].value, DFU,
                                     table[i].length, data);
            if ((result == FAKE_STALL) != (wanted == STALLS)) {
                fail_msg("request %zu in state %u: %d", i, states[s], result);
            }
            assert_int_equal(get_state(), wanted == STALLS ? USB_DFU_ERROR : wanted);
            if (wanted == STALLS && states[s] != USB_DFU_ERROR) {
                assert_int_equal(get_status().status, USB_DFU_ERR_STALLEDPKT);
                assert_true(fixture_target.aborts > 0);
            }
            assert_int_equal(fixture_fake.broken, 0);
        }
    }
}

static void blocks_out_of_order_end_the_download(void **unused)
{
    static const uint16_t wrong[] = {0, 2, 65535};

    (void)unused;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        enter(USB_DFU_DNLOAD_IDLE);
        assert_int_equal(dnload(wrong[i], 64), FAKE_STALL);
        assert_int_equal(get_status().status, USB_DFU_ERR_ADDRESS);
        assert_int_equal(fixture_target.length, 0);
    }
    /* Numbers go round. */
    enter(USB_DFU_IDLE);
    send_block(65535, 64);
    send_block(0, 64);
}

static void the_last_block_before_all_data_is_an_error(void **unused)
{
    (void)unused;
    enter(USB_DFU_DNLOAD_IDLE);
    fixture_target.wanted = 1000;
    assert_int_equal(dnload(1, 0), FAKE_STALL);
    assert_int_equal(get_status().status, USB_DFU_ERR_NOTDONE);
}

static void a_block_that_stops_midway_is_not_taken(void **unused)
{
    const uint8_t request[8] = {OUT, USB_DFU_DNLOAD, 0, 0, DFU, 0, 128, 0};

    (void)unused;
    fake_setup(&fixture_fake, request);
    fixture_poll(NULL);
    assert_int_equal(fake_out(&fixture_fake, 0, block_data, 64), 64);
    fixture_poll(NULL);
    /* The host begins something else instead. */
    assert_int_equal(get_state(), USB_DFU_IDLE);
    assert_int_equal(fixture_target.blocks, 0);
    send_block(0, 64);
}

static void a_reset_after_success_runs_the_image_and_only_then(void **unused)
{
    (void)unused;
    fake_reset(&fixture_fake);
    fixture_poll(NULL);
    assert_int_equal(fixture_target.leaves, 0);
    enter(USB_DFU_MANIFEST_SYNC);
    assert_int_equal(get_status().state, USB_DFU_MANIFEST);
    assert_int_equal(get_status().state, USB_DFU_IDLE);
    assert_int_equal(fixture_control(OUT, USB_DFU_DETACH, 0, DFU, 0, NULL), FAKE_STALL);
    fake_reset(&fixture_fake);
    fixture_poll(NULL);
    assert_int_equal(fixture_target.leaves, 1);
    assert_true(fixture_configure());
    assert_int_equal(fixture_target.leaves, 1);
    assert_int_equal(get_state(), USB_DFU_IDLE);
    /* A download that begins anew takes it back. */
    enter(USB_DFU_MANIFEST_SYNC);
    assert_int_equal(get_status().state, USB_DFU_MANIFEST);
    assert_int_equal(get_status().state, USB_DFU_IDLE);
    send_block(0, 64);
    fake_reset(&fixture_fake);
    fixture_poll(NULL);
    assert_int_equal(fixture_target.leaves, 0);
    assert_true(fixture_target.aborts > 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, setup)
    const struct CMUnitTest tests[] = {
        TEST(a_download_is_taken_and_judged),
        TEST(work_waits_for_the_status_stage),
        TEST(a_host_that_does_not_wait_finds_the_work_done),
        TEST(verdicts_reach_the_host),
        TEST(every_request_in_every_state),
        TEST(blocks_out_of_order_end_the_download),
        TEST(the_last_block_before_all_data_is_an_error),
        TEST(a_block_that_stops_midway_is_not_taken),
        TEST(a_reset_after_success_runs_the_image_and_only_then),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
