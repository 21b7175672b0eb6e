// SPDX-License-Identifier: Apache-2.0
/*
 * The client of GDB servers, against a server in the test: an honest one with flash, and ones that
 * lie, stammer, never end or die.
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
#include <offline/engine.h>
#include <offline/gdb_memory.h>

enum { BASE = 0x10000000, BYTES = 64 * 1024, PAGE = 4096, PATIENCE = 500, NEVER = 0x7FFFFFFF };

/* How the server answers what it is asked for the fault_at'th time, and from then on. */
enum fault {
    HONEST,
    DIES,       /* the connection breaks */
    SILENT,     /* nothing comes */
    ENDLESS,    /* bytes come for ever, and no packet */
    LONG,       /* a packet without end */
    CHECKSUM,   /* none is right */
    ONCE_WRONG, /* one is wrong, and right when it is sent again */
    ODD,        /* half a byte */
    TOO_MUCH,   /* more bytes than asked for */
    NO_HEX,
    NOTHING,   /* the empty packet: not supported */
    REFUSES,   /* E01 */
    BAD_RUN,   /* a run without anything to repeat */
    HUGE_RUNS, /* runs that make a packet of any size */
    CHATTER,   /* unasked packets for ever */
    UNASKED,   /* some unasked ones, then the answer */
    NO_PLUS,   /* no acknowledgement */
    ALWAYS_MINUS,
    SHORT, /* fewer bytes than asked for, which is allowed */
    FAULTS
};

static struct {
    uint8_t flash[BYTES];
    enum fault fault;
    int fault_at;
    int asked; /* requests so far */
    bool no_map;
    bool wipes; /* all is done at the end, and pages of which only a part came are erased */
    uint8_t pending[BYTES];
    bool is_pending[BYTES];
    bool lazy; /* says OK and does nothing */
    bool no_ack;
    bool gone;
    bool running;
    bool was_reset;
    int connections;
    int refused_connections; /* so many of the next are refused */
    uint8_t in[8192];
    size_t in_used;
    uint8_t out[65536];
    size_t out_first;
    size_t out_used;
    uint32_t now;
} s;

static void out_bytes(const void *data, size_t length)
{
    assert_true(length <= sizeof s.out - s.out_used);
    memcpy(s.out + s.out_used, data, length);
    s.out_used += length;
}

/* A packet of text; with runs where the same character comes again and again. */
static void out_packet(const char *text, bool wrong)
{
    uint8_t sum = 0;
    char tail[4];
    size_t length = strlen(text);

    out_bytes("$", 1);
    for (size_t i = 0; i < length;) {
        size_t run = 1;
        char head[3] = {text[i], '*', 0};

        while (i + run < length && text[i + run] == text[i] && run < 90) {
            run++;
        }
        /* '#' and '$' cannot be counts: six and seven repeats. */
        if (run > 3 && run - 1 + 29 != '#' && run - 1 + 29 != '$') {
            head[2] = (char)(run - 1 + 29);
            out_bytes(head, 3);
            sum = (uint8_t)(sum + (uint8_t)head[0] + (uint8_t)head[1] + (uint8_t)head[2]);
            i += run;
        } else {
            out_bytes(text + i, 1);
            sum = (uint8_t)(sum + (uint8_t)text[i]);
            i++;
        }
    }
    snprintf(tail, sizeof tail, "#%02x", (uint8_t)(sum + (wrong ? 1 : 0)));
    out_bytes(tail, 3);
}

static char last_answer[8192];

/* Answers as the fault has it. */
static void answer(const char *text)
{
    const bool faulty = s.asked++ >= s.fault_at && s.fault != HONEST;
    char changed[8192];

    snprintf(last_answer, sizeof last_answer, "%s", text);
    if (!faulty) {
        out_packet(text, false);
        return;
    }
    snprintf(changed, sizeof changed, "%s", text);
    switch (s.fault) {
    case DIES:
        s.gone = true;
        return;
    case SILENT:
    case ENDLESS:
    case LONG:
    case CHATTER:
        return; /* what comes is made as it is read */
    case CHECKSUM:
    case ONCE_WRONG:
        out_packet(text, true);
        return;
    case ODD:
        changed[strlen(changed) > 0 ? strlen(changed) - 1 : 0] = '\0';
        break;
    case TOO_MUCH:
        memset(changed, '0', sizeof changed - 1);
        changed[4096] = '\0';
        break;
    case NO_HEX:
        memset(changed, 'z', strlen(changed));
        break;
    case NOTHING:
        changed[0] = '\0';
        break;
    case REFUSES:
        snprintf(changed, sizeof changed, "E01");
        break;
    case BAD_RUN:
        out_bytes("$* #4a", 6);
        return;
    case HUGE_RUNS:
        out_bytes("$0", 2);
        for (int i = 0; i < 5000; i++) {
            out_bytes("*~", 2);
        }
        out_bytes("#00", 3);
        return;
    case UNASKED:
        out_packet("O68656c6c6f", false);
        out_packet("T05thread:01;", false);
        break;
    case SHORT:
        if (strlen(changed) > 8 && changed[0] != 'm' && changed[0] != 'l' && changed[0] != 'P') {
            changed[4] = '\0';
        }
        break;
    default:
        break;
    }
    out_packet(changed, false);
}

