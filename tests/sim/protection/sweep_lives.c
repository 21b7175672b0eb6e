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
    FLOAT,
    VERIFY,
    OPEN, /* to the other process, in each way */
    CLOSE = OPEN + PROOF_WAYS,
    CLOSE_ITSELF,
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
    uint32_t start = life->subject.start + 32; /* behind the frame */
    uint8_t *memory = (uint8_t *)(uintptr_t)start;
    uint32_t length = proof_visible_end(&life->subject) - start;

    for (uint32_t i = 0; i < length; i++) {
        if (memory[i] != 0 && memory[i] != life->stamp) {
            proof_failed("byte 0x%08x holds 0x%02x of somebody else", start + i, memory[i]);
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

static void use_floating_point(struct process *process, void *context)
{
    struct life *life = context;

    (void)process;
    (void)proof_float(&life->subject);
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

/* Opens 32 bytes of a process to the other one, or closes what is open. */
static bool act_on_window(struct life *life, enum event event)
{
    struct life *other = &lives[life == &lives[0] ? 1 : 0];
    uint32_t start = life->subject.start;

    if (!is_alive(other)) {
        return false;
    }
    if (event == CLOSE || event == CLOSE_ITSELF) {
        (void)proof_window(&other->subject, &life->subject, 0, 0,
                           event == CLOSE ? PROOF_IN_LOOP : PROOF_BY_OWNER);
    } else {
        (void)proof_window(&other->subject, &life->subject, start, 32,
                           (enum proof_way)(event - OPEN));
    }
    return true;
}

static void create(struct life *life)
{
    uint32_t object = PROOF_APPS + created++ % OBJECTS * 0x8000u;

    proof_that(proof_create(&life->subject, need, PROOF_ANY, object, OBJECT_SIZE) == 0,
               "there is room for the process");
    new_instance(life);
}

static void renew(struct life *life)
{
    proof_renew(&life->subject);
    new_instance(life);
}

/* What a live process does in its turn; answers whether it begins anew. */
static bool act_itself(struct life *life, enum event event)
{
    uint32_t exit_number = event == RESTART_ITSELF ? ABI_EXIT_RESTART : ABI_EXIT_TERMINATE;
    bool leaves = event == RESTART_ITSELF || event == TERMINATE_ITSELF;
    machine_program *program = event == GROW     ? grow
                               : event == SHRINK ? shrink
                               : event == GRANT  ? use_driver
                                                 : use_floating_point;

    if (leaves) {
        machine_run(life->subject.process, leave, &exit_number);
        proof_ended(&life->subject);
    } else {
        machine_run(life->subject.process, program, life);
    }
    return event == RESTART_ITSELF;
}

static bool applies(const struct life *life, enum event event)
{
    if (event == CREATE) {
        return !is_there(life);
    }
    if (event == DESTROY || event == RESTART) {
        return is_there(life);
    }
    return event == START ? is_there(life) && !is_alive(life) : is_alive(life);
}

/* Brings one event about. Answers false when it does not apply. */
static bool act(struct life *life, enum event event)
{
    if (!applies(life, event)) {
        return false;
    }
    switch (event) {
    case CREATE:
        create(life);
        return true;
    case DESTROY:
        proof_destroy(&life->subject);
        return true;
    case RESTART:
        process_restart(life->subject.process);
        renew(life);
        return true;
    case FAULT:
        process_force_fault(life->subject.process);
        proof_ended(&life->subject);
        return true;
    case START:
        proof_that(process_start(life->subject.process) == 0, "what has ended can be started");
        renew(life);
        return true;
    case VERIFY:
        return verifier_hash(PROOF_APPS, 64, NULL, hashed, NULL) == 0;
    default:
        break;
    }
    if (event >= OPEN) {
        return act_on_window(life, event);
    }
    if (act_itself(life, event)) {
        renew(life);
    }
    return true;
}

static void run_all(void)
{
    for (uint32_t i = 0; i < PEOPLE; i++) {
        if (is_alive(&lives[i])) {
            machine_run(lives[i].subject.process, live, &lives[i]);
        }
    }
}

/* One order, given by its events; answers how many of them applied. */
static uint32_t one_order(const uint32_t *event, uint32_t length)
{
    uint32_t done = 0;

    proof_case(need, event[0] << 24 | event[1] << 16 | event[2] << 8 | event[3],
               length > 4 ? event[4] : 0, length > 5 ? event[5] : 0);
    while (done < length && act(&lives[event[done] / EVENTS], (enum event)(event[done] % EVENTS))) {
        run_all();
        done++;
    }
    for (uint32_t i = 0; i < PEOPLE; i++) {
        if (is_there(&lives[i])) {
            proof_destroy(&lives[i].subject);
        }
    }
    return done;
}

/* Every order of `length` events that begins with the creation of the first process. */
static void all_orders(uint32_t length)
{
    uint32_t event[LENGTH_MAX] = {CREATE};

    for (;;) {
        uint32_t at = one_order(event, length);

        /* Where an event did not apply, what would follow makes no difference. */
        at = at < length ? at : length - 1;
        memset(&event[at + 1], 0, (LENGTH_MAX - 1 - at) * sizeof event[0]);
        while (at > 0 && ++event[at] == EVENTS * PEOPLE) {
            event[at--] = 0;
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
                  ? "two processes, 19 kinds of events, all orders of 6 (small blocks), 5 (large)"
                  : "two processes, 19 kinds of events, all orders of 5 (small blocks), 4 (large)");
}
