// SPDX-License-Identifier: Apache-2.0
#include "capsule_support.h"

#include <stdlib.h>
#include <string.h>

#include <kernel/timer.h>
#include <kernel/work.h>

enum { GRANTS = 32, QUEUE = 64, PIECES_MAX = 10000, BUFFERS = 32 };

struct process {
    uint32_t id;
    bool alive;
    bool exhausted;
    bool held;
    struct process_image image;
    struct capsule_upcall queue[QUEUE];
    uint32_t queued;
    uint32_t limit;
};

struct grant {
    const struct driver *driver; /* NULL: free */
    struct process *process;
    void *state;
    struct userbuf_rw rw[BUFFERS];
    struct userbuf_ro ro[BUFFERS];
    struct userbuf_rw ur[BUFFERS];
};

static struct process processes[CAPSULE_PROCESSES];
static struct grant grants[GRANTS];
static uint32_t next_id;
static uint32_t clock_now;
static struct timer *armed;
static struct work *first;
static struct work **last = &first;

static void drop_grant(struct grant *grant)
{
    free(grant->state);
    memset(grant, 0, sizeof *grant);
}

void capsule_reset(uint32_t now)
{
    /* Timers may lie in grants: they go first. */
    for (; armed != NULL; armed = armed->next) {
        armed->armed = false;
    }
    for (; first != NULL; first = first->next) {
        first->posted = false;
    }
    last = &first;
    for (uint32_t i = 0; i < GRANTS; i++) {
        drop_grant(&grants[i]);
    }
    memset(processes, 0, sizeof processes);
    for (uint32_t i = 0; i < CAPSULE_PROCESSES; i++) {
        processes[i].limit = QUEUE;
        capsule_restart(i);
    }
    clock_now = now;
}

struct process *capsule_process(uint32_t index)
{
    return process_at(index);
}

static struct grant *find_grant(const struct driver *driver, const struct process *process)
{
    for (uint32_t i = 0; i < GRANTS; i++) {
        if (grants[i].driver == driver && grants[i].process == process) {
            return &grants[i];
        }
    }
    return NULL;
}

static struct grant *enter(const struct driver *driver, struct process *process)
{
    struct grant *grant = find_grant(driver, process);

    if (grant != NULL || !process->alive || process->exhausted) {
        return process->alive ? grant : NULL;
    }
    grant = find_grant(NULL, NULL);
    assert_non_null(grant);
    grant->driver = driver;
    grant->process = process;
    grant->state = calloc(1, driver->state_size != 0 ? driver->state_size : 1);
    assert_non_null(grant->state);
    return grant;
}

struct syscall_result capsule_command(const struct driver *driver, uint32_t index, uint32_t command,
                                      uint32_t argument0, uint32_t argument1)
{
    return driver->command(driver, &processes[index], command, argument0, argument1);
}

void capsule_subscribe(const struct driver *driver, uint32_t index)
{
    assert_non_null(enter(driver, &processes[index]));
}

void capsule_allow_rw(const struct driver *driver, uint32_t index, uint32_t number, void *data,
                      uint32_t length)
{
    struct grant *grant = enter(driver, &processes[index]);

    assert_non_null(grant);
    assert_in_range(number, 0, driver->rw_buffers - 1);
    grant->rw[number] = (struct userbuf_rw){data, length};
    if (driver->shared != NULL) {
        driver->shared(driver, &processes[index], number);
    }
}

void capsule_allow_ur(const struct driver *driver, uint32_t index, uint32_t number, void *data,
                      uint32_t length)
{
    struct grant *grant = enter(driver, &processes[index]);

    assert_non_null(grant);
    assert_in_range(number, 0, driver->ur_buffers - 1);
    grant->ur[number] = (struct userbuf_rw){data, length};
}

void capsule_allow_ro(const struct driver *driver, uint32_t index, uint32_t number,
                      const void *data, uint32_t length)
{
    struct grant *grant = enter(driver, &processes[index]);

    assert_non_null(grant);
    assert_in_range(number, 0, driver->ro_buffers - 1);
    grant->ro[number] = (struct userbuf_ro){data, length};
}

