// SPDX-License-Identifier: Apache-2.0
#include "proof.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <base/checked.h>
#include <kernel/capsules.h>
#include <kernel/share.h>

#include "core.h"
#include "machine.h"
#include "map.h"

enum { SUBJECTS_MAX = 8, RANGES_MAX = 8, BUFFERS_SIZE = 16 };

static struct {
    const char *sweep;
    uint32_t number[4];
    unsigned long cases;
    unsigned long comparisons;
    unsigned long verifier_runs;
} now;

static struct subject *subjects[SUBJECTS_MAX];

_Noreturn void proof_failed(const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "%s, %s, case %lu (0x%x, 0x%x, 0x%x, 0x%x): ", unit_name, now.sweep, now.cases,
            now.number[0], now.number[1], now.number[2], now.number[3]);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

void proof_that(bool holds, const char *what)
{
    if (!holds) {
        proof_failed("not so: %s", what);
    }
}

void proof_begin(const char *sweep)
{
    memset(&now, 0, sizeof now);
    now.sweep = sweep;
}

void proof_end(const char *bounds)
{
    printf("%s %-8s %9lu cases, map compared %9lu times: %s\n", unit_name, now.sweep, now.cases,
           now.comparisons, bounds);
    fflush(stdout);
    proof_that(now.cases >= 1000 && now.comparisons >= 1000, "a sweep has cases and compares");
}

void proof_case(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    now.number[0] = a;
    now.number[1] = b;
    now.number[2] = c;
    now.number[3] = d;
    now.cases++;
}

/* The board. */

static uint32_t clock_now(const struct hil_alarm *alarm)
{
    (void)alarm;
    return 0;
}

static void clock_start(const struct hil_alarm *alarm, void (*fired)(void *context), void *context)
{
    (void)alarm;
    (void)fired;
    (void)context;
}

static void clock_set(const struct hil_alarm *alarm, uint32_t reference, uint32_t delta)
{
    (void)alarm;
    (void)reference;
    (void)delta;
}

static void clock_cancel(const struct hil_alarm *alarm)
{
    (void)alarm;
}

static const struct hil_alarm clock_alarm = {1000, clock_start, clock_now, clock_set, clock_cancel};

/* What a capsule is to do with windows when it is called next; `to` NULL: nothing. */
static struct {
    struct subject *to;
    struct subject *from;
    uint32_t address;
    uint32_t length; /* 0: close */
    enum proof_way way;
    bool opened;
} order;

/* Does it, and keeps what is meant from then on. */
static void carry_out(void)
{
    struct subject *to = order.to;

    order.to = NULL;
    if (to == NULL) {
        return;
    }
    if (order.length == 0) {
        process_unshare(order.from->process);
        proof_ended(order.from);
        return;
    }
    order.opened = process_share(to->process, order.from->process, order.address, order.length) ==
                   WINDOW_OPENED;
    if (order.opened) {
        to->window_start = order.address;
        to->window_end = order.address + order.length;
        to->window_owner = order.from;
    }
}

static bool touched(const struct driver *driver, struct process *process, uint32_t address)
{
    (void)driver;
    (void)process;
    proof_that(order.to == NULL || address == order.address,
               "the capsule is told which address was touched");
    order.opened = false;
    carry_out();
    return order.opened;
}

static void resumes(const struct driver *driver, struct process *process)
{
    (void)driver;
    if (order.to != NULL && order.to->process == process && order.way == PROOF_BY_RESUME) {
        carry_out();
    }
}

/* Command: enters the grant. What it finds must be zero: no other process's bytes, nor old ones. */
static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t argument0, uint32_t argument1)
{
    uint8_t *state = grant_enter(driver, process);

    carry_out();
    (void)argument0;
    (void)argument1;
    if (state == NULL) {
        return syscall_failure(ABI_NOMEM);
    }
    for (uint32_t i = 0; i < driver->state_size; i++) {
        proof_that(number != 1 || state[i] == 0, "a new grant is clear");
    }
    memset(state, 0xEE, driver->state_size);
    return syscall_success_u32((uint32_t)(uintptr_t)state);
}

static struct driver grants = {
    .number = PROOF_DRIVER + PROOF_GRANT, .upcalls = 1, .command = command};
static const struct driver buffers = {.number = PROOF_DRIVER + PROOF_BUFFERS,
                                      .rw_buffers = 1,
                                      .ro_buffers = 1,
                                      .command = command,
                                      .touched = touched,
                                      .resumes = resumes};
