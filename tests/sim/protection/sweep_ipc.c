// SPDX-License-Identifier: Apache-2.0
/*
 * The real IPC capsule between two processes: what one shares the other can reach from when it is
 * notified, or touches it, until the buffer is taken back or replaced or one of them ends. What is
 * meant is worked out here from the events alone.
 */
#include "sweeps.h"

#include <stddef.h>
#include <string.h>

#include <abi/driver.h>
#include <abi/syscall.h>
#include <kernel/share.h>

#include "machine.h"
#include "proof.h"

enum event {
    SHARE_FIRST,  /* the first bytes of its memory, with the other process */
    SHARE_SECOND, /* a granule behind them */
    SHARE_ODD,    /* what no unit can open exactly */
    SHARE_NOTHING,
    NOTIFY,
    TOUCH_FIRST, /* touches what the other may have shared */
    TOUCH_SECOND,
    RESTART,
    REPLACE,      /* another app comes into its slot */
    REPLACE_SAME, /* the same app, a new process */
    EVENTS
};

enum { PEOPLE = 2, OBJECTS = 3, OBJECT_SIZE = 4096, LENGTH_MAX = 5 };

struct person {
    struct subject subject;
    uint32_t instance; /* which one of all that there were */
    uint32_t object;
    uint32_t address; /* what it shares with the other */
    uint32_t length;
    uint32_t app;  /* with whom: flash address of the app */
    uint32_t told; /* instance that was notified; 0: nobody */
};

static struct person people[PEOPLE];
static uint32_t instances;

static struct person *other_of(const struct person *person)
{
    return &people[person == &people[0] ? 1 : 0];
}

static uint32_t second_of(const struct person *person)
{
    return person->subject.start + person->subject.granule;
}

/* Programs. */

/* Room for two granules, and the capsule's grant. */
static void settle(struct process *process, void *context)
{
    struct subject *subject = context;
    struct machine_registers registers = {{ABI_DRIVER_IPC, 0, 0, 0}};
    struct process_memory memory;

    (void)proof_break(subject, subject->start + 2 * subject->granule, false);
    proof_that(machine_syscall(ABI_ALLOW_RW, &registers) && registers.value[0] == ABI_SUCCESS_2_U32,
               "there is room for the capsule's grant");
    process_memory(process, &memory);
    subject->grant_start = memory.grant_start;
}

static void share(struct process *process, void *context)
{
    struct person *person = context;
    struct person *other = other_of(person);
    struct machine_registers registers = {
        {ABI_DRIVER_IPC, process_slot(other->subject.process), person->address, person->length}};

    (void)process;
    proof_that(machine_syscall(ABI_ALLOW_RW, &registers) && registers.value[0] == ABI_SUCCESS_2_U32,
               "a buffer is taken");
    person->app = other->subject.flash_start;
    person->told = 0;
    proof_ended(&person->subject); /* windows on what was shared before are closed */
}

static void notify(struct process *process, void *context)
{
    struct person *person = context;
    struct subject *other = &other_of(person)->subject;
    struct machine_registers registers = {
        {ABI_DRIVER_IPC, ABI_IPC_NOTIFY_CLIENT, process_slot(other->process), 0}};
    bool due = process_is_alive(other->process);

    (void)process;
    proof_that(machine_syscall(ABI_COMMAND, &registers) &&
                   (registers.value[0] == ABI_SUCCESS) == due,
               "who lives is notified");
    if (due && person->length != 0 && person->app == other->flash_start &&
        proof_shareable(person->address, person->length)) {
        person->told = other_of(person)->instance;
        other->window_start = person->address;
        other->window_end = person->address + person->length;
        other->window_owner = &person->subject;
    }
}

static void touch(struct process *process, void *context)
{
    (void)process;
    machine_touch(*(const uint32_t *)context);
}

/* Events. */

/* What a new instance has. */
static void begin(struct person *person)
{
    person->instance = ++instances;
    person->length = 0;
    person->app = 0;
    person->told = 0;
    machine_run(person->subject.process, settle, &person->subject);
}

