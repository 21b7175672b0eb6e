// SPDX-License-Identifier: Apache-2.0
/* A clock over the kernel's alarm. It is not set until someone sets it, after each start. */
#include <kernel/capsules.h>
#include <kernel/timer.h>

/* Often enough that the counter has not wrapped since. */
#define REFRESH (UINT32_MAX / 2)

static void refresh(void *context);

static struct {
    struct timer timer; /* armed from the first setting on */
    uint32_t reference;
    uint64_t then; /* at reference, a whole second */
} kept = {.timer = {.fired = refresh}};

static void catch_up(void)
{
    uint32_t frequency = timer_frequency();
    uint32_t passed = (timer_now() - kept.reference) / frequency;

    kept.then += passed;
    kept.reference += passed * frequency;
}

static void refresh(void *context)
{
    (void)context;
    catch_up();
    timer_arm(&kept.timer, timer_now(), REFRESH);
}

static bool get(const struct hil_clock *device, uint64_t *seconds)
{
    (void)device;
    if (!kept.timer.armed) {
        return false;
    }
    catch_up();
    *seconds = kept.then;
    return true;
}

static int set(const struct hil_clock *device, uint64_t seconds)
{
    (void)device;
    kept.then = seconds;
    kept.reference = timer_now();
    timer_arm(&kept.timer, kept.reference, REFRESH);
    return 0;
}

const struct hil_clock software_clock = {.get = get, .set = set};
