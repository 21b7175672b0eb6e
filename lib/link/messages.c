// SPDX-License-Identifier: Apache-2.0
#include <link/messages.h>

#include <stddef.h>
#include <string.h>

#include <base/bytes.h>

/*
 * Each message is a table of fields in the order in which they are sent; one encoder and one
 * decoder work on the tables, so the two cannot disagree.
 */
enum kind { U8, U16, U32, NAME, BYTES };

struct field {
    uint8_t kind;
    uint8_t size; /* BYTES */
    uint16_t offset;
};

/* clang-format off */
#define FIELD(kind, message, member) \
    {kind, sizeof(((struct link_##message *)0)->member) & 0xFF, \
     offsetof(struct link_##message, member)}
/* clang-format on */
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

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
    case U8:
        bytes_write_u8(w, *at);
        break;
    case U16:
        memcpy(&half, at, sizeof half);
        bytes_write_u16(w, half);
        break;
    case U32:
        memcpy(&word, at, sizeof word);
        bytes_write_u32(w, word);
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
    case U8:
        *at = bytes_read_u8(r);
        break;
    case U16:
        half = bytes_read_u16(r);
        memcpy(at, &half, sizeof half);
        break;
    case U32:
        word = bytes_read_u32(r);
        memcpy(at, &word, sizeof word);
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

static size_t put(const struct field *table, size_t count, const void *message, uint8_t *out,
                  size_t room)
{
    struct bytes_writer w;

    bytes_writer_init(&w, out, room);
    for (size_t i = 0; i < count; i++) {
        put_field(&w, &table[i], (const uint8_t *)message + table[i].offset);
    }
    return w.ok ? w.used : 0;
}

static bool get(const struct field *table, size_t count, const uint8_t *in, size_t length,
                void *message)
{
    struct bytes_reader r;

    bytes_reader_init(&r, in, length);
    for (size_t i = 0; i < count; i++) {
        if (!get_field(&r, &table[i], (uint8_t *)message + table[i].offset)) {
            return false;
        }
    }
    return r.left == 0;
}

static const struct field hello_fields[] = {
    FIELD(U16, hello, version), FIELD(U8, hello, mode),     FIELD(U8, hello, window),
    FIELD(U16, hello, block),   FIELD(U32, hello, session),
};

static const struct field info_fields[] = {
    FIELD(NAME, info, board),      FIELD(NAME, info, architecture),
    FIELD(U32, info, flags),       FIELD(U32, info, kernel_version),
    FIELD(U32, info, kernel_slot), FIELD(U32, info, flash_start),
    FIELD(U32, info, flash_size),  FIELD(U32, info, flash_largest),
    FIELD(U32, info, flash_free),  FIELD(U32, info, ram_size),
    FIELD(U32, info, ram_largest), FIELD(U32, info, ram_free),
    FIELD(U8, info, app_count),    FIELD(U8, info, process_slots),
    FIELD(U8, info, key_count),
};

static const struct field key_fields[] = {
    FIELD(U8, key, flags),
    FIELD(NAME, key, owner),
    FIELD(BYTES, key, public_key),
};

static const struct field app_fields[] = {
    FIELD(U32, app, address),
    FIELD(U32, app, tag),
};

static const struct field entry_fields[] = {
    FIELD(U32, entry, app.address), FIELD(U32, entry, app.tag),  FIELD(U32, entry, size),
    FIELD(U32, entry, extent),      FIELD(U32, entry, short_id), FIELD(U32, entry, version),
    FIELD(U32, entry, flags),       FIELD(U32, entry, min_ram),  FIELD(U32, entry, process),
    FIELD(NAME, entry, name),       FIELD(NAME, entry, owner),
};

static const struct field fault_fields[] = {
    FIELD(U32, fault, process), FIELD(U32, fault, app), FIELD(U32, fault, cause),
    FIELD(U32, fault, address), FIELD(U32, fault, pc),  FIELD(U32, fault, lr),
    FIELD(U32, fault, sp),      FIELD(U32, fault, psr), FIELD(U32, fault, status),
    FIELD(NAME, fault, name),
};

static const struct field process_fields[] = {
    FIELD(U32, process, process),     FIELD(U32, process, app),
    FIELD(U8, process, state),        FIELD(U32, process, restarts),
    FIELD(U32, process, syscalls),    FIELD(U32, process, slices),
    FIELD(U32, process, dropped),     FIELD(U32, process, completion),
    FIELD(U32, process, ram_start),   FIELD(U32, process, ram_size),
    FIELD(U32, process, app_break),   FIELD(U32, process, grant_start),
    FIELD(U32, process, fault_cause), FIELD(U32, process, fault_address),
    FIELD(U32, process, fault_pc),    FIELD(NAME, process, name),
};

static const struct field begin_fields[] = {
    FIELD(U8, begin, kind),           FIELD(U8, begin, flags),
    FIELD(U32, begin, size),          FIELD(U32, begin, binary_end),
    FIELD(U32, begin, min_ram),       FIELD(U32, begin, short_id),
    FIELD(U32, begin, version),       FIELD(NAME, begin, name),
    FIELD(BYTES, begin, digest),      FIELD(BYTES, begin, signature),
    FIELD(BYTES, begin, fingerprint), FIELD(U32, begin, flash_address),
    FIELD(U32, begin, ram_address),
};

static const struct field begun_fields[] = {
    FIELD(U32, begun, address),
    FIELD(U32, begun, offset),
    FIELD(U32, begun, rotate),
};

static const struct field ack_fields[] = {
    FIELD(U32, ack, base),
    FIELD(U32, ack, bitmap),
    FIELD(U8, ack, status),
};

static const struct field statistics_fields[] = {
    FIELD(U32, statistics, frames),
    FIELD(U32, statistics, bad),
    FIELD(U32, statistics, repeated),
    FIELD(U32, statistics, overruns),
};

/* The pair of functions of one message. */
#define MESSAGE(message)                                                                           \
    size_t link_put_##message(const struct link_##message *m, uint8_t *out, size_t room)           \
    {                                                                                              \
        return put(message##_fields, COUNT(message##_fields), m, out, room);                       \
    }                                                                                              \
    bool link_get_##message(const uint8_t *in, size_t length, struct link_##message *m)            \
    {                                                                                              \
        return get(message##_fields, COUNT(message##_fields), in, length, m);                      \
    }

/* clang-format off */
MESSAGE(hello)
MESSAGE(info)
MESSAGE(key)
MESSAGE(app)
MESSAGE(entry)
MESSAGE(fault)
MESSAGE(process)
MESSAGE(begun)
MESSAGE(ack)
MESSAGE(statistics)
/* clang-format on */

/* The addresses are there only when a flag says so. */
static size_t begin_count(uint8_t flags)
{
    return COUNT(begin_fields) - ((flags & LINK_BEGIN_FIXED) != 0 ? 0 : 2);
}

size_t link_put_begin(const struct link_begin *m, uint8_t *out, size_t room)
{
    return put(begin_fields, begin_count(m->flags), m, out, room);
}

bool link_get_begin(const uint8_t *in, size_t length, struct link_begin *m)
{
    m->flash_address = LINK_ANYWHERE;
    m->ram_address = LINK_ANYWHERE;
    return length >= 2 && get(begin_fields, begin_count(in[1]), in, length, m);
}
