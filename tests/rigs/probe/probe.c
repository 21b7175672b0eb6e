// SPDX-License-Identifier: Apache-2.0
/*
 * probe SOCKET FLASH [CHANGES]: a debug probe that OpenOCD drives by its remote_bitbang protocol
 * (OpenOCD's manual, doc/manual/jtag/drivers/remote_bitbang.txt) over a Unix socket, with a chip
 * behind it. A JTAG debug port and one memory access port after Arm's debug interface, version 5
 * (IHI 0031). Prints "ready", and on standard error what the core does. Ends with SIGTERM, or dies
 * after so many changes of the flash.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "chip.h"

enum tap {
    TEST_RESET,
    RUN_IDLE,
    SELECT_DR,
    CAPTURE_DR,
    SHIFT_DR,
    EXIT1_DR,
    PAUSE_DR,
    EXIT2_DR,
    UPDATE_DR,
    SELECT_IR,
    CAPTURE_IR,
    SHIFT_IR,
    EXIT1_IR,
    PAUSE_IR,
    EXIT2_IR,
    UPDATE_IR
};

/* IEEE 1149.1, figure 6-1: where TMS leads. */
static const enum tap next_tap[16][2] = {
    [TEST_RESET] = {RUN_IDLE, TEST_RESET}, [RUN_IDLE] = {RUN_IDLE, SELECT_DR},
    [SELECT_DR] = {CAPTURE_DR, SELECT_IR}, [CAPTURE_DR] = {SHIFT_DR, EXIT1_DR},
    [SHIFT_DR] = {SHIFT_DR, EXIT1_DR},     [EXIT1_DR] = {PAUSE_DR, UPDATE_DR},
    [PAUSE_DR] = {PAUSE_DR, EXIT2_DR},     [EXIT2_DR] = {SHIFT_DR, UPDATE_DR},
    [UPDATE_DR] = {RUN_IDLE, SELECT_DR},   [SELECT_IR] = {CAPTURE_IR, TEST_RESET},
    [CAPTURE_IR] = {SHIFT_IR, EXIT1_IR},   [SHIFT_IR] = {SHIFT_IR, EXIT1_IR},
    [EXIT1_IR] = {PAUSE_IR, UPDATE_IR},    [PAUSE_IR] = {PAUSE_IR, EXIT2_IR},
    [EXIT2_IR] = {SHIFT_IR, UPDATE_IR},    [UPDATE_IR] = {RUN_IDLE, SELECT_DR},
};

enum { IR_ABORT = 8, IR_DPACC = 10, IR_APACC = 11, IR_IDCODE = 14, IR_BITS = 4, ACCESS_BITS = 35 };

#define IDCODE       0x4BA00477u
#define AP_IDENTITY  0x24770011u /* an AHB-AP */
#define ACK_OK       2u
#define STICKY_ERROR 0x20u
#define POWER        0x50000000u

static enum tap tap = TEST_RESET;
static unsigned instruction = IR_IDCODE;
static uint64_t shift;
static unsigned shift_bits;
static bool clock_was_high;
static uint32_t result; /* of the access before */
static uint32_t dp_control;
static uint32_t dp_select;
static uint32_t ap_control = 0x23000042;
static uint32_t ap_address;
static bool sticky;
static volatile sig_atomic_t ended;

/* One access of the size that the control word says, on its lanes; the address goes on, within 4
 * KiB. */
static bool access_once(bool write, uint32_t *value)
{
    const unsigned size = 1u << (ap_control & 7);
    const unsigned lane = 8 * (ap_address & 3 & ~(size - 1));
    const uint32_t mask = (size == 4 ? UINT32_MAX : (1u << 8 * size) - 1) << lane;
    uint32_t word = 0;

    if (size > 4 ||
        !(write ? chip_write(ap_address, *value, mask) : chip_read(ap_address, &word))) {
        return false;
    }
    *value = write ? *value : word & mask;
    if ((ap_control & 0x30) != 0) {
        ap_address = (ap_address & ~0xFFFu) | ((ap_address + size) & 0xFFF);
    }
    return true;
}

/* Packed: several small ones in a word. */
static bool access_data(bool write, uint32_t *value)
{
    const unsigned size = 1u << (ap_control & 7);
    const unsigned count = (ap_control & 0x30) == 0x20 ? 4 / size : 1;
    uint32_t all = 0;

    for (unsigned i = 0; i < count; i++) {
        uint32_t one = *value;

        if (!access_once(write, &one)) {
            return false;
        }
        all |= one;
    }
    *value = write ? *value : all;
    return true;
}

static bool access_word(bool write, uint32_t address, uint32_t *value)
{
    return write ? chip_write(address, *value, UINT32_MAX) : chip_read(address, value);
}

static void access_ap(bool write, unsigned low, uint32_t *value)
{
    const unsigned which = (dp_select & 0xF0) | low;
    bool good = true;

    if (sticky || dp_select >> 24 != 0) { /* there is one port only */
        *value = 0;
        return;
    }
    switch (which) {
    case 0x00:
        ap_control = write ? (*value & 0x7F000037) | 0x40 : ap_control;
        *value = ap_control;
        break;
    case 0x04:
        ap_address = write ? *value : ap_address;
        *value = ap_address;
        break;
    case 0x0C:
        good = access_data(write, value);
        break;
    case 0x10:
    case 0x14:
    case 0x18:
    case 0x1C:
        good = access_word(write, (ap_address & ~15u) + (which & 15), value);
        break;
    case 0xF8:
        *value = 0xE00FF003; /* a table of components, which is empty */
        break;
    case 0xFC:
        *value = AP_IDENTITY;
        break;
    default:
        *value = 0;
        break;
    }
    sticky = !good;
}

