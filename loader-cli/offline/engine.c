// SPDX-License-Identifier: Apache-2.0
#include "engine.h"

#include <stdlib.h>
#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <base/crc32.h>
#include <hil/error.h>
#include <link/error.h>
#include <store/kernel.h>
#include <store/record.h>
#include <tbf/error.h>
#include <tbf/format.h>

#include "internal.h"

enum { QUEUE_MIN = 4096, WINDOW = 8 };

struct pair {
    int error;
    uint8_t status;
};

static const struct pair pairs[] = {
    {0, LINK_OK},
    {STORE_E_READ_ONLY, LINK_READ_ONLY},
    {STORE_E_JOURNAL, LINK_READ_ONLY},
    {STORE_E_CONFIG, LINK_WRONG_BOARD},
    {STORE_E_BUSY, LINK_BUSY},
    {STORE_E_FULL, LINK_NO_SLOT},
    {STORE_E_APPS, LINK_NO_SLOT},
    {STORE_E_IDENTITIES, LINK_NO_IDENTITY},
    {STORE_E_OLDER, LINK_OLDER},
    {STORE_E_OWNER, LINK_OWNER},
    {STORE_E_SPACE, LINK_NO_FLASH},
    {STORE_E_REGION, LINK_NO_FLASH},
    {STORE_E_NOT_FOUND, LINK_NOT_FOUND},
    {STORE_E_SHARED, LINK_STATE},
    {STORE_E_ORDER, LINK_INCOMPLETE},
};

uint8_t offline_status(int error)
{
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (pairs[i].error == error) {
            return pairs[i].status;
        }
    }
    return error <= TBF_E_END && error >= TBF_E_ROOM ? LINK_HEADER : LINK_FLASH;
}

static size_t take_input(void *context, uint8_t *data, size_t capacity)
{
    struct offline *o = context;
    const size_t count = capacity < o->input_left ? capacity : o->input_left;

    if (count > 0) {
        memcpy(data, o->input, count);
    }
    o->input += count;
    o->input_left -= count;
    return count;
}

static bool queue_grow(struct offline_queue *q, size_t length)
{
    size_t room = q->room == 0 ? (size_t)QUEUE_MIN : q->room;
    uint8_t *data;

    while (room - q->end < length) {
        room *= 2;
    }
    data = realloc(q->data, room);
    if (data == NULL) {
        return false;
    }
    q->data = data;
    q->room = room;
    return true;
}

static size_t give_output(void *context, const uint8_t *data, size_t length)
{
    struct offline *o = context;
    struct offline_queue *q = &o->output;

    if (q->first == q->end) {
        q->first = 0;
        q->end = 0;
    }
    if (q->room - q->end < length && !queue_grow(q, length)) {
        o->lost = true;
        return length;
    }
    memcpy(q->data + q->end, data, length);
    q->end += length;
    return length;
}

/* Nothing here takes time of its own: a session does not end by itself. */
static uint32_t now_ms(void *context)
{
    (void)context;
    return 0;
}

struct offline *offline_open(const struct board *board, const struct memory *memory)
{
    struct offline *o = calloc(1, sizeof *o);

    if (o == NULL) {
        memory->ops->close(memory->context);
        return NULL;
    }
    o->board = *board;
    o->board.geometry.runs = o->board.run;
    o->config = (struct store_config){
        .flash = &o->flash.flash,
        .journal = {board->journal[0], board->journal[1]},
        .apps = board->apps,
        .slots = o->slots,
        .identities_max = board->identities_max,
    };
    for (size_t i = 0; i < BOARD_SLOTS && board->slot[i].size != 0; i++) {
        o->slots[o->config.slot_count++] = board->slot[i];
    }
    o->link_config = (struct link_device_config){
        .read = take_input,
        .write = give_output,
        .now_ms = now_ms,
        .request = offline_request,
        .data = offline_data,
        .context = o,
        .replay = o->replay,
        .replay_size = sizeof o->replay,
        .mode = LINK_MODE_KERNEL,
        .window = WINDOW,
    };
    if (!offline_flash_init(&o->flash, &o->board, memory)) {
        offline_close(o);
        return NULL;
    }
    link_device_init(&o->link, &o->link_config);
    return o;
}

void offline_close(struct offline *offline)
{
    if (offline != NULL) {
        (void)offline_flash_barrier(&offline->flash);
        offline_flash_free(&offline->flash);
        free(offline->output.data);
        free(offline);
    }
}

int offline_error(const struct offline *offline)
{
    return offline->flash.error;
}

int offline_send(struct offline *offline, const uint8_t *data, size_t length)
{
    offline->input = data;
    offline->input_left = length;
    while (link_device_poll(&offline->link) || offline->input_left > 0) {
        if (offline->lost) {
            return LINK_E_IO;
        }
    }
    return 0;
}

int offline_receive(struct offline *offline, uint8_t *data, size_t capacity)
{
    struct offline_queue *q = &offline->output;
    const size_t left = q->end - q->first;
    const size_t count = left < capacity ? left : capacity;

    /* What was answered after the memory failed is not to be believed. */
    if (offline->flash.error != 0 || offline->lost) {
        return offline->flash.error != 0 ? offline->flash.error : (int)LINK_E_IO;
    }
    if (count > 0) {
        memcpy(data, q->data + q->first, count);
    }
    q->first += count;
    return (int)count;
}

const struct board *offline_board(const struct offline *offline)
{
    return &offline->board;
}

const struct memory *offline_memory(const struct offline *offline)
{
    return &offline->flash.memory;
}

