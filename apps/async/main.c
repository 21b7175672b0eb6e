// SPDX-License-Identifier: Apache-2.0
/* Everything at once: timers, random bytes and console output, none of which waits for another. */
#include <gantry/alarm.h>
#include <gantry/console.h>
#include <gantry/debug.h>
#include <gantry/device.h>
#include <gantry/memory.h>
#include <gantry/process.h>
#include <gantry/state.h>
#include <gantry/timer.h>

static unsigned passed;
static unsigned failed;

static void check(const char *name, bool holds)
{
    printf("async: %s: %s\r\n", holds ? "PASS" : "FAIL", name);
    *(holds ? &passed : &failed) += 1;
}

static void count(void *context)
{
    *(unsigned *)context += 1;
}

/* Fills the buffer anew each time that it is full. */
struct filler {
    uint8_t bytes[32];
    unsigned fills;
    unsigned errors;
};

static void filled(void *context, enum abi_error error, size_t length)
{
    struct filler *filler = context;

    if (error != ABI_OK || length != sizeof filler->bytes) {
        filler->errors++;
        return;
    }
    filler->fills++;
    (void)rng_fill_async(filler->bytes, sizeof filler->bytes, filled, filler);
}

static void written(void *context, size_t length)
{
    *(size_t *)context = length;
}

static void all_at_once(void)
{
    static const char text[] = "async: this line was written meanwhile\r\n";
    static struct timer fast;
    static struct timer slow;
    static struct filler filler;
    unsigned fasts = 0;
    unsigned slows = 0;
    size_t length = 0;
    uint32_t start = alarm_now();
    uint32_t took;

    (void)timer_start_periodic(&fast, 10, count, &fasts);
    (void)timer_start(&slow, 105, count, &slows);
    (void)rng_fill_async(filler.bytes, sizeof filler.bytes, filled, &filler);
    (void)console_write_async(text, sizeof text - 1, written, &length);
    timer_wait_ms(205);
    took = (alarm_now() - start) / (alarm_frequency() / 1000);
    timer_stop(&fast);
    /* Periods that were missed are left out: an emulated board may have stood still. */
    check("a periodic timer was called again and again", fasts >= 5 && fasts <= took / 10);
    check("a timer was called once", slows == 1);
    check("random bytes came again and again", filler.fills >= 2 && filler.errors == 0);
    check("the line was written", length == sizeof text - 1);
}

static void processes(void)
{
    uint32_t ids[16];
    uint32_t total = process_ids(ids, 16);
    unsigned found = 0;
    struct process_statistics statistics = {0};

    for (uint32_t i = 0; i < total && i < 16; i++) {
        char name[8];

        if (process_name(ids[i], name, sizeof name, NULL) == ABI_OK && strcmp(name, "async") == 0 &&
            process_read_statistics(ids[i], &statistics) == ABI_OK) {
            found++;
        }
    }
    check("the app finds itself among the processes", found == 1 && total == process_count() &&
                                                          statistics.syscalls > 10 &&
                                                          statistics.state == ABI_PROCESS_RUNNING);
}

static void read_only_state(void)
{
    struct state before = state_read();
    struct state after;

    alarm_sleep_ms(5);
    after = state_read();
    check("the state is that of the last switch",
          after.switches > before.switches && after.ticks - before.ticks >= alarm_from_ms(5) &&
              alarm_now() - (uint32_t)after.ticks < 0x80000000u);
}

int main(void)
{
    bool opened = state_open() == ABI_OK;

    debug_print_two(0x600D, 0xCAFE);
    all_at_once();
    check("the kernel writes its state", opened);
    read_only_state();
    processes();
    printf("async: %u passed, %u failed\r\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