static void access_dp(bool write, unsigned which, uint32_t *value)
{
    if (which == 4 && write) {
        dp_control = *value & 0x54000F01;
        sticky = sticky && (*value & STICKY_ERROR) == 0;
    } else if (which == 4) {
        *value = dp_control | (dp_control & POWER) << 1 | (sticky ? STICKY_ERROR : 0);
    } else if (which == 8) {
        dp_select = write ? *value : dp_select;
        *value = dp_select;
    } else if (!write) {
        *value = which == 0 ? IDCODE : 0;
    }
}

static void capture(void)
{
    if (tap == CAPTURE_IR) {
        shift = 1;
        shift_bits = IR_BITS;
    } else if (instruction == IR_IDCODE) {
        shift = IDCODE;
        shift_bits = 32;
    } else if (instruction == IR_DPACC || instruction == IR_APACC) {
        shift = (uint64_t)result << 3 | ACK_OK;
        shift_bits = ACCESS_BITS;
    } else {
        shift = 0;
        shift_bits = instruction == IR_ABORT ? (unsigned)ACCESS_BITS : 1;
    }
}

static void update(void)
{
    const bool read = (shift & 1) != 0;
    const unsigned which = (unsigned)(shift >> 1 & 3) * 4;
    uint32_t value = (uint32_t)(shift >> 3);

    if (instruction == IR_ABORT) {
        sticky = false;
    } else if (instruction == IR_DPACC || instruction == IR_APACC) {
        const bool runs = chip_runs();

        value = read ? 0 : value;
        if (instruction == IR_DPACC) {
            access_dp(!read, which, &value);
        } else {
            access_ap(!read, which, &value);
        }
        result = read ? value : 0;
        if (runs != chip_runs()) {
            fprintf(stderr, "core %s\n", runs ? "halts" : "runs");
        }
    }
}

static void rise(bool tms, bool tdi)
{
    if (tap == SHIFT_DR || tap == SHIFT_IR) {
        shift = shift >> 1 | (uint64_t)tdi << (shift_bits - 1);
    }
    tap = next_tap[tap][tms];
    if (tap == TEST_RESET) {
        instruction = IR_IDCODE;
    } else if (tap == CAPTURE_DR || tap == CAPTURE_IR) {
        capture();
    } else if (tap == UPDATE_IR) {
        instruction = (unsigned)shift & 15;
    } else if (tap == UPDATE_DR) {
        update();
    }
}

/* false: the other end has said that it goes. */
static bool take(int fd, const char *text, ssize_t length, unsigned long changes_max)
{
    char answers[4096];
    size_t count = 0;

    for (ssize_t i = 0; i < length && chip_changes() < changes_max; i++) {
        if (text[i] >= '0' && text[i] <= '7') {
            const int pins = text[i] - '0';

            if ((pins & 4) != 0 && !clock_was_high) {
                rise((pins & 2) != 0, (pins & 1) != 0);
            }
            clock_was_high = (pins & 4) != 0;
        } else if (text[i] == 'R') {
            answers[count++] = (char)('0' + (shift & 1));
        } else if (text[i] == 'Q') {
            return false;
        }
    }
    return count == 0 || send(fd, answers, count, MSG_NOSIGNAL) == (ssize_t)count;
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void on_end(int number)
{
    (void)number;
    ended = 1;
}

static int listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (strlen(path) >= sizeof address.sun_path) {
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    return fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
                   listen(fd, 1) == 0
               ? fd
               : -1;
}

static void serve(int listener, unsigned long changes_max)
{
    int64_t tick = now_ms();
    int client = -1;

    while (!ended && chip_changes() < changes_max) {
        struct pollfd ready = {.fd = client >= 0 ? client : listener, .events = POLLIN};
        char text[4096];

        if (poll(&ready, 1, 10) > 0 && client < 0) {
            client = accept(listener, NULL, NULL);
        } else if (ready.revents != 0) {
            const ssize_t length = read(client, text, sizeof text);

            if (length <= 0 || !take(client, text, length, changes_max)) {
                close(client);
                client = -1;
            }
        }
        for (; now_ms() - tick >= 50; tick += 50) {
            chip_tick();
        }
    }
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = on_end};
    int listener;

    sigaction(SIGTERM, &action, NULL);
    if (argc < 3 || argc > 4 || !chip_open(argv[2]) || (listener = listen_at(argv[1])) < 0) {
        fprintf(stderr, "probe SOCKET FLASH [CHANGES]: %s\n", strerror(errno));
        return 2;
    }
    printf("ready\n");
    fflush(stdout);
    serve(listener, argc == 4 ? strtoul(argv[3], NULL, 10) : ULONG_MAX);
    fprintf(stderr, "%lu refused, core %s at the end\n", chip_refused(),
            chip_runs() ? "runs" : "halted");
    return 0;
}
