// SPDX-License-Identifier: Apache-2.0
/* The client of GDB servers, against honest and faulty ones. */
#include "offline_gdb_server.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include <offline/engine.h>

static const struct board board = {
    .name = "probed",
    .architecture = "cortex-m4",
    .run = {{PAGE, BYTES / PAGE}},
    .geometry = {.base = BASE,
                 .run_count = 1,
                 .write_unit = 4,
                 .erase_value = 0xFF,
                 .programs_per_unit = 1},
    .journal = {{BASE, PAGE}, {BASE + PAGE, PAGE}},
    .apps = {BASE + 4 * PAGE, 8 * PAGE},
    .app_ram_size = 0x8000,
    .identities_max = 8,
};

static struct memory memory;
static bool changeable;

static int open_memory(void)
{
    return gdb_memory_open(&server_connection, &board, PATIENCE, &memory, &changeable);
}

static void close_memory(void)
{
    memory.ops->close(memory.context);
}

static void reads_what_is_there(void **state)
{
    uint8_t bytes[3000];

    (void)state;
    for (int no_map = 0; no_map < 2; no_map++) {
        server_init(HONEST, NEVER);
        server.no_map = no_map != 0;
        assert_int_equal(open_memory(), 0);
        assert_true(changeable);
        assert_int_equal(memory.ops->read(memory.context, BASE + 100, bytes, sizeof bytes), 0);
        assert_memory_equal(bytes, server.flash + 100, sizeof bytes);
        close_memory();
        assert_true(server.running);
        assert_false(server.was_reset);
    }
}

static void programs_and_erases(void **state)
{
    static const uint8_t bytes[] = "#$}*binary}}!\x00\xff\x7d\x2a##";
    uint8_t expected[BYTES];

    (void)state;
    for (int no_map = 0; no_map < 2; no_map++) {
        server_init(HONEST, NEVER);
        server.no_map = no_map != 0;
        memcpy(expected, server.flash, sizeof expected);
        memset(expected + PAGE, 0xFF, PAGE);
        memcpy(expected + PAGE + 64, bytes, 20);
        assert_int_equal(open_memory(), 0);
        assert_int_equal(memory.ops->erase(memory.context, BASE + PAGE, PAGE), 0);
        assert_int_equal(memory.ops->program(memory.context, BASE + PAGE + 64, bytes, 20), 0);
        close_memory();
        assert_memory_equal(server.flash, expected, sizeof expected);
        assert_true(server.running);
        assert_true(server.was_reset);
    }
}

static void a_server_that_wipes_the_rest_of_a_page_is_corrected(void **state)
{
    static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8};
    uint8_t expected[BYTES];

    (void)state;
    server_init(HONEST, NEVER);
    server.wipes = true;
    memcpy(expected, server.flash, sizeof expected);
    memcpy(expected + 2 * PAGE - 16, bytes, sizeof bytes);
    assert_int_equal(open_memory(), 0);
    assert_int_equal(memory.ops->program(memory.context, BASE + 2 * PAGE - 16, bytes, 8), 0);
    close_memory();
    assert_memory_equal(server.flash, expected, sizeof expected);
}

static void a_server_that_only_says_ok_is_found_out(void **state)
{
    static const uint8_t bytes[] = {1, 2, 3, 4};

    (void)state;
    server_init(HONEST, NEVER);
    server.lazy = true;
    assert_int_equal(open_memory(), 0);
    assert_int_equal(memory.ops->program(memory.context, BASE + PAGE - 8, bytes, 4), LINK_E_IO);
    assert_int_equal(memory.ops->erase(memory.context, BASE, PAGE), LINK_E_IO);
    close_memory();
}

/* Whatever the server does wrong from its n'th answer on: an error in time, or the right bytes. */
static void faults_are_errors_and_never_wrong_bytes(void **state)
{
    (void)state;
    for (enum fault fault = DIES; fault < FAULTS; fault++) {
        for (int at = 0; at < 12; at++) {
            uint8_t bytes[2500];
            uint32_t start;
            int error;

            server_init(fault, at);
            server.no_map = fault == NO_PLUS || fault == ALWAYS_MINUS || fault == ONCE_WRONG;
            start = server.now;
            error = open_memory();
            if (error != 0) {
                assert_true(error < 0);
                assert_true(server.now - start <= 20 * PATIENCE);
                continue;
            }
            error = memory.ops->read(memory.context, BASE, bytes, sizeof bytes);
            if (error == 0 && memcmp(bytes, server.flash, sizeof bytes) != 0) {
                fail_msg("fault %d at %d: wrong bytes, and no error", (int)fault, at);
            }
            if ((fault == SHORT || fault == UNASKED || fault == ONCE_WRONG) && error != 0) {
                fail_msg("fault %d at %d: error %d where none was due", (int)fault, at, error);
            }
            assert_true(error <= 0);
            assert_true(server.now - start <= 20 * PATIENCE);
            close_memory();
        }
    }
}

