// SPDX-License-Identifier: Apache-2.0
/*
 * Apps changed through a debug probe whose server dies, stalls or lies at each of its packets in
 * turn: the store holds, and the same command ends what was begun. And what each kind of server is
 * told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <link/error.h>
#include <offline/gdb_memory.h>

#include "offline_support.h"

enum { PATIENCE = 500, READ_STRIDE = 97, ASKED_MAX = 100000 };

/* What the server does with the request at which it goes wrong, and with all after it. */
enum fault {
    HONEST,
    DIES,        /* before it does anything */
    DIES_BEHIND, /* it does it, and its answer is lost */
    DIES_TORN,   /* it does a half */
    STALLS,      /* it hears, does, and says nothing */
    LIES,        /* it says OK, and does nothing */
    REFUSES,     /* E01 */
    FAULTS
};

static struct {
    struct ram_flash *flash;
    enum fault fault;
    int fault_at;
    int asked; /* requests so far, but for reads; with counts_reads all of them */
    bool counts_reads;
    bool gone;
    bool running;
    uint8_t in[8192];
    size_t in_used;
    uint8_t out[16384];
    size_t out_first;
    size_t out_used;
    uint32_t now;
    bool recording;
    char requests[1024]; /* with ' ' between them */
} server;

static void put(const char *text)
{
    const size_t length = strlen(text);

    assert_true(length <= sizeof server.out - server.out_used);
    memcpy(server.out + server.out_used, text, length);
    server.out_used += length;
}

static void answer(const char *text)
{
    uint8_t sum = 0;
    char tail[4];

    for (const char *c = text; *c != '\0'; c++) {
        sum = (uint8_t)(sum + (uint8_t)*c);
    }
    snprintf(tail, sizeof tail, "#%02x", sum);
    put("$");
    put(text);
    put(tail);
}

static const char map_text[] =
    "l<memory-map><memory type=\"flash\" start=\"0x10000000\" length=\"0x40000\"><property "
    "name=\"blocksize\">0x1000</property></memory></memory-map>";

static uint8_t *at(unsigned address, size_t length)
{
    assert_true(address >= FLASH_BASE && length <= FLASH_BYTES &&
                address - FLASH_BASE <= FLASH_BYTES - length);
    return server.flash->bytes + (address - FLASH_BASE);
}