static const struct kernel_capsule without_ipc[] = {
    {&grants, NULL}, {&buffers, NULL}, {NULL, NULL}};
static const struct kernel_capsule with_ipc[] = {
    {&grants, NULL}, {&buffers, NULL}, {&ipc_driver, NULL}, {NULL, NULL}};

static _Noreturn void panicked(const char *why, const struct fault *fault)
{
    (void)fault;
    proof_failed("the kernel panicked: %s", why);
}

static struct kernel_board board = {.flash = {0x21000000, 0x01000000},
                                    .ram = {0x20000000, 0x01000000},
                                    .peripherals = {0x40000000, 0x20000000},
                                    .kernel_image = {0x21080000, 0x00080000},
                                    .apps = {PROOF_APPS, PROOF_APPS_SIZE},
                                    .app_ram_start = PROOF_RAM,
                                    .app_ram_size = PROOF_RAM_SIZE,
                                    .alarm = &clock_alarm,
                                    .ticks_per_ms = 1000,
                                    .scheduler = &scheduler_round_robin,
                                    .fault_policy = FAULT_STOP,
                                    .panic = panicked};
const struct kernel_board *const kernel_board = &board;

/* The comparison. */

static uint32_t visible_end(const struct subject *subject)
{
    uint32_t steps =
        (subject->app_break - subject->start + subject->granule - 1) / subject->granule;

    return subject->start + steps * subject->granule;
}

unsigned long proof_verifier_runs(void)
{
    return now.verifier_runs;
}

uint32_t proof_visible_end(const struct subject *subject)
{
    return visible_end(subject);
}

/* The kernel's own account of the process is that of the test. */
static void compare_account(const struct subject *subject)
{
    struct process_memory memory;

    process_memory(subject->process, &memory);
    if (memory.start != subject->start || memory.size != subject->size ||
        memory.app_break != subject->app_break || memory.grant_start != subject->grant_start) {
        proof_failed("the kernel says block 0x%x + 0x%x, break 0x%x, grants 0x%x; "
                     "due are 0x%x + 0x%x, 0x%x, 0x%x",
                     memory.start, memory.size, memory.app_break, memory.grant_start,
                     subject->start, subject->size, subject->app_break, subject->grant_start);
    }
    if (memory.app_break > visible_end(subject) || visible_end(subject) > memory.grant_start ||
        memory.grant_start > memory.start + memory.size) {
        proof_failed("break 0x%x, visible end 0x%x and grants 0x%x are not in order",
                     memory.app_break, visible_end(subject), memory.grant_start);
    }
}

static bool same_ranges(const struct map_range *a, const struct map_range *b, uint32_t count)
{
    bool same = true;

    for (uint32_t i = 0; i < count; i++) {
        same =
            same && a[i].start == b[i].start && a[i].end == b[i].end && a[i].rights == b[i].rights;
    }
    return same;
}

/* Whether just these registers were found to be just this map, the last time. */
static bool is_known(const struct map_range *range, uint32_t count)
{
    static struct unit unit;
    static struct map_range known[RANGES_MAX];
    static uint32_t known_count;

    if (count == known_count && same_ranges(known, range, count) &&
        unit.enabled == machine_unit.enabled &&
        memcmp(unit.address, machine_unit.address, sizeof unit.address) == 0 &&
        memcmp(unit.control, machine_unit.control, sizeof unit.control) == 0) {
        return true;
    }
    unit = machine_unit;
    memcpy(known, range, count * sizeof *range);
    known_count = count;
    return false;
}

void proof_compare(const struct map_range *range, uint32_t count)
{
    struct map_difference difference;

    if (is_known(range, count)) {
        return; /* nothing has changed */
    }
    now.comparisons++;
    if (map_is_exact(&machine_unit, range, count, &difference)) {
        return;
    }
    if (difference.undefined != NULL) {
        proof_failed("the registers are undefined: %s", difference.undefined);
    }
    if (difference.access != NULL) {
        proof_failed("%s: range at 0x%08x", difference.access, difference.address);
    }
    proof_failed("byte 0x%08x: rights are %u, meant are %u (read 1, write 2, execute 4)",
                 difference.address, difference.found, difference.meant);
}