static void answer_read(const char *request)
{
    static const char digits[] = "0123456789abcdef";
    unsigned address;
    unsigned length;
    char text[4200];

    if (sscanf(request, "m%x,%x", &address, &length) != 2 || length > 2048 || address < BASE ||
        address - BASE > BYTES || length > BYTES - (address - BASE)) {
        answer("E14");
        return;
    }
    for (unsigned i = 0; i < length; i++) {
        text[2 * i] = digits[s.flash[address - BASE + i] >> 4];
        text[2 * i + 1] = digits[s.flash[address - BASE + i] & 15];
    }
    text[2 * length] = '\0';
    answer(text);
}

static bool in_flash(unsigned address, size_t length)
{
    return address >= BASE && address - BASE <= BYTES && length <= BYTES - (address - BASE);
}

static void program(unsigned address, const uint8_t *data, size_t length, bool memory)
{
    assert_true(in_flash(address, length));
    for (size_t i = 0; i < length && !s.lazy; i++) {
        uint8_t *byte = &s.flash[address - BASE + i];

        if (s.wipes) {
            s.pending[address - BASE + i] = data[i];
            s.is_pending[address - BASE + i] = true;
        } else {
            *byte = memory ? data[i] : (uint8_t)(*byte & data[i]);
        }
    }
}

/* As pyOCD 0.13 does it. */
static void wipe_and_program(void)
{
    for (size_t page = 0; page < BYTES; page += PAGE) {
        if (memchr(s.is_pending + page, 1, PAGE) == NULL) {
            continue;
        }
        for (size_t i = page; i < page + PAGE; i++) {
            s.flash[i] = s.is_pending[i] ? s.pending[i] : 0xFF;
        }
    }
    memset(s.is_pending, 0, sizeof s.is_pending);
}

static const char map_text[] =
    "l<?xml version=\"1.0\"?><memory-map><memory type=\"ram\" start=\"0x20000000\" "
    "length=\"0x1000\"/><memory type=\"flash\" start=\"0x10000000\" length=\"0x10000\">"
    "<property name=\"blocksize\">0x1000</property></memory></memory-map>";

/* Does what a request asks, of `length` bytes already unescaped. */
static void serve(uint8_t *request, size_t length)
{
    const char *text = (const char *)request;
    const uint8_t *data = memchr(request, ':', length);
    unsigned address = 0;
    unsigned size = 0;

    request[length] = '\0';
    if (strncmp(text, "qSupported", 10) == 0) {
        answer(s.no_map ? "PacketSize=400"
                        : "PacketSize=400;QStartNoAckMode+;qXfer:memory-map:read+");
    } else if (strcmp(text, "QStartNoAckMode") == 0) {
        answer("OK");
        s.no_ack = true;
    } else if (strncmp(text, "qXfer", 5) == 0) {
        answer(map_text);
    } else if (strncmp(text, "qRcmd,", 6) == 0) {
        s.was_reset = true;
        answer("OK");
    } else if (text[0] == 'm') {
        answer_read(text);
    } else if (text[0] == 'X' && sscanf(text, "X%x,%x:", &address, &size) == 2) {
        if (size > 0) {
            assert_int_equal(request + length - (data + 1), size);
            program(address, data + 1, size, true);
        }
        answer("OK");
    } else if (sscanf(text, "vFlashErase:%x,%x", &address, &size) == 2) {
        assert_true(in_flash(address, size) && address % PAGE == 0 && size % PAGE == 0);
        if (!s.lazy) {
            memset(s.flash + (address - BASE), 0xFF, size);
        }
        answer("OK");
    } else if (sscanf(text, "vFlashWrite:%x:", &address) == 1) {
        data = memchr(data + 1, ':', length - (size_t)(data + 1 - request));
        program(address, data + 1, (size_t)(request + length - (data + 1)), false);
        answer("OK");
    } else if (strcmp(text, "vFlashDone") == 0) {
        wipe_and_program();
        answer("OK");
    } else if (strcmp(text, "c") == 0) {
        s.running = true;
    } else {
        answer("");
    }
}

