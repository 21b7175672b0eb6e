// SPDX-License-Identifier: Apache-2.0
/*
 * Counts its starts in the key-value store and tries what the store must refuse. With OTHER, the
 * name of an app of this kind that runs already, it tries that one's keys, too.
 */
#include <gantry/storage.h>

#include "check.h"

#define BOOTS NAME ".boots"

enum { LONG = ABI_KV_VALUE_MAX };

static uint8_t big[LONG + 1];
static uint8_t back[LONG + 1];
static uint8_t key[ABI_KV_KEY_MAX + 1];

static uint32_t count_starts(void)
{
    uint32_t boots = 0;
    size_t length = 0;
    enum abi_error error = kv_get(BOOTS, sizeof BOOTS - 1, &boots, sizeof boots, &length);

    expect("reading the count", error == ABI_OK || error == ABI_NOSUPPORT, 1);
    boots++;
    expect("storing the count", kv_set(BOOTS, sizeof BOOTS - 1, &boots, sizeof boots), ABI_OK);
    return boots;
}

static void values(void)
{
    size_t length = 0;

    (void)kv_delete(NAME "v", sizeof NAME);
    expect("update of no key", kv_update(NAME "v", sizeof NAME, "1", 1), ABI_NOSUPPORT);
    expect("delete of no key", kv_delete(NAME "v", sizeof NAME), ABI_NOSUPPORT);
    expect("get of no key", kv_get(NAME "v", sizeof NAME, back, 4, &length), ABI_NOSUPPORT);
    expect("add", kv_add(NAME "v", sizeof NAME, "first", 5), ABI_OK);
    expect("add again", kv_add(NAME "v", sizeof NAME, "second", 6), ABI_NOSUPPORT);
    expect("small get", kv_get(NAME "v", sizeof NAME, back, 3, &length), ABI_SIZE);
    expect("length of all", (uint32_t)length, 5);
    expect("first part", back[0] == 'f' && back[1] == 'i' && back[2] == 'r', 1);
    expect("get without room", kv_get(NAME "v", sizeof NAME, NULL, 0, &length), ABI_SIZE);
    expect("update", kv_update(NAME "v", sizeof NAME, "", 0), ABI_OK);
    expect("empty get", kv_get(NAME "v", sizeof NAME, back, 3, &length), ABI_OK);
    expect("empty", (uint32_t)length, 0);
    for (uint32_t i = 0; i < LONG; i++) {
        big[i] = (uint8_t)(i * 7 + NAME[0]);
    }
    expect("long set", kv_set(NAME "v", sizeof NAME, big, LONG), ABI_OK);
    expect("long get", kv_get(NAME "v", sizeof NAME, back, LONG, &length), ABI_OK);
    expect("long", (uint32_t)length, LONG);
    for (uint32_t i = 0; i < LONG; i++) {
        if (back[i] != big[i]) {
            expect("a byte of the long value", i, LONG);
            break;
        }
    }
    expect("delete", kv_delete(NAME "v", sizeof NAME), ABI_OK);
    expect("collect", kv_collect(), ABI_OK);
}

static void refusals(void)
{
    uint32_t answer[3];

    expect("no key", kv_set(NULL, 0, "1", 1), ABI_RESERVE);
    expect("long key", kv_set(key, sizeof key, "1", 1), ABI_SIZE);
    expect("longer value", kv_set(NAME "w", sizeof NAME, big, LONG + 1), ABI_SIZE);
    expect("set", kv_set(NAME "w", sizeof NAME, "old", 3), ABI_OK);
    /* A request is under way: a second one is refused, and its buffer goes away. */
    expect("begin", kv_change_begin(ABI_KV_SET, NAME "w", sizeof NAME, big, LONG), ABI_OK);
    expect("second", kv_change_begin(ABI_KV_SET, NAME "w", sizeof NAME, big, 100), ABI_NOMEM);
    syscall_yield_wait_for(ABI_DRIVER_KEY_VALUE, ABI_KV_UPCALL_DONE, answer);
    expect("buffer that shrank", answer[0] == ABI_RESERVE || answer[0] == ABI_OK, 1);
    expect("begin anew", kv_change_begin(ABI_KV_SET, NAME "w", sizeof NAME, "new", 3), ABI_OK);
    (void)syscall_allow_ro(ABI_DRIVER_KEY_VALUE, ABI_KV_RO_KEY, NULL, 0);
    syscall_yield_wait_for(ABI_DRIVER_KEY_VALUE, ABI_KV_UPCALL_DONE, answer);
    expect("key that went away", answer[0], ABI_RESERVE);
    expect("unknown command", syscall_error(syscall_command(ABI_DRIVER_KEY_VALUE, 7, 0, 0)),
           ABI_NOSUPPORT);
}

#ifdef OTHER
static void others(void)
{
    size_t length = 0;

    expect("other's get", kv_get(OTHER ".boots", sizeof OTHER + 5, back, 4, &length),
           ABI_NOSUPPORT);
    expect("other's set", kv_set(OTHER ".boots", sizeof OTHER + 5, "0", 1), ABI_NOSUPPORT);
    expect("other's add", kv_add(OTHER ".boots", sizeof OTHER + 5, "0", 1), ABI_NOSUPPORT);
    expect("other's update", kv_update(OTHER ".boots", sizeof OTHER + 5, "0", 1), ABI_NOSUPPORT);
    expect("other's delete", kv_delete(OTHER ".boots", sizeof OTHER + 5), ABI_NOSUPPORT);
}
#else
static void others(void)
{
}
#endif

int main(void)
{
    uint32_t start = count_starts();

    values();
    refusals();
    others();
    report(start);
    return (int)failures;
}