/* The verifier: a block of 2 KiB somewhere in the kernel, its code, and the app region to read. */
static void compare_verifier(void)
{
    enum { BLOCK = 2048 };
    const struct kernel_range *image = &board.kernel_image;
    uint64_t edge[UNIT_EDGES_MAX];
    uint32_t count = unit_edges(&machine_unit, edge);
    uint32_t start = 0;

    /* Only the verifier knows where: outside all that is known here there is one such block. */
    for (uint32_t i = 0; i < count && start == 0; i++) {
        uint32_t address = (uint32_t)edge[i];

        if (address < PROOF_RAM && (unit_rights(&machine_unit, address) & UNIT_WRITE) != 0) {
            start = address;
        }
    }
    const struct map_range range[] = {
        {start, start + BLOCK, UNIT_READ | UNIT_WRITE},
        {image->start, image->start + image->size, UNIT_READ | UNIT_EXECUTE},
        {PROOF_APPS, PROOF_APPS + PROOF_APPS_SIZE, UNIT_READ},
    };

    now.verifier_runs++;
    proof_compare(range, sizeof range / sizeof range[0]);
}

static void witness(struct process *process)
{
    if (process == NULL) {
        compare_verifier();
        return;
    }
    for (uint32_t i = 0; i < SUBJECTS_MAX; i++) {
        const struct subject *subject = subjects[i];

        if (subject != NULL && subject->process == process) {
            const struct map_range range[] = {
                {subject->start, visible_end(subject), UNIT_READ | UNIT_WRITE},
                {subject->flash_start, subject->flash_end, UNIT_READ | UNIT_EXECUTE},
                {subject->window_start, subject->window_end, UNIT_READ | UNIT_WRITE},
            };
            uint32_t count = subject->window_start != subject->window_end ? 3 : 2;

            compare_account(subject);
            proof_compare(range, count);
            return;
        }
    }
    proof_failed("a process runs that was not created");
}

void proof_look(const struct subject *subject)
{
    witness(subject->process);
}

/* Kernel and processes. */

void proof_prepare(void)
{
    if (!machine_memory(PROOF_RAM, PROOF_RAM_SIZE) ||
        !machine_memory(PROOF_APPS, PROOF_APPS_SIZE)) {
        fprintf(stderr, "there is no room at 0x%x and 0x%x for the processes' memory and code\n",
                PROOF_RAM, PROOF_APPS);
        exit(2);
    }
    memset((void *)(uintptr_t)PROOF_RAM, 0xA5, PROOF_RAM_SIZE);
}

uint32_t proof_grant_size(uint32_t driver)
{
    return driver == PROOF_GRANT ? (uint32_t)sizeof(struct subscription) + grants.state_size
                                 : BUFFERS_SIZE;
}

void proof_kernel(uint32_t block_min, uint32_t grant_size)
{
    board.block_min = block_min;
    grants.state_size = (uint16_t)(grant_size - sizeof(struct subscription));
    board.capsules = without_ipc;
    machine_start(witness);
}

void proof_kernel_ipc(void)
{
    board.block_min = 512;
    board.capsules = with_ipc;
    machine_start(witness);
}

void proof_ended(const struct subject *subject)
{
    for (uint32_t i = 0; i < SUBJECTS_MAX; i++) {
        if (subjects[i] != NULL && subjects[i]->window_owner == subject) {
            subjects[i]->window_end = subjects[i]->window_start;
            subjects[i]->window_owner = NULL;
        }
    }
}

void proof_renew(struct subject *subject)
{
    proof_ended(subject);
    subject->window_end = subject->window_start;
    subject->window_owner = NULL;
    subject->app_break = subject->start + PROOF_FIRST_BREAK;
    subject->grant_start = subject->grant_first;
    subject->high_water = subject->start;
    memset(subject->granted, 0, sizeof subject->granted);
}

static void enlist(struct subject *subject, struct subject *as)
{
    for (uint32_t i = 0; i < SUBJECTS_MAX; i++) {
        if (subjects[i] == subject) {
            subjects[i] = as;
            return;
        }
    }
    proof_failed("too many processes for the test");
}

