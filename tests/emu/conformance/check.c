// SPDX-License-Identifier: Apache-2.0
#include "check.h"
#include "processes.h"

#include <gantry/console.h>
#include <gantry/memory.h>

#define FLAGS 0xF8000000u

/* The open check. */
static struct {
    const char *id;
    const char *name;
    const char *what; /* the first difference; NULL: none */
    uint32_t got;
    uint32_t wanted;
    uint32_t compared;
} check;

static uint32_t calls;
static uint32_t wrong_calls;
static struct observed seen_last;

void check_begin(const char *id, const char *name)
{
    check.id = id;
    check.name = name;
    check.what = NULL;
    check.compared = 0;
}

void check_end(void)
{
    check_true("something was compared", check.compared > 0);
    if (check.what == NULL) {
        printf("PASS %s %s\r\n", check.id, check.name);
    } else {
        printf("FAIL %s %s: %s: got 0x%lx, wanted 0x%lx\r\n", check.id, check.name, check.what,
               (unsigned long)check.got, (unsigned long)check.wanted);
    }
}

void check_equal(const char *what, uint32_t got, uint32_t wanted)
{
    check.compared++;
    if (got != wanted && check.what == NULL) {
        check.what = what;
        check.got = got;
        check.wanted = wanted;
    }
}

void check_true(const char *what, bool holds)
{
    check_equal(what, holds ? 1 : 0, 1);
}

/* Registers that a variant uses (TRD 104, 3.2); the rest belongs to the process. */
static uint32_t results_of(uint32_t variant)
{
    switch (variant) {
    case ABI_SUCCESS:
        return 1;
    case ABI_FAILURE:
    case ABI_SUCCESS_U32:
        return 2;
    case ABI_FAILURE_U32:
    case ABI_SUCCESS_2_U32:
    case ABI_SUCCESS_U64:
        return 3;
    default:
        return 4;
    }
}

/* Values that differ in every register and at every call. */
static void fill(struct observed *seen)
{
    for (uint32_t i = 0; i < 13; i++) {
        seen->before.r[i] = 0x51000000u + (calls << 8) + i * 0x11u;
    }
    seen->before.lr = 0x52000000u + calls;
    seen->before.flags = ((calls * 0x9E3779B1u) & FLAGS) ^ FLAGS;
    seen->skew = (calls & 1u) * 4u;
    calls++;
}

static void compare(const struct observed *seen, uint32_t first, bool function)
{
    uint32_t differences = 0;

    for (uint32_t i = first; i < (function ? 12u : 13u); i++) {
        differences += seen->after.r[i] != seen->before.r[i] ? 1u : 0;
    }
    if (!function) {
        differences += seen->after.lr != seen->before.lr ? 1u : 0;
        differences += ((seen->after.flags ^ seen->before.flags) & FLAGS) != 0 ? 1u : 0;
    }
    differences += seen->after.sp != seen->before.sp ? 1u : 0;
    wrong_calls += differences != 0 ? 1u : 0;
    check_equal("registers that changed and are no results", differences, 0);
}

struct syscall_return call(uint32_t class_number, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    struct observed *seen = &seen_last;
    const uint32_t *r = seen->after.r;

    fill(seen);
    seen->before.r[0] = a;
    seen->before.r[1] = b;
    /* Memops and exits have two arguments: r2 and r3 stay what nobody would write by chance. */
    if (class_number != ABI_MEMOP && class_number != ABI_EXIT) {
        seen->before.r[2] = c;
        seen->before.r[3] = d;
    }
    observe(seen, class_number);
    compare(seen, results_of(r[0]), false);
    return (struct syscall_return){r[0], {r[1], r[2], r[3]}};
}

void yield(uint32_t number, uint32_t a, uint32_t b, enum yield_changes changes,
           struct observed *seen)
{
    fill(seen);
    seen->before.r[0] = number;
    seen->before.r[1] = a;
    seen->before.r[2] = b;
    observe(seen, ABI_YIELD);
    compare(seen, changes == CHANGES_CALL ? 4u : (uint32_t)changes, changes == CHANGES_CALL);
}