static void answer_read(unsigned address, unsigned length)
{
    static char hex[8192];
    const uint8_t *bytes = at(address, length);

    for (unsigned i = 0; i < length; i++) {
        hex[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    hex[2 * length] = '\0';
    answer(hex);
}

/* Does what is asked, or a part of it. @return whether it was one that is answered by OK */
static bool change(const uint8_t *request, size_t length, bool half)
{
    const char *text = (const char *)request;
    unsigned address;
    unsigned size;

    if (sscanf(text, "vFlashErase:%x,%x", &address, &size) == 2) {
        memset(at(address, size), 0xFF, half ? size / 2 : size);
        return true;
    }
    if (sscanf(text, "vFlashWrite:%x:", &address) == 1) {
        const uint8_t *data = memchr(request + 12, ':', length - 12);
        size_t count = length - (size_t)(data + 1 - request);
        uint8_t *to = at(address, count);

        count = half ? count / 8 * 4 : count;
        for (size_t i = 0; i < count; i++) {
            to[i] &= data[1 + i];
        }
        return true;
    }
    return strcmp(text, "vFlashDone") == 0;
}

static void serve_honestly(const uint8_t *request, size_t length)
{
    const char *text = (const char *)request;
    unsigned address;
    unsigned size;

    if (strncmp(text, "qSupported", 10) == 0) {
        answer("PacketSize=800;qXfer:memory-map:read+");
    } else if (strncmp(text, "qXfer", 5) == 0) {
        answer(map_text);
    } else if (sscanf(text, "m%x,%x", &address, &size) == 2) {
        answer_read(address, size);
    } else if (strncmp(text, "qRcmd", 5) == 0) {
        answer("OK");
    } else if (strncmp(text, "vAttach", 7) == 0 || strncmp(text, "vRun", 4) == 0) {
        answer("T05thread:01;");
    } else if (strcmp(text, "D") == 0) {
        server.running = true;
        answer("OK");
    } else if (strcmp(text, "c") == 0) {
        server.running = true;
    } else {
        answer(change(request, length, false) ? "OK" : "");
    }
}

static void serve(const uint8_t *request, size_t length)
{
    const bool counts = server.counts_reads || request[0] != 'm';
    const bool faulty = server.fault != HONEST && server.asked + (counts ? 1 : 0) > server.fault_at;

    server.asked += counts ? 1 : 0;

    if (server.recording && request[0] != 'm' && request[0] != 'X') {
        const size_t used = strlen(server.requests);

        snprintf(server.requests + used, sizeof server.requests - used, "%.40s ",
                 (const char *)request);
    }
    if (!faulty) {
        serve_honestly(request, length);
        return;
    }
    if (server.fault == DIES_BEHIND || server.fault == STALLS || server.fault == DIES_TORN) {
        (void)change(request, length, server.fault == DIES_TORN);
    }
    if (server.fault == REFUSES) {
        answer("E01");
    } else if (server.fault == LIES) {
        if (strncmp((const char *)request, "vFlash", 6) == 0) {
            answer("OK");
        } else {
            serve_honestly(request, length);
        }
    } else {
        server.gone = server.fault != STALLS;
    }
}

/* One packet, or one byte that is none. @return what of the input that was; 0: not all is there */
static size_t take(size_t from)
{
    const uint8_t *p = server.in + from;
    const uint8_t *end = memchr(p, '#', server.in_used - from);
    uint8_t request[4096];
    size_t length = 0;

    if (*p == 3) {
        server.running = false;
        answer("T02");
    }
    if (*p != '$') {
        return 1;
    }
    if (end == NULL || end + 3 > server.in + server.in_used) {
        return 0;
    }
    for (p++; p < end; p++) {
        request[length++] = *p == '}' ? *++p ^ 0x20 : *p;
    }
    request[length] = '\0';
    if (!(server.gone || (server.fault == STALLS && server.asked > server.fault_at))) {
        put("+");
    }
    if (!server.gone) {
        serve(request, length);
    }
    return (size_t)(end + 3 - (server.in + from));
}

static int line_write(void *context, const uint8_t *data, size_t length)
{
    size_t used = 0;
    size_t part = 1;

    (void)context;
    if (server.gone) {
        return LINK_E_IO;
    }
    assert_true(length <= sizeof server.in - server.in_used);
    memcpy(server.in + server.in_used, data, length);
    server.in_used += length;
    while (used < server.in_used && part > 0) {
        part = take(used);
        used += part;
    }
    memmove(server.in, server.in + used, server.in_used - used);
    server.in_used -= used;
    return 0;
}

static int line_read(void *context, uint8_t *data, size_t capacity, uint32_t timeout_ms)
{
    size_t count = server.out_used - server.out_first;

    (void)context;
    if (count == 0) {
        server.now += timeout_ms;
        return server.gone ? (int)LINK_E_IO : 0;
    }
    count = count < capacity ? count : capacity;
    memcpy(data, server.out + server.out_first, count);
    server.out_first += count;
    if (server.out_first == server.out_used) {
        server.out_first = 0;
        server.out_used = 0;
    }
    return (int)count;
}

static uint32_t line_now(void *context)
{
    (void)context;
    return server.now;
}

static void close_line(void *context)
{
    (void)context;
}

static struct ram_flash flash;
static struct session session;
static struct app one;
static struct app two;
static struct app newer;

static int host_read(void *context, uint8_t *data, size_t capacity, uint32_t timeout_ms)
{
    (void)timeout_ms;
    return offline_receive(context, data, capacity);
}

static int host_write(void *context, const uint8_t *data, size_t length)
{
    return offline_send(context, data, length);
}

static uint32_t host_now(void *context)
{
    static uint32_t now;

    (void)context;
    return now++;
}

/* A session through a probe; false: it does not even begin. */
static bool probe_open(enum fault fault, int fault_at, bool reads,
                       const struct gdb_dialect *dialect)
{
    const struct gdb_connection connection = {
        .line = {line_read, line_write, line_now, NULL},
        .dialect = dialect,
        .close = close_line,
    };
    struct memory memory;
    bool changeable = false;

    memset(&server, 0, sizeof server);
    server.flash = &flash;
    server.fault = fault;
    server.fault_at = fault_at;
    server.counts_reads = reads;
    server.recording = fault == HONEST;
    if (gdb_memory_open(&connection, &small_board, PATIENCE, &memory, &changeable, NULL) != 0) {
        return false;
    }
    session.offline = offline_open(&small_board, &memory);
    assert_non_null(session.offline);
    session.transport = (struct link_transport){host_read, host_write, host_now, session.offline};
    link_host_init(&session.host, &session.transport, NULL);
    assert_int_equal(link_host_hello(&session.host), 0);
    return true;
}

static void start(void)
{
    static uint8_t kept[FLASH_BYTES];

    ram_flash_init(&flash);
    if (one.size != 0) {
        memcpy(flash.bytes, kept, sizeof kept);
        return;
    }
    app_make(&one, "one", 1, 4096);
    app_make(&two, "two", 1, 4096);
    app_make(&newer, "one", 2, 4096);
    memcpy(newer.begin.fingerprint, one.begin.fingerprint, sizeof newer.begin.fingerprint);
    session_open(&session, &flash);
    assert_int_equal(app_install(&session, &one, 0), 0);
    assert_int_equal(app_install(&session, &two, 0), 0);
    session_close(&session);
    memcpy(kept, flash.bytes, sizeof kept);
}

static bool is_there(const struct link_entry *entry, const struct app *app)
{
    return memcmp(flash.bytes + (entry->app.address - FLASH_BASE), app->object,
                  app->begin.binary_end) == 0;
}

/* Looked at without the probe. */
static void check_store(enum fault fault, int fault_at)
{
    struct link_entry entry;
    int error;

    session_open(&session, &flash);
    if (!app_find(&session, "one", &entry) ||
        (!is_there(&entry, &one) && !is_there(&entry, &newer))) {
        fail_msg("fault %d at %d: the app is neither the old nor the new one", (int)fault,
                 fault_at);
    }
    if (!app_find(&session, "two", &entry) || !is_there(&entry, &two)) {
        fail_msg("fault %d at %d: the other app has changed", (int)fault, fault_at);
    }
    error = app_install(&session, &newer, 0);
    if ((error != 0 && error != LINK_NOTHING) || !app_find(&session, "one", &entry) ||
        !is_there(&entry, &newer)) {
        fail_msg("fault %d at %d: the repeated command ends with %d", (int)fault, fault_at, error);
    }
    session_close(&session);
}

/* @return whether the server went wrong at all */
static bool update_with(enum fault fault, int fault_at, bool reads)
{
    int error = LINK_E_IO;

    start();
    if (probe_open(fault, fault_at, reads, NULL)) {
        error = app_install(&session, &newer, 0);
        session_close(&session);
    }
    if (server.asked <= fault_at) {
        assert_int_equal(error, 0);
        return false;
    }
    assert_true(server.now < 40 * PATIENCE * 12);
    if (error == 0) { /* it went wrong when all was done, or the tool leaves it */
        struct link_entry entry;

        session_open(&session, &flash);
        assert_true(app_find(&session, "one", &entry));
        assert_true(is_there(&entry, &newer));
        session_close(&session);
    } else {
        assert_true(error < 0); /* lost, rather than "no" */
    }
    check_store(fault, fault_at);
    return true;
}

/* What changes nothing in the flash need not be tried at each packet. */
static void sweep(enum fault fault)
{
    int packets = 0;
    int reads = 0;

    while (packets < ASKED_MAX && update_with(fault, packets, false)) {
        packets++;
    }
    while (reads < ASKED_MAX && update_with(fault, reads, true)) {
        reads += READ_STRIDE;
    }
    print_message("%d packets, %d with reads\n", packets, reads);
    assert_true(packets > 30 && packets < ASKED_MAX && reads > packets && reads < ASKED_MAX);
}

static void a_server_that_dies_leaves_a_store_that_holds(void **state)
{
    (void)state;
    sweep(DIES);
}

static void a_server_that_dies_when_it_has_done_it_does_so_too(void **state)
{
    (void)state;
    sweep(DIES_BEHIND);
}

static void a_server_that_dies_half_way_does_so_too(void **state)
{
    (void)state;
    sweep(DIES_TORN);
}

static void a_server_that_stalls_does_so_too(void **state)
{
    (void)state;
    sweep(STALLS);
}

static void a_server_that_only_says_ok_does_so_too(void **state)
{
    (void)state;
    sweep(LIES);
}

static void a_server_that_refuses_does_so_too(void **state)
{
    (void)state;
    sweep(REFUSES);
}

/* The requests but for reads, of a session that changes nothing and of one that does. */
static void each_kind_is_told_what_it_understands(void **state)
{
    static const struct {
        const struct gdb_dialect *dialect;
        const char *first;   /* after the first question */
        const char *last;    /* when nothing was changed */
        const char *changed; /* when something was */
    } kinds[] = {
        {&gdb_dialect_plain, "qXfer", "c ", "qRcmd,72657365742068616c74 c "},
        /* In turn: "reset halt", "if {[[target curr" and so on, "reset run", "reset", "swdp_scan".
         */
        {&gdb_dialect_openocd, "qXfer", "qRcmd,6966207b5b5b7461726765742063757272 ",
         "qRcmd,72657365742072756e "},
        {&gdb_dialect_pyocd, "qXfer", "D ", "qRcmd,72657365742068616c74 D "},
        {&gdb_dialect_jlink, "qXfer", "c ", "qRcmd,7265736574 c "},
        {&gdb_dialect_bmp, "qRcmd,737764705f7363616e vAttach;1 qXfer", "D ", "vRun; D "},
    };

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        for (int changes = 0; changes < 2; changes++) {
            struct link_entry entry;
            const char *wanted = changes != 0 ? kinds[i].changed : kinds[i].last;
            const char *first;

            start();
            assert_true(probe_open(HONEST, 0, false, kinds[i].dialect));
            assert_true(app_find(&session, "two", &entry));
            if (changes != 0) {
                assert_int_equal(app_ask(&session, LINK_REMOVE, &entry), 0);
            }
            server.requests[sizeof server.requests - 200] = '\0'; /* room for the last ones */
            session_close(&session);
            first = strchr(server.requests, ' ') + 1;
            if (strncmp(first, kinds[i].first, strlen(kinds[i].first)) != 0 ||
                strlen(server.requests) < strlen(wanted) ||
                strcmp(server.requests + strlen(server.requests) - strlen(wanted), wanted) != 0) {
                fail_msg("%s was told: %s", kinds[i].dialect->name, server.requests);
            }
        }
    }
}

static void a_target_is_stopped_and_runs_again(void **state)
{
    const struct link_transport line = {line_read, line_write, line_now, NULL};
    static struct gdb gdb;
    uint8_t bytes[16];

    (void)state;
    start();
    memset(&server, 0, sizeof server);
    server.flash = &flash;
    assert_int_equal(gdb_begin(&gdb, &gdb_dialect_plain, &line, PATIENCE), 0);
    assert_int_equal(gdb_halt(&gdb), 0); /* it is halted already */
    for (int i = 0; i < 3; i++) {
        assert_int_equal(gdb_run(&gdb), 0);
        assert_true(server.running);
        assert_int_equal(gdb_halt(&gdb), 0);
        assert_false(server.running);
        assert_int_equal(gdb_read(&gdb, FLASH_BASE, bytes, sizeof bytes), 0);
        assert_memory_equal(bytes, flash.bytes, sizeof bytes);
    }
    assert_int_equal(gdb_run(&gdb), 0);
    assert_int_equal(gdb_end(&gdb, false), 0);
    assert_true(server.running);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_that_dies_leaves_a_store_that_holds),
        cmocka_unit_test(a_server_that_dies_when_it_has_done_it_does_so_too),
        cmocka_unit_test(a_server_that_dies_half_way_does_so_too),
        cmocka_unit_test(a_server_that_stalls_does_so_too),
        cmocka_unit_test(a_server_that_only_says_ok_does_so_too),
        cmocka_unit_test(a_server_that_refuses_does_so_too),
        cmocka_unit_test(each_kind_is_told_what_it_understands),
        cmocka_unit_test(a_target_is_stopped_and_runs_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
