// SPDX-License-Identifier: Apache-2.0
/* System calls of a test's processes: what is due is known before each. */
#include <string.h>

#include <abi/syscall.h>
#include <base/checked.h>
#include <kernel/arch.h>

#include "machine.h"
#include "proof.h"

/* Where the break ends up is known before the call: this is what the documentation promises. */
static bool break_is_due(const struct subject *subject, uint32_t wanted)
{
    struct subject moved = *subject;

    if (wanted < subject->start + PROOF_FIRST_BREAK || wanted < subject->high_water ||
        wanted > subject->grant_start) {
        return false;
    }
    moved.app_break = wanted;
    return proof_visible_end(&moved) <= subject->grant_start;
}

bool proof_break(struct subject *subject, uint32_t wanted, bool relative)
{
    uint32_t old = subject->app_break;
    bool due = break_is_due(subject, wanted);
    struct machine_registers registers = {
        {relative ? ABI_MEMOP_SBRK : ABI_MEMOP_BRK, relative ? wanted - old : wanted, 0, 0}};

    if (!machine_syscall(ABI_MEMOP, &registers)) {
        proof_failed("a process did not come back from moving its break");
    }
    if (due != (registers.value[0] != ABI_FAILURE)) {
        proof_failed("break 0x%x from 0x%x, grants at 0x%x: %s", wanted, old, subject->grant_start,
                     due ? "refused" : "accepted");
    }
    proof_that(!due || !relative || registers.value[1] == old, "sbrk answers the old break");
    subject->app_break = due ? wanted : old;
    proof_look(subject);
    return due;
}

bool proof_grant(struct subject *subject, uint32_t driver)
{
    uint32_t size = proof_grant_size(driver);
    bool is_new = !subject->granted[driver];
    bool due = !is_new || subject->grant_start - size >= proof_visible_end(subject);
    struct machine_registers registers = {{PROOF_DRIVER + driver, is_new ? 1 : 2, 0, 0}};

    if (!machine_syscall(ABI_COMMAND, &registers)) {
        proof_failed("a process did not come back from a command");
    }
    if (due != (registers.value[0] != ABI_FAILURE)) {
        proof_failed("a grant of %u bytes: %s", size, due ? "refused" : "given");
    }
    if (is_new && due) {
        subject->grant_start -= size;
        subject->granted[driver] = true;
    }
    proof_that(!due || (registers.value[1] >= subject->grant_start &&
                        registers.value[1] <= subject->start + subject->size),
               "a grant lies in what the kernel keeps");
    proof_look(subject);
    return due;
}

bool proof_allow(struct subject *subject, uint32_t address, uint32_t length)
{
    uint32_t size = proof_grant_size(PROOF_BUFFERS);
    bool inside = ck_range_in(address, length, subject->start, subject->app_break);
    bool is_new = !subject->granted[PROOF_BUFFERS];
    bool room = !is_new || subject->grant_start - size >= proof_visible_end(subject);
    bool due = (length == 0 || inside) && room;
    struct machine_registers registers = {{PROOF_DRIVER + PROOF_BUFFERS, 0, address, length}};

    if (!machine_syscall(ABI_ALLOW_RW, &registers)) {
        proof_failed("a process did not come back from sharing a buffer");
    }
    if (due != (registers.value[0] == ABI_SUCCESS_2_U32)) {
        proof_failed("buffer 0x%x + 0x%x: %s", address, length, due ? "refused" : "accepted");
    }
    if (due && is_new) {
        subject->grant_start -= size;
        subject->granted[PROOF_BUFFERS] = true;
    }
    if (due && length != 0) {
        subject->high_water = ck_max(subject->high_water, address + length);
    }
    proof_look(subject);
    return due;
}

bool proof_float(struct subject *subject)
{
    enum { SIZE = 136 };
    bool due = subject->grant_start - SIZE >= proof_visible_end(subject);
    const uint32_t *memory = core_floating_memory(SIZE);

    if (due != (memory != NULL)) {
        proof_failed("floating-point memory: %s", due ? "refused" : "given");
    }
    if (due) {
        subject->grant_start -= SIZE;
        proof_that((uintptr_t)memory == subject->grant_start, "it lies where grants do");
        for (uint32_t i = 0; i < SIZE / 4; i++) {
            proof_that(memory[i] == 0, "it is clear");
        }
        memset((void *)(uintptr_t)memory, 0xDD, SIZE);
    }
    proof_look(subject);
    return due;
}