void hold_registers(uint32_t rounds)
{
    fill(&seen_last);
    compute(&seen_last, rounds);
    check_equal("rounds left", seen_last.after.r[0], 0);
    compare(&seen_last, 1, false);
}

void call_counts(uint32_t *all, uint32_t *wrong)
{
    *all = calls;
    *wrong = wrong_calls;
}

void answers(const char *what, struct syscall_return got, uint32_t variant, uint32_t a, uint32_t b,
             uint32_t c)
{
    const uint32_t wanted[] = {a, b, c};

    check_equal(what, got.variant, variant);
    for (uint32_t i = 0; i + 1 < results_of(variant); i++) {
        check_equal(what, got.value[i], wanted[i]);
    }
}

void succeeds(const char *what, struct syscall_return got)
{
    answers(what, got, ABI_SUCCESS, 0, 0, 0);
}

void succeeds_with(const char *what, struct syscall_return got, uint32_t value)
{
    answers(what, got, ABI_SUCCESS_U32, value, 0, 0);
}

void fails(const char *what, struct syscall_return got, enum abi_error error)
{
    answers(what, got, ABI_FAILURE, error, 0, 0);
}

void refuses(const char *what, struct syscall_return got, enum abi_error error, uint32_t a,
             uint32_t b)
{
    answers(what, got, ABI_FAILURE_2_U32, error, a, b);
}

uint32_t memop(uint32_t operation)
{
    return syscall_memop(operation, 0).value[0];
}

/* The end of the binary, from the Program TLV of the process's own header (type 9, fourth word). */
static uint32_t footers_of(uint32_t flash)
{
    const uint16_t *tlv = (const uint16_t *)(uintptr_t)(flash + 16);
    const uint16_t *end =
        (const uint16_t *)(uintptr_t)(flash + ((const uint16_t *)(uintptr_t)flash)[1]);

    while (tlv < end && tlv[0] != 9) {
        tlv += 2 + (tlv[1] + 3u) / 4u * 2u;
    }
    return tlv < end ? flash + ((const uint32_t *)(const void *)tlv)[4] : 0;
}

const struct noted *noted(void)
{
    return (const struct noted *)(uintptr_t)(memop(ABI_MEMOP_MEMORY_START) + 64);
}

void place_find(struct place *place)
{
    place->ram = memop(ABI_MEMOP_MEMORY_START);
    place->app_break = memop(ABI_MEMOP_SBRK);
    place->grants = memop(ABI_MEMOP_GRANT_START);
    place->ram_end = memop(ABI_MEMOP_MEMORY_END);
    place->flash = memop(ABI_MEMOP_FLASH_START);
    place->binary = noted()->r[0];
    place->footers = footers_of(place->flash);
    place->flash_end = memop(ABI_MEMOP_FLASH_END);
}

uint32_t now(void)
{
    return syscall_command(ABI_DRIVER_ALARM, ABI_ALARM_NOW, 0, 0).value[0];
}

uint32_t ticks_of_ms(uint32_t ms)
{
    return syscall_command(ABI_DRIVER_ALARM, ABI_ALARM_FREQUENCY, 0, 0).value[0] / 1000u * ms;
}

void spin_ms(uint32_t ms)
{
    uint32_t start = now();
    uint32_t ticks = ticks_of_ms(ms);

    while (now() - start < ticks) {
    }
}

void spin_slice(void)
{
    uint32_t id = process_self();
    struct process before;
    struct process after;

    process_read(id, &before);
    do {
        for (volatile uint32_t i = 0; i < 1000; i++) {
        }
        process_read(id, &after);
    } while (after.slices == before.slices);
}

void sleep_ms(uint32_t ms)
{
    uint32_t fired[3];

    (void)syscall_command(ABI_DRIVER_ALARM, ABI_ALARM_SET_RELATIVE, ticks_of_ms(ms), 0);
    syscall_yield_wait_for(ABI_DRIVER_ALARM, ABI_ALARM_UPCALL_FIRED, fired);
}