bool capsule_upcall(uint32_t index, struct capsule_upcall *upcall)
{
    struct process *process = &processes[index];

    if (process->queued == 0) {
        return false;
    }
    *upcall = process->queue[0];
    process->queued--;
    memmove(process->queue, process->queue + 1, process->queued * sizeof process->queue[0]);
    return true;
}

void capsule_expect_upcall(uint32_t index, const struct driver *driver, uint32_t number,
                           uint32_t argument0, uint32_t argument1, uint32_t argument2)
{
    struct capsule_upcall upcall;

    assert_true(capsule_upcall(index, &upcall));
    assert_int_equal(upcall.driver, driver->number);
    assert_int_equal(upcall.number, number);
    assert_int_equal(upcall.argument[0], argument0);
    assert_int_equal(upcall.argument[1], argument1);
    assert_int_equal(upcall.argument[2], argument2);
}

void capsule_expect_no_upcall(void)
{
    for (uint32_t i = 0; i < CAPSULE_PROCESSES; i++) {
        assert_int_equal(processes[i].queued, 0);
    }
}

void capsule_queue_limit(uint32_t index, uint32_t limit)
{
    assert_in_range(limit, 0, QUEUE);
    processes[index].limit = limit;
}

void capsule_exhaust(uint32_t index)
{
    processes[index].exhausted = true;
}

void capsule_end(uint32_t index)
{
    struct process *process = &processes[index];

    for (uint32_t i = 0; i < GRANTS; i++) {
        if (grants[i].process == process && grants[i].driver->ended != NULL) {
            grants[i].driver->ended(grants[i].driver, process);
        }
    }
    process->alive = false;
    process->queued = 0;
    for (uint32_t i = 0; i < GRANTS; i++) {
        if (grants[i].process == process) {
            drop_grant(&grants[i]);
        }
    }
}

void capsule_restart(uint32_t index)
{
    processes[index].id = ++next_id;
    processes[index].alive = true;
    processes[index].exhausted = false;
}

struct process_image *capsule_image(uint32_t index)
{
    return &processes[index].image;
}

bool capsule_is_held(uint32_t index)
{
    return processes[index].held;
}

static void run_first(void)
{
    struct work *work = first;

    first = work->next;
    last = first == NULL ? &first : last;
    work->posted = false;
    work->run(work->context);
}

bool capsule_step(void)
{
    if (first == NULL) {
        return false;
    }
    run_first();
    return true;
}

uint32_t capsule_work(void)
{
    uint32_t pieces = 0;

    for (; first != NULL; pieces++) {
        assert_in_range(pieces, 0, PIECES_MAX);
        run_first();
    }
    return pieces;
}

static uint32_t left_of(const struct timer *timer)
{
    uint32_t passed = clock_now - timer->reference;

    return passed >= timer->delta ? 0 : timer->delta - passed;
}

static struct timer *soonest(void)
{
    struct timer *found = armed;

    for (struct timer *timer = armed; timer != NULL; timer = timer->next) {
        found = left_of(timer) < left_of(found) ? timer : found;
    }
    return found;
}

void capsule_advance(uint32_t counts)
{
    uint32_t pieces = 0;
    struct timer *timer;

    (void)capsule_work();
    while ((timer = soonest()) != NULL && left_of(timer) <= counts) {
        uint32_t left = left_of(timer);

        assert_in_range(pieces++, 0, PIECES_MAX);
        clock_now += left;
        counts -= left;
        timer_cancel(timer);
        timer->fired(timer->context);
        (void)capsule_work();
    }
    clock_now += counts;
}

void capsule_delay(uint32_t counts)
{
    clock_now += counts;
}

uint32_t capsule_timers(void)
{
    uint32_t count = 0;

    for (const struct timer *timer = armed; timer != NULL; timer = timer->next) {
        count++;
    }
    return count;
}

/* <kernel/driver.h> */

void *grant_enter(const struct driver *driver, struct process *process)
{
    struct grant *grant = enter(driver, process);

    return grant != NULL ? grant->state : NULL;
}

void *grant_peek(const struct driver *driver, struct process *process)
{
    const struct grant *grant = find_grant(driver, process);

    return grant != NULL ? grant->state : NULL;
}

