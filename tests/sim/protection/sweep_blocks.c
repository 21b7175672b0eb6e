// SPDX-License-Identifier: Apache-2.0
/* One process: its block, its breaks, its grants, its buffers. */
#include "sweeps.h"

#include <base/checked.h>

#include "machine.h"
#include "proof.h"
#include "unit.h"

static const uint32_t minimums[] = {512, 1024, 2048, 4096, 16384};
enum { MINIMUMS = sizeof minimums / sizeof minimums[0], OBJECT_SIZE = 4096 };

/* Creates the process that all of these sweeps look at. */
static int create(struct subject *subject, uint32_t need, uint32_t fixed)
{
    return proof_create(subject, need, fixed, PROOF_APPS, OBJECT_SIZE);
}

/* Asks for all that a block promises: memory first, or grants first. */
struct promise {
    struct subject *subject;
    uint32_t need;
    bool memory_first;
};

static void take_memory(const struct promise *promise)
{
    proof_that(
        proof_break(promise->subject, promise->subject->start + ck_max(promise->need, 32), false),
        "an app gets what it asked for");
}

static void take_all(struct process *process, void *context)
{
    const struct promise *promise = context;

    (void)process;
    if (promise->memory_first) {
        take_memory(promise);
    }
    for (uint32_t i = 0; i < PROOF_DRIVERS; i++) {
        proof_that(proof_grant(promise->subject, i), "there is room for every driver's grant");
    }
    if (!promise->memory_first) {
        take_memory(promise);
    }
}

static void one_need(uint32_t minimum, uint32_t need)
{
    for (uint32_t first = 0; first < 2; first++) {
        struct subject subject;
        struct promise promise = {&subject, need, first != 0};

        proof_case(minimum, need, first, 0);
        proof_that(create(&subject, need, PROOF_ANY) == 0, "a block is found");
        machine_run(subject.process, take_all, &promise);
        proof_destroy(&subject);
    }
}

void sweep_needs(bool wide)
{
    proof_begin("needs");
    for (uint32_t m = 0; m < MINIMUMS; m++) {
        proof_kernel(minimums[m], 200);
        for (uint32_t need = 0; need <= (wide ? 40000u : 4200u); need++) {
            one_need(minimums[m], need);
        }
        for (uint32_t need = 4200; need < 131072; need += 509) {
            one_need(minimums[m], need);
        }
    }
    proof_end(wide ? "smallest blocks 512..16 KiB, needs 0..40000 by 1, ..128 KiB by 509"
                   : "smallest blocks 512..16 KiB, needs 0..4200 by 1, ..128 KiB by 509");
}

/*
 * Calls visit for breaks in the block: each multiple of 4 in a small one; in others each edge of a
 * granule, and 1 byte beside it, or, of very many edges, those near both ends and near
 * grants.
 */
static void for_breaks(const struct subject *subject, uint32_t small, uint32_t edges_max,
                       void (*visit)(struct subject *subject, uint32_t wanted, void *context),
                       struct subject *changing, void *context)
{
    static const int32_t beside[] = {-1, 0, 1};
    uint32_t edges = subject->size / subject->granule;
    uint32_t start = subject->start;

    if (subject->size <= small) {
        for (uint32_t at = 0; at <= subject->size + 4; at += 4) {
            visit(changing, start + at, context);
        }
    }
    for (uint32_t edge = 0; edge <= edges; edge++) {
        uint32_t kept = (subject->start + subject->size - subject->grant_first) / subject->granule;
        bool near_end = edge < edges_max / 4 || edge + kept + edges_max / 4 > edges;

        if (edges <= edges_max || near_end || edge % (edges / edges_max * 2) == 0) {
            for (uint32_t b = 0; b < sizeof beside / sizeof beside[0]; b++) {
                visit(changing, start + edge * subject->granule + (uint32_t)beside[b], context);
            }
        }
    }
}