static void create(struct person *person)
{
    proof_that(proof_create(&person->subject, 100, PROOF_ANY, PROOF_APPS + person->object * 0x8000u,
                            OBJECT_SIZE) == 0,
               "there is room for the process");
    begin(person);
}

/* Touches what is not its own; what is meant to happen is known before. */
static bool touches(struct person *person, uint32_t address)
{
    struct subject *subject = &person->subject;
    const struct person *owner = other_of(person);
    bool due = process_is_alive(owner->subject.process) && owner->told == person->instance &&
               owner->app == subject->flash_start && owner->length != 0 &&
               address - owner->address < owner->length;

    if (address >= subject->window_start && address < subject->window_end) {
        return false; /* it can, that is no event */
    }
    machine_run(subject->process, touch, &address);
    proof_that(process_is_alive(subject->process) == due, "what is not shared is a fault");
    if (due) {
        subject->window_start = owner->address;
        subject->window_end = owner->address + owner->length;
        subject->window_owner = &owner->subject;
    } else {
        proof_ended(subject);
    }
    return true;
}

static void shares(struct person *person, uint32_t address, uint32_t length)
{
    person->address = address;
    person->length = length;
    machine_run(person->subject.process, share, person);
}

static void replace(struct person *person, enum event event)
{
    proof_destroy(&person->subject);
    if (event == REPLACE) {
        person->object = PEOPLE + (person->object + 1) % OBJECTS;
    }
    create(person);
}

/* Brings one event about. Answers false when it does not apply. */
static bool act(struct person *person, enum event event)
{
    uint32_t start = person->subject.start;
    const struct person *other = other_of(person);

    if (event < RESTART && !process_is_alive(person->subject.process)) {
        return false;
    }
    switch (event) {
    case SHARE_FIRST:
        shares(person, start, 32);
        return true;
    case SHARE_SECOND:
        shares(person, second_of(person), person->subject.granule);
        return true;
    case SHARE_ODD:
        shares(person, start + 2, 8);
        return true;
    case SHARE_NOTHING:
        shares(person, 0, 0);
        return true;
    case NOTIFY:
        machine_run(person->subject.process, notify, person);
        return true;
    case TOUCH_FIRST:
        return touches(person, other->subject.start);
    case TOUCH_SECOND:
        return touches(person, second_of(other));
    case RESTART:
        proof_restart(&person->subject);
        begin(person);
        return true;
    default:
        replace(person, event);
        return true;
    }
}

static uint32_t one_order(const uint32_t *event, uint32_t length)
{
    uint32_t done = 0;

    proof_case(event[0] << 24 | event[1] << 16 | event[2] << 8 | event[3], event[4], length, 0);
    for (uint32_t i = 0; i < PEOPLE; i++) {
        people[i].object = i;
        create(&people[i]);
    }
    while (done < length &&
           act(&people[event[done] / EVENTS], (enum event)(event[done] % EVENTS))) {
        for (uint32_t i = 0; i < PEOPLE; i++) {
            if (process_is_alive(people[i].subject.process)) {
                machine_run(people[i].subject.process, NULL, NULL);
            }
        }
        done++;
    }
    for (uint32_t i = 0; i < PEOPLE; i++) {
        proof_destroy(&people[i].subject);
    }
    return done;
}

void sweep_ipc(bool wide)
{
    uint32_t event[LENGTH_MAX] = {0};
    uint32_t length = wide ? 5 : 4;

    proof_begin("ipc");
    proof_kernel_ipc();
    while (event[0] < EVENTS) { /* the first event is the first person's: they are alike */
        uint32_t at = one_order(event, length);

        /* Where an event did not apply, what would follow makes no difference. */
        at = at < length ? at : length - 1;
        memset(&event[at + 1], 0, (LENGTH_MAX - 1 - at) * sizeof event[0]);
        while (at > 0 && ++event[at] == EVENTS * PEOPLE) {
            event[at--] = 0;
        }
        event[0] += at == 0 ? 1 : 0;
    }
    proof_end(wide ? "two processes, 10 kinds of events, all orders of 5"
                   : "two processes, 10 kinds of events, all orders of 4");
}