bool upcall_post(const struct driver *driver, struct process *process, uint32_t number,
                 uint32_t argument0, uint32_t argument1, uint32_t argument2)
{
    assert_in_range(number, 0, driver->upcalls - 1);
    if (enter(driver, process) == NULL || process->queued >= process->limit) {
        return false;
    }
    process->queue[process->queued++] =
        (struct capsule_upcall){driver->number, number, {argument0, argument1, argument2}};
    return true;
}

struct userbuf_ro userbuf_ro(const struct driver *driver, struct process *process, uint32_t number)
{
    const struct grant *grant = find_grant(driver, process);

    assert_in_range(number, 0, driver->ro_buffers - 1);
    return grant != NULL ? grant->ro[number] : (struct userbuf_ro){NULL, 0};
}

struct userbuf_rw userbuf_rw(const struct driver *driver, struct process *process, uint32_t number)
{
    const struct grant *grant = find_grant(driver, process);

    assert_in_range(number, 0, driver->rw_buffers - 1);
    return grant != NULL ? grant->rw[number] : (struct userbuf_rw){NULL, 0};
}

struct userbuf_rw userbuf_ur(const struct driver *driver, struct process *process, uint32_t number)
{
    const struct grant *grant = find_grant(driver, process);

    assert_in_range(number, 0, driver->ur_buffers - 1);
    return grant != NULL ? grant->ur[number] : (struct userbuf_rw){NULL, 0};
}

/* <kernel/process.h> */

struct process *process_at(uint32_t index)
{
    return index < CAPSULE_PROCESSES ? &processes[index] : NULL;
}

uint32_t process_slots(void)
{
    return CAPSULE_PROCESSES;
}

uint32_t process_slot(const struct process *process)
{
    return (uint32_t)(process - processes);
}

uint32_t process_upcalls(const struct process *process)
{
    return process->queued;
}

struct process *process_find(struct process_id id)
{
    for (uint32_t i = 0; i < CAPSULE_PROCESSES; i++) {
        if (processes[i].id == id.value) {
            return &processes[i];
        }
    }
    return NULL;
}

struct process *process_of_app(uint32_t flash_start)
{
    for (uint32_t i = 0; i < CAPSULE_PROCESSES; i++) {
        if (processes[i].image.flash_start == flash_start) {
            return &processes[i];
        }
    }
    return NULL;
}

void process_hold(struct process *process, bool hold)
{
    process->held = hold;
}

_Noreturn void kernel_panic(const char *why, const struct fault *fault)
{
    (void)fault;
    fail_msg("%s", why);
    abort();
}

struct process_id process_id(const struct process *process)
{
    return (struct process_id){process->id};
}

const struct process_image *process_image(const struct process *process)
{
    return &process->image;
}

bool process_is_alive(const struct process *process)
{
    return process->alive;
}

uint32_t process_storage_id(const struct process *process)
{
    return process->image.short_id;
}

/* As without a StoragePermissions TLV. */
bool process_may_store(const struct process *process, enum storage_access access, uint32_t id)
{
    (void)access;
    return process->image.short_id != 0 && process->image.short_id == id;
}

/* <kernel/work.h>, <kernel/timer.h> */

void work_post(struct work *work)
{
    if (!work->posted) {
        work->posted = true;
        work->next = NULL;
        *last = work;
        last = &work->next;
    }
}

uint32_t timer_now(void)
{
    return clock_now;
}

uint32_t timer_frequency(void)
{
    return CAPSULE_HZ;
}

uint32_t timer_from_ms(uint32_t ms)
{
    return ms * (CAPSULE_HZ / 1000);
}

void timer_arm(struct timer *timer, uint32_t reference, uint32_t delta)
{
    timer_cancel(timer);
    timer->reference = reference;
    timer->delta = delta;
    timer->armed = true;
    timer->next = armed;
    armed = timer;
}

void timer_cancel(struct timer *timer)
{
    for (struct timer **link = &armed; timer->armed && *link != NULL; link = &(*link)->next) {
        if (*link == timer) {
            *link = timer->next;
            break;
        }
    }
    timer->armed = false;
}
