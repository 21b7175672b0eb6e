// SPDX-License-Identifier: Apache-2.0
/* A clock over the kernel's alarm. It is not set until someone sets it, after each start. */
#include <kernel/capsules.h>
#include <kernel/timer.h>

/* Often enough that the counter has not wrapped since. */
#define REFRESH (UINT32_MAX / 2)

static uint64_t time_then; /* at reference, a whole second */
static uint32_t reference;

static void refresh(void *context);
static struct timer timer = {.fired = refresh}; /* armed from the first setting on */

static void catch_up(void)
{
    uint32_t frequency = timer_frequency();
    uint32_t passed = (timer_now() - reference) / frequency;

    time_then += passed;
    reference += passed * frequency;
}

static void refresh(void *context)
{
    (void)context;
    catch_up();
    timer_arm(&timer, timer_now(), REFRESH);
}

static bool get(const struct hil_clock *device, uint64_t *seconds)
{
    (void)device;
    if (!timer.armed) {
        return false;
    }
    catch_up();
    *seconds = time_then;
    return true;
}

static int set(const struct hil_clock *device, uint64_t seconds)
{
    (void)device;
    time_then = seconds;
    reference = timer_now();
    timer_arm(&timer, reference, REFRESH);
    return 0;
}

const struct hil_clock software_clock = {.get = get, .set = set};
