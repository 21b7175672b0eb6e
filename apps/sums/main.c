// SPDX-License-Identifier: Apache-2.0
/* A client of the adder: has sums made, and checks them. */
#include <gantry/alarm.h>
#include <gantry/console.h>
#include <gantry/ipc.h>

enum { WORDS = 16, ROUNDS = 5 };

static _Alignas(WORDS * 4) uint32_t words[WORDS];
static bool answered;

static void hear(uint32_t service, uint32_t length, uint32_t address, void *userdata)
{
    (void)service;
    (void)length;
    (void)address;
    (void)userdata;
    answered = true;
}

static uint32_t sum_of(uint32_t adder, uint32_t round)
{
    for (uint32_t i = 0; i < WORDS; i++) {
        words[i] = round + i;
    }
    answered = false;
    if (ipc_notify_service(adder) != ABI_OK) {
        return 0;
    }
    while (!answered) {
        syscall_yield_wait();
    }
    return words[0];
}

int main(void)
{
    uint32_t adder;
    uint32_t right = 0;

    while (ipc_discover("adder", &adder) != ABI_OK) {
        alarm_sleep_ms(100);
    }
    if (ipc_listen(adder, hear, NULL) != ABI_OK ||
        ipc_share(adder, words, sizeof words) != ABI_OK) {
        return ABI_FAIL;
    }
    for (uint32_t round = 1; round <= ROUNDS; round++) {
        right += sum_of(adder, round) == WORDS * round + WORDS * (WORDS - 1) / 2 ? 1 : 0;
    }
    (void)ipc_share(adder, NULL, 0);
    printf("sums: %u of %u are right\r\n", (unsigned)right, (unsigned)ROUNDS);
    return right == ROUNDS ? ABI_OK : ABI_FAIL;
}
