// SPDX-License-Identifier: Apache-2.0
#include <link/messages.h>

#include <stddef.h>
#include <string.h>

#include <base/bytes.h>

/*
 * Each message is a table of fields in the order in which they are sent, up to END; one encoder and
 * one decoder work on the tables, so the two cannot disagree.
 */
enum kind { END, U16, U32, NAME, BYTES, U8 = BYTES };

struct field {
    uint8_t kind;
    uint8_t size; /* bytes: of one field, or of several of a kind that follow each other */
    uint16_t offset;
};

/* clang-format off */
#define FIELD(kind, message, member) \
    {kind, sizeof(((struct link_##message *)0)->member) & 0xFF, \
     offsetof(struct link_##message, member)}
/* All from one to another, which have the same size, so that there is nothing between them. */
#define FIELDS(kind, message, first, last) \
    {kind, (offsetof(struct link_##message, last) - offsetof(struct link_##message, first) + \
            sizeof(((struct link_##message *)0)->last)) & 0xFF, \
     offsetof(struct link_##message, first)}
/* clang-format on */

void link_name_set(struct link_name *name, const void *text, size_t length)
{
    name->length = (uint8_t)(length < LINK_NAME_MAX ? length : LINK_NAME_MAX);
    memset(name->text, 0, sizeof name->text);
    if (name->length > 0) {
        memcpy(name->text, text, name->length);
    }
}

static void put_field(struct bytes_writer *w, const struct field *field, const uint8_t *at)
{
    const struct link_name *name = (const struct link_name *)(const void *)at;
    uint16_t half;
    uint32_t word;

    switch (field->kind) {
    case U16:
        memcpy(&half, at, sizeof half);
        bytes_write_u16(w, half);
        break;
    case U32:
        for (size_t i = 0; i < field->size; i += sizeof word) {
            memcpy(&word, at + i, sizeof word);
            bytes_write_u32(w, word);
        }
        break;
    case NAME:
        bytes_write_u8(w, name->length);
        bytes_write_block(w, name->text, name->length);
        break;
    default:
        bytes_write_block(w, at, field->size);
        break;
    }
}

static bool get_field(struct bytes_reader *r, const struct field *field, uint8_t *at)
{
    struct link_name *name = (struct link_name *)(void *)at;
    uint16_t half;
    uint32_t word;

    switch (field->kind) {
    case U16:
        half = bytes_read_u16(r);
        memcpy(at, &half, sizeof half);
        break;
    case U32:
        for (size_t i = 0; i < field->size; i += sizeof word) {
            word = bytes_read_u32(r);
            memcpy(at + i, &word, sizeof word);
        }
        break;
    case NAME:
        name->length = bytes_read_u8(r);
        if (name->length > LINK_NAME_MAX) {
            return false;
        }
        memset(name->text, 0, sizeof name->text);
        bytes_read_copy(r, name->text, name->length);
        break;
    default:
        bytes_read_copy(r, at, field->size);
        break;
    }
    return r->ok;
}

static size_t put(const void *message, uint8_t *out, size_t room, const struct field *field)
{
    struct bytes_writer w;

    bytes_writer_init(&w, out, room);
    for (; field->kind != END; field++) {
        put_field(&w, field, (const uint8_t *)message + field->offset);
    }
    return w.ok ? w.used : 0;
}

static bool get(const uint8_t *in, size_t length, void *message, const struct field *field)
{
    struct bytes_reader r;

    bytes_reader_init(&r, in, length);
    for (; field->kind != END; field++) {
        if (!get_field(&r, field, (uint8_t *)message + field->offset)) {
            return false;
        }
    }
    return r.left == 0;
}

static const struct field hello_fields[] = {
    FIELD(U16, hello, version),
    FIELDS(U8, hello, mode, window),
    FIELD(U16, hello, block),
    FIELD(U32, hello, session),
    {END, 0, 0},
};

static const struct field info_fields[] = {
    FIELD(NAME, info, board),
    FIELD(NAME, info, architecture),
    FIELDS(U32, info, flags, ram_free),
    FIELDS(U8, info, app_count, key_count),
    {END, 0, 0},
};

static const struct field key_fields[] = {
    FIELD(U8, key, flags),
    FIELD(NAME, key, owner),
    FIELD(BYTES, key, public_key),
    {END, 0, 0},
};

static const struct field app_fields[] = {
    FIELDS(U32, app, address, tag),
    {END, 0, 0},
};

static const struct field entry_fields[] = {
    FIELDS(U32, entry, app, process),
    FIELD(NAME, entry, name),
    FIELD(NAME, entry, owner),
    {END, 0, 0},
};

static const struct field fault_fields[] = {
    FIELDS(U32, fault, process, status),
    FIELD(NAME, fault, name),
    {END, 0, 0},
};

static const struct field process_fields[] = {
    FIELDS(U32, process, process, app),
    FIELD(U8, process, state),
    FIELDS(U32, process, restarts, fault_pc),
    FIELD(NAME, process, name),
    {END, 0, 0},
};

static const struct field detail_fields[] = {
    FIELDS(U32, detail, process, r),
    FIELDS(U8, detail, flags, drivers),
    {END, 0, 0},
};

static const struct field system_fields[] = {
    FIELDS(U32, system, uptime, verified),
    {END, 0, 0},
};

static const struct field begin_fields[] = {
    FIELDS(U8, begin, kind, flags),
    FIELDS(U32, begin, size, version),
    FIELD(NAME, begin, name),
    FIELDS(BYTES, begin, digest, fingerprint),
    {END, 0, 0},
};

/* Behind them with LINK_BEGIN_FIXED. */
static const struct field begin_place_fields[] = {
    FIELDS(U32, begin, address, ram_address),
    {END, 0, 0},
};

static const struct field begun_fields[] = {
    FIELDS(U32, begun, address, rotate),
    {END, 0, 0},
};

static const struct field ack_fields[] = {
    FIELDS(U32, ack, base, bitmap),
    FIELD(U8, ack, status),
    {END, 0, 0},
};

static const struct field statistics_fields[] = {
    FIELDS(U32, statistics, frames, overruns),
    {END, 0, 0},
};

/* The pair of functions of one message. */
#define MESSAGE(message)                                                                           \
    size_t link_put_##message(const struct link_##message *m, uint8_t *out, size_t room)           \
    {                                                                                              \
        return put(m, out, room, message##_fields);                                                \
    }                                                                                              \
    bool link_get_##message(const uint8_t *in, size_t length, struct link_##message *m)            \
    {                                                                                              \
        return get(in, length, m, message##_fields);                                               \
    }

/* clang-format off */
MESSAGE(hello)
MESSAGE(info)
MESSAGE(key)
MESSAGE(app)
MESSAGE(entry)
MESSAGE(fault)
MESSAGE(process)
MESSAGE(detail)
MESSAGE(system)
MESSAGE(begun)
MESSAGE(ack)
MESSAGE(statistics)
/* clang-format on */

enum { PLACE_SIZE = 8 };

size_t link_put_begin(const struct link_begin *m, uint8_t *out, size_t room)
{
    size_t length = put(m, out, room, begin_fields);
    size_t more;

    if (length == 0 || (m->flags & LINK_BEGIN_FIXED) == 0) {
        return length;
    }
    more = put(m, out + length, room - length, begin_place_fields);
    return more != 0 ? length + more : 0;
}

bool link_get_begin(const uint8_t *in, size_t length, struct link_begin *m)
{
    size_t place = length >= 2 && (in[1] & LINK_BEGIN_FIXED) != 0 ? PLACE_SIZE : 0;

    m->address = UINT32_MAX;
    m->ram_address = UINT32_MAX;
    return length >= place && get(in, length - place, m, begin_fields) &&
           (place == 0 || get(in + length - place, place, m, begin_place_fields));
}