/* What the kernel has chosen: inside RAM, apart from all others, large enough. */
static void check_place(const struct subject *subject, uint32_t need)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < PROOF_DRIVERS; i++) {
        kept += proof_grant_size(i);
    }
    proof_that(ck_range_in(subject->start, subject->size, PROOF_RAM, PROOF_RAM + PROOF_RAM_SIZE),
               "a block lies in RAM");
    proof_that(ck_range_in((uint32_t)(uintptr_t)subject->process, sizeof *subject->process,
                           subject->grant_first, subject->start + subject->size),
               "the kernel's own account of a process lies in what it keeps of the block");
    proof_that(ck_is_power_of_two(subject->granule) && subject->size % subject->granule == 0,
               "a block is a multiple of its granule");
    proof_that(subject->granule <= 32 || subject->granule <= subject->size / 8,
               "a granule is 32 bytes or at most an eighth of the block");
    proof_that(subject->start + need + kept <= subject->grant_first,
               "a block has room for what was asked for and for all grants");
    for (uint32_t i = 0; i < SUBJECTS_MAX; i++) {
        proof_that(subjects[i] == NULL || subjects[i] == subject ||
                       !ck_ranges_overlap(subject->start, subject->size, subjects[i]->start,
                                          subjects[i]->size),
                   "blocks do not overlap");
    }
}

int proof_create(struct subject *subject, uint32_t need, uint32_t fixed, uint32_t flash_start,
                 uint32_t extent)
{
    const struct process_image image = {.flash_start = flash_start,
                                        .flash_size = extent,
                                        .extent = extent,
                                        .app_start = flash_start + 64,
                                        .binary_end = flash_start + extent,
                                        .entry = flash_start + 65,
                                        .min_ram = need,
                                        .fixed_ram = fixed};
    struct process *process;
    struct process_memory memory;
    int error = process_create(&image, &process);

    if (error != 0) {
        return error;
    }
    process_memory(process, &memory);
    *subject = (struct subject){.process = process,
                                .start = memory.start,
                                .size = memory.size,
                                .granule = process->granule,
                                .grant_first = memory.grant_start,
                                .flash_start = flash_start,
                                .flash_end = flash_start + extent};
    proof_renew(subject);
    check_place(subject, need);
    proof_that(fixed == PROOF_ANY || fixed == memory.start, "a block lies where it was asked for");
    enlist(NULL, subject);
    return 0;
}

void proof_destroy(struct subject *subject)
{
    process_destroy(subject->process);
    proof_ended(subject);
    enlist(subject, NULL);
    subject->process = NULL;
}

void proof_restart(struct subject *subject)
{
    process_restart(subject->process);
    proof_renew(subject);
}

/* Windows. */

static void use_capsule(struct process *process, void *context)
{
    (void)process;
    (void)proof_grant(context, PROOF_BUFFERS);
}

static void touch(struct process *process, void *context)
{
    (void)process;
    (void)context;
    machine_touch(order.address);
}

/* Has the kernel look at `order` in the way that is asked for. */
static void bring_about(struct subject *to, struct subject *from, enum proof_way way)
{
    switch (way) {
    case PROOF_IN_LOOP:
        carry_out();
        break;
    case PROOF_BY_OWNER:
        machine_run(from->process, use_capsule, from);
        break;
    case PROOF_BY_USER:
        machine_run(to->process, use_capsule, to);
        break;
    case PROOF_BY_TOUCH:
        machine_run(to->process, touch, NULL);
        if (!order.opened) {
            proof_ended(to); /* it has faulted */
        }
        break;
    default:
        /* Nobody runs in between: the protection unit holds its regions already. */
        machine_run(to->process, NULL, NULL);
        process_resume(from->process);
        break;
    }
}

bool proof_shareable(uint32_t address, uint32_t length)
{
    struct arch_region region;

    return arch_region_encode(address, address + length, ARCH_READ_WRITE, &region);
}

bool proof_window(struct subject *to, struct subject *from, uint32_t address, uint32_t length,
                  enum proof_way way)
{
    bool is_open = to->window_start == address && to->window_end == address + length && length != 0;
    bool due = length != 0 && to != from && !is_open && proof_shareable(address, length);

    if (way == PROOF_BY_RESUME) {
        process_stop(from->process);
        machine_run(to->process, use_capsule, to); /* only who uses the capsule is told of */
    }
    order.to = to;
    order.from = from;
    order.address = address;
    order.length = length;
    order.way = way;
    order.opened = false;
    bring_about(to, from, way);
    if (order.to != NULL) {
        order.to = NULL; /* it had no room for the capsule's grant */
        return false;
    }
    if (order.opened != due) {
        proof_failed("window 0x%x + 0x%x: %s", address, length, due ? "refused" : "opened");
    }
    return due;
}
