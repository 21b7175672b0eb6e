// SPDX-License-Identifier: Apache-2.0
/*
 * Computes with floating point while others do, and checks that its registers are its own: across
 * time slices, system calls and waiting. NAME and SEED come from the build.
 */
#include <gantry/alarm.h>
#include <gantry/console.h>
#include <gantry/memory.h>

#include "registers.h"

enum {
    SECONDS = 4,
    SPINS = 300000, /* some time slices, on a slow processor */
    STEPS = 5000
};

/* What an app may set in FPSCR: conditions, modes, exceptions (Armv7-M, B3.2.21). */
static const uint32_t fpscr_flags = 0xF7C0009F;

static uint32_t random_state = SEED;

/* xorshift32 (Marsaglia 2003). */
static uint32_t random_next(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

static void fill(uint32_t words[REGISTERS])
{
    for (int i = 0; i < REGISTERS; i++) {
        words[i] = random_next();
    }
    words[REGISTERS - 1] &= fpscr_flags;
}

/* The logistic map: a lost or mixed-up bit changes everything behind it. */
static uint32_t compute(void)
{
    float x = 0.1f + (float)(SEED % 100) / 200.0f;
    uint32_t bits;

    for (int i = 0; i < STEPS; i++) {
        x = 3.99f * x * (1.0f - x);
    }
    (void)memcpy(&bits, &x, sizeof bits);
    return bits;
}

static bool same(const char *what, const uint32_t in[REGISTERS], const uint32_t out[REGISTERS])
{
    for (int i = 0; i < REGISTERS; i++) {
        if (in[i] != out[i]) {
            printf(NAME ": FAIL: register %d across %s: %08x instead of %08x\r\n", i, what,
                   (unsigned)out[i], (unsigned)in[i]);
            return false;
        }
    }
    return true;
}

static bool holds(uint32_t result)
{
    uint32_t in[REGISTERS];
    uint32_t out[REGISTERS];

    fill(in);
    registers_spin(in, out, SPINS);
    if (!same("time slices", in, out)) {
        return false;
    }
    fill(in);
    registers_command(in, out, ABI_DRIVER_ALARM, ABI_ALARM_NOW);
    if (!same("a command", in, out)) {
        return false;
    }
    fill(in);
    (void)syscall_command(ABI_DRIVER_ALARM, ABI_ALARM_SET_RELATIVE, alarm_from_ms(1), 0);
    registers_wait(in, out, ABI_DRIVER_ALARM, ABI_ALARM_UPCALL_FIRED);
    return same("waiting", in, out) && compute() == result;
}

int main(void)
{
    uint32_t result = compute();
    uint32_t start = alarm_now();
    unsigned rounds = 0;

    while (alarm_now() - start < SECONDS * alarm_frequency()) {
        if (!holds(result)) {
            printf(NAME ": FAIL: in round %u\r\n", rounds);
            return 1;
        }
        rounds++;
    }
    printf(NAME ": PASS: %u rounds, result %08x\r\n", rounds, (unsigned)result);
    return 0;
}