/* Takes whole packets out of what has come. */
static void take(void)
{
    size_t at = 0;

    while (at < s.in_used) {
        const uint8_t *end = memchr(s.in + at, '#', s.in_used - at);
        uint8_t request[4096];
        size_t length = 0;
        uint8_t sum = 0;

        if (s.in[at] == '-' && s.fault == ONCE_WRONG) {
            out_packet(last_answer, false);
        } else if (s.in[at] == '-' && s.fault == CHECKSUM) {
            out_packet(last_answer, true);
        }
        if (s.in[at] != '$') {
            at++;
            continue;
        }
        if (end == NULL || (size_t)(end - s.in) + 3 > s.in_used) {
            break;
        }
        for (const uint8_t *p = s.in + at + 1; p < end; p++) {
            sum = (uint8_t)(sum + *p);
            if (*p == '}') {
                p++;
                sum = (uint8_t)(sum + *p);
                request[length++] = *p ^ 0x20;
            } else {
                request[length++] = *p;
            }
        }
        {
            const char digits[3] = {(char)end[1], (char)end[2], 0};

            assert_int_equal(strtoul(digits, NULL, 16), sum);
        }
        at = (size_t)(end - s.in) + 3;
        if (s.asked >= s.fault_at && s.fault == ALWAYS_MINUS && !s.no_ack) {
            out_bytes("-", 1);
            continue;
        }
        if (!s.no_ack && !(s.asked >= s.fault_at && s.fault == NO_PLUS)) {
            out_bytes("+", 1);
        }
        serve(request, length);
    }
    memmove(s.in, s.in + at, s.in_used - at);
    s.in_used -= at;
}

static int line_read(void *context, uint8_t *data, size_t capacity, uint32_t timeout_ms)
{
    const bool faulty = s.asked > s.fault_at;
    size_t count = s.out_used - s.out_first;

    (void)context;
    if (count > 0) {
        count = count < capacity ? count : capacity;
        memcpy(data, s.out + s.out_first, count);
        s.out_first += count;
        if (s.out_first == s.out_used) {
            s.out_first = 0;
            s.out_used = 0;
        }
        return (int)count;
    }
    if (s.gone) {
        return LINK_E_IO;
    }
    if (faulty && s.fault == ENDLESS) {
        memset(data, '+', capacity);
        s.now++;
        return (int)capacity;
    }
    if (faulty && s.fault == LONG) {
        memset(data, 'a', capacity);
        data[0] = s.now++ == 0 ? '$' : 'a';
        return (int)capacity;
    }
    if (faulty && s.fault == CHATTER) {
        s.now++;
        out_packet("O41", false);
        return 0;
    }
    s.now += timeout_ms;
    return 0;
}

static int line_write(void *context, const uint8_t *data, size_t length)
{
    (void)context;
    if (s.gone) {
        return LINK_E_IO;
    }
    assert_true(length <= sizeof s.in - s.in_used);
    memcpy(s.in + s.in_used, data, length);
    s.in_used += length;
    take();
    return 0;
}

static uint32_t line_now(void *context)
{
    (void)context;
    return s.now;
}

static bool reconnect(void *context)
{
    (void)context;
    if (s.refused_connections > 0) {
        s.refused_connections--;
        return false;
    }
    s.connections++;
    s.gone = false;
    s.no_ack = false;
    s.in_used = 0;
    s.out_first = 0;
    s.out_used = 0;
    return true;
}

static void close_line(void *context)
{
    (void)context;
}

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

static void server_init(enum fault fault, int fault_at)
{
    memset(&s, 0, sizeof s);
    for (size_t i = 0; i < sizeof s.flash; i++) {
        s.flash[i] = (uint8_t)(i % PAGE < PAGE / 2 ? i * 13 + i / 256 : 0xFF);
    }
    s.fault = fault;
    s.fault_at = fault_at;
    s.refused_connections = NEVER;
}

