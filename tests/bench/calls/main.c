// SPDX-License-Identifier: Apache-2.0
/*
 * Makes each measured system call a number of times, calls the echo service when there is one, then
 * computes for ever (slice switches).
 */
#include <gantry/console.h>
#include <gantry/ipc.h>
#include <gantry/syscall.h>

enum { ROUNDS = 20, SPINS = 4000 };

/* calls.S */
void call_command(void);
void call_memory_start(void);
void call_sbrk(void);
void call_unsubscribe(void);
void call_allow(const void *data, uint32_t length);
void call_yield_nothing(void);
void call_subscribe(upcall_function *function);
void call_yield_one(void);
void call_yield_wait(void);
upcall_function upcall;
upcall_function answered;
void call_notify(uint32_t service);

static _Alignas(64) uint8_t shared[64];

static void set_alarm(uint32_t microseconds)
{
    (void)syscall_command(ABI_DRIVER_ALARM, ABI_ALARM_SET_RELATIVE, microseconds, 0);
}

static void spin(uint32_t times)
{
    for (volatile uint32_t i = 0; i < times; i++) {
    }
}

static void measure_ipc(void)
{
    uint32_t echo;

    if (ipc_discover("echo", &echo) != ABI_OK || ipc_listen(echo, answered, NULL) != ABI_OK ||
        ipc_share(echo, shared, sizeof shared) != ABI_OK) {
        return;
    }
    for (int i = 0; i < ROUNDS; i++) {
        call_notify(echo);
        call_yield_wait();
    }
}

int main(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        call_command();
        call_memory_start();
        call_sbrk();
        call_unsubscribe();
        call_allow(shared, sizeof shared);
        call_subscribe(upcall);
        call_yield_nothing();
        set_alarm(1);
        spin(SPINS);
        call_yield_one();
        set_alarm(20000); /* everything printed and forgotten: the kernel sleeps by then */
        call_yield_wait();
    }
    measure_ipc();
    console_print("calls: done\n");
    for (;;) {
        spin(SPINS);
    }
}
