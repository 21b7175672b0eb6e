// SPDX-License-Identifier: Apache-2.0
/*
 * Sending an object: the device's window is kept full, what is lost is sent again as soon as an
 * acknowledgement shows the gap, and COMMIT follows the last block without waiting: its answer
 * tells whether everything has arrived, so that a lost tail costs one round trip, not a time-out.
 */
#include <link/host.h>

#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>

#include "host_internal.h"

enum { SLACK_MS = 10, FIRST_GAP_MS = 90 /* a block at 115200 */, AHEAD_FACTOR = 4 };

struct transfer {
    struct link_host *host;
    const uint8_t *object;
    uint32_t total;
    uint32_t rotate;
    uint32_t base;                            /* acknowledged */
    uint32_t next;                            /* first offset never sent */
    uint32_t order;                           /* of the latest block sent */
    uint32_t sent_order[LINK_WINDOW_MAX + 1]; /* of the blocks behind base; 0: not sent, or lost */
    uint32_t bitmap;
    bool committing; /* COMMIT has been sent behind all blocks */
    bool asked; /* ... and not answered: the device may be at it, so it is the same one again */
    uint32_t alive_ms;   /* last sign of life */
    uint32_t moved_ms;   /* when an acknowledgement last brought something new */
    uint32_t waiting_ms; /* since when nothing has moved, or been sent again */
    uint32_t acked_ms;   /* when the base last moved */
    bool measured;       /* gap_ms is more than a guess */
    bool ahead;          /* BEGIN is not answered yet: the window may be filled, no more */
    uint32_t burst;      /* what lay below in the device's line is acknowledged all at once */
    uint32_t gap_ms;     /* between such moves, smoothed: the time of a block on the line */
};

static uint32_t block_size(const struct transfer *t, uint32_t offset)
{
    return ck_min(t->host->hello.block, t->total - offset);
}

/* Sends the block at a stream offset; the object is rotated, so that its header comes last. */
static int send_block(struct transfer *t, uint32_t offset)
{
    uint8_t head[4];
    uint8_t block[LINK_BLOCK] = {0};
    uint32_t size = block_size(t, offset);
    uint32_t index = (offset - t->base) / t->host->hello.block;

    bytes_put_u32(head, offset);
    for (uint32_t i = 0; i < size; i++) {
        block[i] = t->object[(offset + i + t->rotate) % t->total];
    }
    t->sent_order[index] = ++t->order;
    t->committing = false;
    return link_host_send(t->host, LINK_DATA, head, sizeof head, block, size);
}

static bool has_arrived(const struct transfer *t, uint32_t index)
{
    return index > 0 && (t->bitmap >> (index - 1) & 1u) != 0;
}

/* The lowest block that was lost, or else the next new one; false when the window is full. */
static bool choose_block(const struct transfer *t, uint32_t *offset)
{
    uint32_t size = t->host->hello.block;

    for (uint32_t at = t->base, i = 0; at < t->next; at += size, i++) {
        if (t->sent_order[i] == 0 && !has_arrived(t, i)) {
            *offset = at;
            return true;
        }
    }
    *offset = t->next;
    return t->next < t->total && (t->next - t->base) / size < t->host->hello.window;
}

/* Forgets blocks that were sent before one that has arrived: the line keeps the order. */
static void mark_lost(struct transfer *t)
{
    uint32_t newest = 0;

    for (uint32_t i = 1; i <= LINK_WINDOW_MAX; i++) {
        newest = has_arrived(t, i) ? ck_max(newest, t->sent_order[i]) : newest;
    }
    for (uint32_t i = 0; i <= LINK_WINDOW_MAX; i++) {
        if (t->sent_order[i] < newest && t->sent_order[i] != 0 && !has_arrived(t, i)) {
            t->sent_order[i] = 0;
            t->host->repeats++;
        }
    }
}

/* Everything that is on its way is taken for lost. */
static void mark_all_lost(struct transfer *t)
{
    memset(t->sent_order, 0, sizeof t->sent_order);
    t->committing = false;
    t->host->repeats++;
}

static int take_ack(struct transfer *t)
{
    const struct link_ack *ack = &t->host->ack;
    uint32_t size = t->host->hello.block;
    uint32_t moved;

    if (!t->host->have_ack) {
        return 0;
    }
    t->host->have_ack = false;
    t->alive_ms = link_host_now(t->host);
    if (ack->status != LINK_OK) {
        return link_host_judge(ack->status);
    }
    if (ack->base < t->base) {
        return 0; /* an older one */
    }
    /* Counted from the base: a resumed transfer goes on at a page's end, which is no block's. */
    if (ack->base > t->next || ((ack->base - t->base) % size != 0 && ack->base != t->total)) {
        return LINK_E_PROTOCOL;
    }
    moved = (ack->base - t->base + size - 1) / size;
    if (moved > LINK_WINDOW_MAX) {
        return LINK_E_PROTOCOL;
    }
    if (moved > 0 || ack->bitmap != t->bitmap) {
        t->waiting_ms = t->alive_ms;
        t->moved_ms = t->alive_ms;
    }
    bytes_move(t->sent_order, t->sent_order + moved,
               (LINK_WINDOW_MAX + 1 - moved) * sizeof t->sent_order[0]);
    memset(t->sent_order + LINK_WINDOW_MAX + 1 - moved, 0, moved * sizeof t->sent_order[0]);
    if (moved > 0 && ack->base > t->burst) {
        t->gap_ms = t->measured ? (3 * t->gap_ms + (t->alive_ms - t->acked_ms)) / 4
                                : t->alive_ms - t->acked_ms;
        t->measured = true;
    }
    t->acked_ms = moved > 0 ? t->alive_ms : t->acked_ms;
    t->base = ack->base;
    t->bitmap = ack->bitmap;
    mark_lost(t);
    if (moved > 0 && t->host->listener->progress != NULL) {
        t->host->listener->progress(t->host->listener->context, t->base, t->total);
    }
    return 0;
}