static int open_memory(void)
{
    const struct gdb_connection connection = {
        .line = {line_read, line_write, line_now, NULL},
        .reconnect = reconnect,
        .close = close_line,
    };

    return gdb_memory_open(&connection, &board, PATIENCE, &memory, &changeable, NULL);
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
        s.no_map = no_map != 0;
        assert_int_equal(open_memory(), 0);
        assert_true(changeable);
        assert_int_equal(memory.ops->read(memory.context, BASE + 100, bytes, sizeof bytes), 0);
        assert_memory_equal(bytes, s.flash + 100, sizeof bytes);
        close_memory();
        assert_true(s.running);
        assert_false(s.was_reset);
    }
}

static void programs_and_erases(void **state)
{
    static const uint8_t bytes[] = "#$}*binary}}!\x00\xff\x7d\x2a##";
    uint8_t expected[BYTES];

    (void)state;
    for (int no_map = 0; no_map < 2; no_map++) {
        server_init(HONEST, NEVER);
        s.no_map = no_map != 0;
        memcpy(expected, s.flash, sizeof expected);
        memset(expected + PAGE, 0xFF, PAGE);
        memcpy(expected + PAGE + 64, bytes, 20);
        assert_int_equal(open_memory(), 0);
        assert_int_equal(memory.ops->erase(memory.context, BASE + PAGE, PAGE), 0);
        assert_int_equal(memory.ops->program(memory.context, BASE + PAGE + 64, bytes, 20), 0);
        close_memory();
        assert_memory_equal(s.flash, expected, sizeof expected);
        assert_true(s.running);
        assert_true(s.was_reset);
    }
}

static void a_server_that_wipes_the_rest_of_a_page_is_corrected(void **state)
{
    static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8};
    uint8_t expected[BYTES];

    (void)state;
    server_init(HONEST, NEVER);
    s.wipes = true;
    memcpy(expected, s.flash, sizeof expected);
    memcpy(expected + 2 * PAGE - 16, bytes, sizeof bytes);
    assert_int_equal(open_memory(), 0);
    assert_int_equal(memory.ops->program(memory.context, BASE + 2 * PAGE - 16, bytes, 8), 0);
    close_memory();
    assert_memory_equal(s.flash, expected, sizeof expected);
}

static void a_server_that_only_says_ok_is_found_out(void **state)
{
    static const uint8_t bytes[] = {1, 2, 3, 4};

    (void)state;
    server_init(HONEST, NEVER);
    s.lazy = true;
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
            s.no_map = fault == NO_PLUS || fault == ALWAYS_MINUS || fault == ONCE_WRONG;
            start = s.now;
            error = open_memory();
            if (error != 0) {
                assert_true(error < 0);
                assert_true(s.now - start <= 20 * PATIENCE);
                continue;
            }
            error = memory.ops->read(memory.context, BASE, bytes, sizeof bytes);
            if (error == 0 && memcmp(bytes, s.flash, sizeof bytes) != 0) {
                fail_msg("fault %d at %d: wrong bytes, and no error", (int)fault, at);
            }
            if ((fault == SHORT || fault == UNASKED || fault == ONCE_WRONG) && error != 0) {
                fail_msg("fault %d at %d: error %d where none was due", (int)fault, at, error);
            }
            assert_true(error <= 0);
            assert_true(s.now - start <= 20 * PATIENCE);
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
            memcpy(expected, s.flash, sizeof expected);
            memcpy(expected + PAGE - 8, bytes, sizeof bytes);
            if (open_memory() != 0) {
                continue;
            }
            error = memory.ops->program(memory.context, BASE + PAGE - 8, bytes, sizeof bytes);
            if (error == 0 && memcmp(s.flash, expected, sizeof expected) != 0) {
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
    s.refused_connections = 0;
    assert_int_equal(open_memory(), 0);
    s.fault_at = s.asked + 1;
    s.connections = 0;
    {
        int error = memory.ops->read(memory.context, BASE, bytes, sizeof bytes);

        assert_true(error < 0); /* it dies again at once */
        assert_int_equal(s.connections, 1);
    }
    close_memory();
    server_init(DIES, 5);
    s.refused_connections = 0;
    assert_int_equal(open_memory(), 0);
    s.gone = true;
    s.fault = HONEST;
    assert_int_equal(memory.ops->read(memory.context, BASE, bytes, sizeof bytes), 0);
    assert_memory_equal(bytes, s.flash, sizeof bytes);
    assert_int_equal(s.connections, 1);
    close_memory();
    assert_true(s.running);
}

static void maps_are_read_and_odd_ones_are_not_believed(void **state)
{
    struct gdb_region region[GDB_REGIONS_MAX];
    char many[4096] = "";

    (void)state;
    assert_int_equal(gdb_map_read(map_text, region), 1);
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