/* There with brk and back, there with sbrk and back: up and down. */
static void one_break(struct subject *subject, uint32_t wanted, void *context)
{
    uint32_t first = subject->start + 32;

    (void)context;
    proof_case(subject->start, subject->size, wanted, 0);
    (void)proof_break(subject, wanted, false);
    proof_that(proof_break(subject, first, false), "the first break is always possible");
    (void)proof_break(subject, wanted, true);
    (void)proof_break(subject, subject->grant_start & ~(subject->granule - 1), true);
    (void)proof_break(subject, wanted, false);
    proof_that(proof_break(subject, first, true), "the first break is always possible");
}

/* Limits of for_breaks(). */
struct limits {
    struct subject *subject;
    uint32_t small;
    uint32_t edges;
};

static void all_breaks(struct process *process, void *context)
{
    const struct limits *limits = context;
    const struct subject fresh = *limits->subject;
    static const uint32_t wild[] = {0, 1, 31, 0x7FFFFFFF, 0x80000000, 0xFFFFFFE0, 0xFFFFFFFF};

    (void)process;
    for_breaks(&fresh, limits->small, limits->edges, one_break, limits->subject, NULL);
    for (uint32_t i = 0; i < sizeof wild / sizeof wild[0]; i++) {
        one_break(limits->subject, wild[i], NULL);
        one_break(limits->subject, fresh.start + wild[i], NULL);
    }
}

/*
 * Calls visit for each need that gives a block of another shape, up to `largest`; units whose
 * blocks grow by a few bytes have a great many: above `dense` bytes only one in `sparse` of those
 * is taken.
 */
static void for_shapes(uint32_t largest, uint32_t dense, uint32_t sparse,
                       void (*visit)(uint32_t need, uint32_t size, void *context), void *context)
{
    uint32_t last_size = 0;
    uint32_t shapes = 0;

    for (uint32_t need = 32; need <= largest; need += need < 8192 ? 8 : 64) {
        struct subject subject;

        if (create(&subject, need, PROOF_ANY) != 0) {
            return;
        }
        proof_destroy(&subject);
        if (subject.size == last_size) {
            continue;
        }
        last_size = subject.size;
        if (unit_exact_step == 0 || last_size <= dense || ++shapes % sparse == 0) {
            visit(need, last_size, context);
        }
    }
}

/* A block of one shape at each place: every alignment relative to the next four powers of two. */
static void breaks_of_shape(uint32_t need, uint32_t size, void *context)
{
    struct limits *limits = context;
    uint32_t step = 0;

    for (uint32_t place = 0; place < 16; place++) {
        struct subject subject;
        int error = 0;

        /* The smallest step at which a block may start is found by trying. */
        do {
            step = step == 0 ? 32 : error != 0 ? 2 * step : step;
            error = create(&subject, need, PROOF_RAM + step + place * step);
            proof_that(error == 0 || (error == KERNEL_E_ADDRESS && step < size),
                       "a block is placed");
        } while (error != 0);
        limits->subject = &subject;
        machine_run(subject.process, all_breaks, limits);
        proof_destroy(&subject);
    }
}

void sweep_breaks(bool wide)
{
    struct limits limits = {NULL, wide ? 16384 : 2048, wide ? 1024 : 32};

    proof_begin("breaks");
    for (uint32_t m = 0; m < MINIMUMS; m++) {
        proof_kernel(minimums[m], 64);
        for_shapes(wide ? 120000 : 30000, 1024, wide ? 16 : 64, breaks_of_shape, &limits);
    }
    proof_end(wide
                  ? "every shape to 120 KiB, 16 places, each break by 4 to 16 KiB, edges and beside"
                  : "every shape to 30 KiB, 16 places, each break by 4 to 2 KiB, edges and beside");
}

/* Between two breaks a grant; from a new instance each time, restarted by the process itself. */
struct grant_case {
    struct subject *subject;
    uint32_t wanted[2];
};