/* Before the store is mounted, which formats what is no journal. */
static void look(struct offline *o)
{
    bool blank = true;
    bool journal = false;

    for (size_t i = 0; i < 2; i++) {
        const uint8_t *head = offline_peek(o, o->board.journal[i].address, STORE_HEAD_SIZE);

        if (head == NULL) {
            return;
        }
        blank = blank && bytes_all(head, STORE_HEAD_SIZE, o->board.geometry.erase_value);
        journal = journal || bytes_get_u32(head) == STORE_HEAD_MAGIC;
    }
    o->looked = true;
    o->strange = !blank && !journal;
}

bool offline_is_strange(const struct offline *offline)
{
    return offline->strange;
}

static void mount(struct offline *o)
{
    int error;

    if (!o->looked) {
        look(o);
    }
    error = store_mount_begin(&o->store, &o->config);
    o->mount_error = error != 0 ? error : store_wait(&o->store);
    o->mounted = true;
}

/* Whether the kernel in the flash is one of another board: then the flash is, too. */
static bool is_of_another_board(struct offline *o)
{
    struct tbf_header header;

    return offline_kernel(o, &header) != NULL &&
           header.kernel.board_id != crc32_posix(o->board.name, strlen(o->board.name));
}

struct store *offline_preview(struct offline *offline, int *error)
{
    struct store *store = offline_store(offline, false, error);

    if (store != NULL && offline->flash.shadow && is_of_another_board(offline)) {
        *error = STORE_E_CONFIG;
        return NULL;
    }
    return store;
}

struct store *offline_store(struct offline *offline, bool change, int *error)
{
    int result = 0;

    if (!offline->mounted) {
        mount(offline);
    }
    if (change && offline->flash.shadow && offline->mount_error == 0) {
        result = is_of_another_board(offline) ? (int)STORE_E_CONFIG : 0;
        if (result == 0 && offline->flash.error == 0) {
            offline_flash_go_live(&offline->flash);
            mount(offline);
        }
    }
    result = offline->flash.error != 0   ? offline->flash.error
             : offline->mount_error != 0 ? offline->mount_error
                                         : result;
    if (error != NULL) {
        *error = result;
    }
    return result == 0 ? &offline->store : NULL;
}

int offline_finish(struct offline *offline, int begun)
{
    int result = begun != 0 ? begun : store_wait(&offline->store);
    int error = offline_flash_barrier(&offline->flash);

    return error != 0 ? error : result;
}

const struct hil_flash *offline_hil(struct offline *offline, bool change, int *error)
{
    *error = change && is_of_another_board(offline) ? (int)STORE_E_CONFIG : 0;
    if (*error == 0 && offline->flash.error == 0 && change && offline->flash.shadow) {
        offline_flash_go_live(&offline->flash);
        offline->mounted = false;
    }
    *error = offline->flash.error != 0 ? offline->flash.error : *error;
    return *error == 0 ? &offline->flash.flash : NULL;
}

int offline_settle(struct offline *offline)
{
    return offline_flash_barrier(&offline->flash);
}

const uint8_t *offline_peek(struct offline *offline, uint32_t address, uint32_t length)
{
    return offline_flash_read(&offline->flash, address, length);
}

int offline_poke(struct offline *offline, uint32_t address, const uint8_t *data, uint32_t length)
{
    int error;

    if (offline->flash.shadow) {
        offline_flash_go_live(&offline->flash);
    }
    offline->mounted = false; /* it may be the journal that changes, or a kernel */
    offline->keys_known = false;
    error = offline_flash_rewrite(&offline->flash, address, data, length);
    return error != 0 ? error : offline_flash_barrier(&offline->flash);
}

int offline_header(struct offline *o, uint32_t address, uint32_t room, struct tbf_header *header)
{
    const uint8_t *base = offline_peek(o, address, ck_min(room, TBF_BASE_SIZE));
    const uint8_t *object;
    uint32_t size;

    if (base == NULL || room < TBF_BASE_SIZE) {
        return base == NULL ? (int)HIL_E_IO : (int)TBF_E_SIZE;
    }
    /* Only what the header says is read: over a probe a whole slot would take long. */
    size = bytes_get_u16(base + 2);
    if (bytes_get_u16(base) != TBF_VERSION || size < TBF_BASE_SIZE || size > room) {
        return TBF_E_END;
    }
    object = offline_peek(o, address, size);
    return object != NULL ? tbf_header_parse(object, room, header) : (int)HIL_E_IO;
}

const struct store_extent *offline_kernel(struct offline *o, struct tbf_header *header)
{
    const struct store *store = offline_store(o, false, NULL);
    const struct store_extent *best = NULL;
    struct store_kernel said = {.active = STORE_SLOT_NONE};
    struct tbf_header other;

    if (store != NULL) {
        (void)store_kernel_get(store, &said);
    }
    for (uint8_t i = 0; i < o->config.slot_count; i++) {
        const struct store_extent *slot = &o->slots[i];

        if (offline_header(o, slot->address, slot->size, &other) != 0 || !other.is_kernel) {
            continue;
        }
        if (best == NULL || said.active == i ||
            (said.active == STORE_SLOT_NONE && other.kernel.version > header->kernel.version)) {
            best = slot;
            *header = other;
        }
    }
    return best;
}

void offline_find_keys(struct offline *o)
{
    struct tbf_header header;
    const struct store_extent *slot;
    const uint8_t *image;

    if (o->keys_known) {
        return;
    }
    o->keys_known = true;
    slot = offline_kernel(o, &header);
    image = slot != NULL && header.binary_end <= slot->size
                ? offline_peek(o, slot->address, header.binary_end)
                : NULL;
    o->key_count = 0;
    if (image != NULL) {
        o->key_count = keys_find(image, header.binary_end, o->key);
        keys_name_owners(image, header.binary_end, slot->address, o->key, o->key_count);
    }
}
