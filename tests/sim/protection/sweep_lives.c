// SPDX-License-Identifier: Apache-2.0
/*
 * Orders of events in the lives of two processes. After each event both run: what they can reach is
 * compared as always, and every byte of RAM that they see is looked at: it is zero or was written
 * by this very instance.
 */
#include "sweeps.h"

#include <string.h>

#include <kernel/verifier.h>

#include "machine.h"
#include "proof.h"

enum event {
    CREATE,
    DESTROY,
    RESTART,
    RESTART_ITSELF,
    TERMINATE_ITSELF,
    FAULT,
    START,
    GROW,
    SHRINK,
    GRANT,
    VERIFY,
    EVENTS
};

enum { PEOPLE = 2, OBJECTS = 3, OBJECT_SIZE = 4096, LENGTH_MAX = 6 };

struct life {
    struct subject subject;
    uint8_t
        stamp; /* what this instance writes into its memory; never 0 nor what the kernel writes */
};

static struct life lives[PEOPLE];
static uint32_t created; /* processes, to give each another object */
static uint8_t next_stamp;
static uint32_t need;

static void new_instance(struct life *life)
{
    next_stamp = (uint8_t)(next_stamp % 200 + 1);
    life->stamp = next_stamp == 0xA5 ? (uint8_t)201 : next_stamp;
}

static bool is_there(const struct life *life)
{
    return life->subject.process != NULL;
}

static bool is_alive(const struct life *life)
{
    return is_there(life) && process_is_alive(life->subject.process);
}

/* Looks at all memory that the process sees, and leaves its stamp everywhere. */
static void look(const struct life *life)
{
    uint8_t *memory = (uint8_t *)(uintptr_t)life->subject.start;
    uint32_t length = proof_visible_end(&life->subject) - life->subject.start;

    for (uint32_t i = 0; i < length; i++) {
        if (memory[i] != 0 && memory[i] != life->stamp) {
            proof_failed("byte 0x%08x holds 0x%02x of somebody else", life->subject.start + i,
                         memory[i]);
        }
    }
    memset(memory, life->stamp, length);
}

/* Programs. */

static void live(struct process *process, void *context)
{
    (void)process;
    look(context);
}

static void grow(struct process *process, void *context)
{
    struct life *life = context;
    uint32_t steps = (life->subject.grant_start - life->subject.start) / life->subject.granule;

    (void)process;
    (void)proof_break(&life->subject, life->subject.start + steps * life->subject.granule, false);
    look(life);
}

static void shrink(struct process *process, void *context)
{
    struct life *life = context;

    (void)process;
    (void)proof_break(&life->subject, life->subject.start + 33, true);
}

static void use_driver(struct process *process, void *context)
{
    struct life *life = context;

    (void)process;
    (void)proof_grant(&life->subject, PROOF_GRANT);
}

static void leave(struct process *process, void *context)
{
    struct machine_registers registers = {{*(const uint32_t *)context, 0, 0, 0}};

    (void)process;
    proof_that(!machine_syscall(ABI_EXIT, &registers), "nobody comes back from its exit");
}

static void hashed(void *context, const struct verifier_result *result)
{
    (void)context;
    (void)result;
}

/* Brings one event about. Answers false when it does not apply. */
static bool act(struct life *life, enum event event)
{
    struct subject *subject = &life->subject;
    uint32_t exit_number = event == RESTART_ITSELF ? ABI_EXIT_RESTART : ABI_EXIT_TERMINATE;

    if (is_there(life) == (event == CREATE) ||
        (event != CREATE && event != DESTROY && event != RESTART &&
         is_alive(life) == (event == START))) {
        return false;
    }
    switch (event) {
    case CREATE:
        proof_that(proof_create(subject, need, PROOF_ANY,
                                PROOF_APPS + created++ % OBJECTS * 0x8000u, OBJECT_SIZE) == 0,
                   "there is room for the process");
        new_instance(life);
        return true;
    case DESTROY:
        proof_destroy(subject);
        return true;
    case RESTART:
        proof_restart(subject);
        new_instance(life);
        return true;
    case FAULT:
        process_force_fault(subject->process);
        return true;
    case START:
        proof_that(process_start(subject->process) == 0, "what has ended can be started");
        proof_renew(subject);
        new_instance(life);
        return true;
    case VERIFY:
        return verifier_hash(PROOF_APPS, 64, NULL, hashed, NULL) == 0;
    case RESTART_ITSELF:
    case TERMINATE_ITSELF:
        machine_run(subject->process, leave, &exit_number);
        if (event == RESTART_ITSELF) {
            proof_renew(subject);
            new_instance(life);
        }
        return true;
    default:
        machine_run(subject->process,
                    event == GROW     ? grow
                    : event == SHRINK ? shrink
                                      : use_driver,
                    life);
        return true;
    }
}

static void run_all(void)
{
    for (uint32_t i = 0; i < PEOPLE; i++) {
        if (is_alive(&lives[i])) {
            machine_run(lives[i].subject.process, live, &lives[i]);
        }
    }
}

/* One order, given as digits to the base of all events of all processes. */
static void one_order(const uint32_t *digit, uint32_t length)
{
    proof_case(need, digit[0] << 24 | digit[1] << 16 | digit[2] << 8 | digit[3], length, 0);
    for (uint32_t i = 0; i < length; i++) {
        if (!act(&lives[digit[i] / EVENTS], (enum event)(digit[i] % EVENTS))) {
            break; /* the shorter order is a case of its own */
        }
        run_all();
    }
    for (uint32_t i = 0; i < PEOPLE; i++) {
        if (is_there(&lives[i])) {
            proof_destroy(&lives[i].subject);
        }
    }
}

/* Every order of `length` events after the first process was created. */
static void all_orders(uint32_t length)
{
    uint32_t digit[LENGTH_MAX] = {CREATE};

    for (;;) {
        uint32_t at = length - 1;

        one_order(digit, length);
        while (at > 0 && ++digit[at] == EVENTS * PEOPLE) {
            digit[at--] = 0;
        }
        if (at == 0) {
            return;
        }
    }
}

void sweep_lives(bool wide)
{
    proof_begin("lives");
    proof_kernel(512, 64);
    need = 40;
    all_orders(wide ? 6 : 5);
    need = 9000; /* cleared in several pieces */
    all_orders(wide ? 5 : 4);
    proof_that(proof_verifier_runs() > 0, "the verifier has run between them");
    proof_end(wide
                  ? "two processes, 11 kinds of events, all orders of 6 (small blocks), 5 (large)"
                  : "two processes, 11 kinds of events, all orders of 5 (small blocks), 4 (large)");
}