/* COMMIT is a request of its own: BEGIN must have its answer first. */
static bool may_commit(const struct transfer *t)
{
    return t->next == t->total && !t->committing && !t->ahead;
}

/* The transfer is open: what was sent ahead is taken now. */
static void catch_up(struct transfer *t)
{
    t->ahead = false;
    t->burst = t->next;
    t->acked_ms = link_host_now(t->host);
    t->waiting_ms = t->acked_ms;
    t->moved_ms = t->acked_ms;
}

/* Looks for BEGIN's answer, and for acknowledgements, which stand in for it. */
static int take_begin(struct transfer *t)
{
    int status = LINK_PENDING;

    if (t->host->have_reply && link_host_begin_answered(t->host, &status)) {
        t->alive_ms = link_host_now(t->host);
    }
    if (status == 0 || t->host->have_ack) {
        catch_up(t);
    }
    return status == LINK_PENDING ? 0 : status;
}

/* Sends what may be sent, then COMMIT. */
static int push(struct transfer *t)
{
    uint32_t offset;
    int error = 0;

    if (choose_block(t, &offset)) {
        error = send_block(t, offset);
        t->next = offset == t->next ? t->next + block_size(t, offset) : t->next;
        t->waiting_ms = link_host_now(t->host);
    } else if (may_commit(t)) {
        t->committing = true;
        error = t->asked ? link_host_commit_again(t->host) : link_host_commit_send(t->host);
        t->asked = true;
    }
    return error;
}

/* What to do when nothing has moved for a while. */
static int nudge(struct transfer *t)
{
    uint32_t now = link_host_now(t->host);

    t->waiting_ms = now;
    if (t->ahead) {
        return link_host_begin_again(t->host);
    }
    if (t->committing && t->base == t->total) {
        return link_host_commit_again(t->host);
    }
    mark_all_lost(t);
    return 0;
}

/* Looks at what has come. *done: the commit has been decided, by the answer's status. */
static int take(struct transfer *t, bool *done, int *status)
{
    int error = t->ahead ? take_begin(t) : 0;

    error = error != 0 ? error : take_ack(t);
    if (error != 0 || t->ahead) {
        return error;
    }
    if (link_host_commit_answered(t->host, status)) {
        t->alive_ms = link_host_now(t->host);
        t->waiting_ms = t->alive_ms;
        t->asked = false;
        if (*status == LINK_INCOMPLETE) {
            /* COMMIT overtook nothing: what is not acknowledged by now is lost. */
            if (t->committing) {
                mark_all_lost(t);
            }
        } else if (*status == LINK_BUSY) {
            t->committing = false; /* an earlier COMMIT is still at work: ask again */
        } else if (*status != LINK_PENDING) {
            *done = true;
        }
    }
    return 0;
}

static int run(struct transfer *t)
{
    struct link_host *host = t->host;
    bool done = false;
    int status = 0;

    while (!done) {
        uint32_t now = link_host_now(host);
        uint32_t patience = 2 * host->round_trip_ms + SLACK_MS + 3 * t->gap_ms;
        uint32_t offset;
        /* Behind what was sent ahead the device hears nothing before it has verified. */
        uint32_t silence = host->silence_ms * (t->ahead ? AHEAD_FACTOR : 1u);
        bool busy = choose_block(t, &offset) || may_commit(t);
        int error;

        if (now - t->alive_ms >= silence) {
            return LINK_E_SILENT;
        }
        if (now - t->moved_ms >= LINK_STUCK_FACTOR * host->silence_ms) {
            return LINK_E_STUCK;
        }
        error = busy ? push(t) : 0;
        if (error == 0 && !busy && now - t->waiting_ms >= patience) {
            error = nudge(t);
        }
        error = error != 0 ? error : link_host_receive(host, busy ? 0 : patience / 4 + 1);
        if (error < 0) {
            return error;
        }
        error = take(t, &done, &status);
        if (error != 0) {
            return error;
        }
    }
    return status;
}

int link_host_transfer(struct link_host *host, const uint8_t *object, uint32_t total,
                       const struct link_begun *begun)
{
    struct transfer t = {
        .host = host,
        .object = object,
        .total = total,
        .rotate = begun->rotate,
        .base = begun->offset,
        .next = begun->offset,
        .alive_ms = link_host_now(host),
        .moved_ms = link_host_now(host),
        .waiting_ms = link_host_now(host),
        .acked_ms = link_host_now(host),
        .gap_ms = FIRST_GAP_MS,
        .ahead = host->begin_open,
    };

    if (host->hello.block == 0 || host->hello.block > LINK_BLOCK || host->hello.window == 0 ||
        begun->offset > total || begun->rotate >= total || total == 0) {
        return LINK_E_PROTOCOL;
    }
    host->begin_open = false;
    host->have_ack = false;
    host->have_reply = false;
    return run(&t);
}