static void one_grant(struct process *process, void *context)
{
    const struct grant_case *this = context;

    (void)process;
    (void)proof_break(this->subject, this->wanted[0], false);
    (void)proof_grant(this->subject, PROOF_GRANT);
    (void)proof_break(this->subject, this->wanted[1], false);
    (void)proof_grant(this->subject, PROOF_GRANT);
    (void)proof_grant(this->subject, PROOF_BUFFERS);
}

static void second_break(struct subject *subject, uint32_t wanted, void *context)
{
    struct grant_case *this = context;

    proof_case(subject->size, proof_grant_size(PROOF_GRANT), this->wanted[0], wanted);
    this->wanted[1] = wanted;
    proof_restart(subject);
    machine_run(subject->process, one_grant, this);
}

static void first_break(struct subject *subject, uint32_t wanted, void *context)
{
    struct grant_case *this = context;
    const struct subject fresh = *subject;

    this->wanted[0] = wanted;
    for_breaks(&fresh, 0, 16, second_break, subject, this);
}

static void grants_of_shape(uint32_t need, uint32_t size, void *context)
{
    struct subject subject;
    struct subject fresh;
    struct grant_case this = {&subject, {0, 0}};

    (void)size;
    (void)context;
    proof_that(create(&subject, need, PROOF_ANY) == 0, "a block is found");
    fresh = subject;
    for_breaks(&fresh, 0, 16, first_break, &subject, &this);
    proof_destroy(&subject);
}

void sweep_grants(bool wide)
{
    proof_begin("grants");
    for (uint32_t size = 8; size <= (wide ? 2048u : 512u); size += size < 128 || wide ? 8 : 48) {
        proof_kernel(512, size);
        for_shapes(wide ? 8192 : 1600, wide ? 1024 : 800, wide ? 4 : 16, grants_of_shape, NULL);
    }
    proof_end(wide ? "grants of 8..2048 bytes by 8, shapes to 8 KiB, every two breaks at edges"
                   : "grants of 8..128 bytes by 8, ..512 by 48, shapes to 1600, every two breaks "
                     "at edges");
}

/* One buffer of a new instance, and the breaks around it. */
struct buffer_case {
    struct subject *subject;
    uint32_t at;
    uint32_t length;
};

static void one_buffer(struct process *process, void *context)
{
    const struct buffer_case *this = context;
    struct subject *subject = this->subject;
    uint32_t end = this->at + this->length;

    (void)process;
    (void)proof_break(subject, subject->grant_start & ~(subject->granule - 1), false);
    (void)proof_allow(subject, this->at, this->length);
    (void)proof_allow(subject, subject->start - 4, this->length);
    (void)proof_break(subject, end - 1, false);
    (void)proof_break(subject, subject->start + 32, false);
    (void)proof_break(subject, end, false);
    (void)proof_break(subject, subject->grant_start, true);
    (void)proof_break(subject, ck_max(subject->high_water, subject->start + 32), true);
}

static void buffers_of_shape(uint32_t need, uint32_t size, void *context)
{
    struct subject subject;
    struct buffer_case this = {&subject, 0, 0};
    uint32_t step;

    (void)context;
    proof_that(create(&subject, need, PROOF_ANY) == 0, "a block is found");
    step = ck_max(subject.granule / 2, 16);
    for (uint32_t at = 0; at <= size; at += step) {
        for (uint32_t length = 0; at + length <= size + step; length += step) {
            proof_case(size, at, length, 0);
            this.at = subject.start + at;
            this.length = length;
            proof_restart(&subject);
            machine_run(subject.process, one_buffer, &this);
        }
    }
    proof_destroy(&subject);
}

void sweep_buffers(bool wide)
{
    proof_begin("buffers");
    proof_kernel(512, 64);
    for_shapes(wide ? 8192 : 2048, 1024, 8, buffers_of_shape, NULL);
    proof_end(wide
                  ? "every shape to 8 KiB, buffers at every half granule and of every such length"
                  : "every shape to 2 KiB, buffers at every half granule and of every such length");
}