/* The same for changes: what is not done is said, and nothing else is touched. */
static void faults_while_programming_are_errors(void **state)
{
    static const uint8_t bytes[] = {9, 9, 9, 9};

    (void)state;
    for (enum fault fault = DIES; fault < FAULTS; fault++) {
        for (int at = 4; at < 16; at++) {
            uint8_t expected[BYTES];
            int error;

            server_init(fault, at);
            memcpy(expected, server.flash, sizeof expected);
            memcpy(expected + PAGE - 8, bytes, sizeof bytes);
            if (open_memory() != 0) {
                continue;
            }
            error = memory.ops->program(memory.context, BASE + PAGE - 8, bytes, sizeof bytes);
            if (error == 0 && memcmp(server.flash, expected, sizeof expected) != 0) {
                fail_msg("fault %d at %d: not programmed, and no error", (int)fault, at);
            }
            close_memory();
        }
    }
}

static void a_broken_connection_is_made_again_to_read(void **state)
{
    uint8_t bytes[2500];

    (void)state;
    server_init(DIES, 5);
    server.refused_connections = 0;
    assert_int_equal(open_memory(), 0);
    server.fault_at = server.asked + 1;
    server.connections = 0;
    {
        int error = memory.ops->read(memory.context, BASE, bytes, sizeof bytes);

        assert_true(error < 0); /* it dies again at once */
        assert_int_equal(server.connections, 1);
    }
    close_memory();
    server_init(DIES, 5);
    server.refused_connections = 0;
    assert_int_equal(open_memory(), 0);
    server.gone = true;
    server.fault = HONEST;
    assert_int_equal(memory.ops->read(memory.context, BASE, bytes, sizeof bytes), 0);
    assert_memory_equal(bytes, server.flash, sizeof bytes);
    assert_int_equal(server.connections, 1);
    close_memory();
    assert_true(server.running);
}

static void maps_are_read_and_odd_ones_are_not_believed(void **state)
{
    struct gdb_region region[GDB_REGIONS_MAX];
    char many[4096] = "";

    (void)state;
    assert_int_equal(gdb_map_read(server_map, region), 1);
    assert_int_equal(region[0].start, BASE);
    assert_int_equal(region[0].length, BYTES);
    assert_int_equal(region[0].block, PAGE);
    assert_int_equal(gdb_map_read("", region), 0);
    assert_int_equal(gdb_map_read("<memory type=\"flash\"", region), 0);
    assert_int_equal(
        gdb_map_read("<memory type=\"flash\" start=\"0x0\" length=\"0x10\"></memory>", region), 0);
    assert_int_equal(gdb_map_read("<memory type='flash' start='0xfffff000' length='0x2000'>"
                                  "<property name='blocksize'>0x1000</property></memory>",
                                  region),
                     0);
    assert_int_equal(gdb_map_read("<memory type='flash' start='0' length='0x2000'>"
                                  "<property name='blocksize'>0x1001</property></memory>",
                                  region),
                     0);
    for (int i = 0; i < 30; i++) {
        snprintf(many + strlen(many), sizeof many - strlen(many),
                 "<memory type='flash' start='%d' length='64'><property name='blocksize'>64"
                 "</property></memory>",
                 64 * i);
    }
    assert_int_equal(gdb_map_read(many, region), GDB_REGIONS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_is_there),
        cmocka_unit_test(programs_and_erases),
        cmocka_unit_test(a_server_that_wipes_the_rest_of_a_page_is_corrected),
        cmocka_unit_test(a_server_that_only_says_ok_is_found_out),
        cmocka_unit_test(faults_are_errors_and_never_wrong_bytes),
        cmocka_unit_test(faults_while_programming_are_errors),
        cmocka_unit_test(a_broken_connection_is_made_again_to_read),
        cmocka_unit_test(maps_are_read_and_odd_ones_are_not_believed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
