// SPDX-License-Identifier: Apache-2.0
/*
 * Editing headers: the TLVs of a TBF object as a list, names of their fields, and putting a changed
 * list back so that the rest of the object still fits it.
 */
#ifndef PACKAGE_TLV_H
#define PACKAGE_TLV_H

#include "package.h"

/** One TLV in the block of a header's TLVs. */
struct tlv {
    uint16_t type;
    uint16_t length; /* of the value */
    uint32_t at;     /* of the TLV in the block; the value is 4 bytes behind */
};

/** A header taken apart. Free with header_edit_free(). */
struct header_edit {
    struct tbf_header header; /* of the object as it was */
    uint32_t flags;
    struct bytes tlvs; /* all TLVs, one behind the other, padded */
};

/** Takes a header apart. @return an exit code; everything has been reported */
int header_edit_begin(struct cli *cli, const struct bytes *tbf, const char *what,
                      struct header_edit *edit);
void header_edit_free(struct header_edit *edit);

/** The next TLV, from *cursor 0 on; false behind the last. */
bool tlv_next(const struct bytes *tlvs, uint32_t *cursor, struct tlv *tlv);
/** The first TLV of a type; false when there is none. */
bool tlv_find(const struct bytes *tlvs, uint16_t type, struct tlv *tlv);
uint8_t *tlv_value(const struct bytes *tlvs, const struct tlv *tlv);
/** Appends a TLV; false: out of memory. */
bool tlv_append(struct bytes *tlvs, uint16_t type, const void *value, uint16_t length);
void tlv_remove(struct bytes *tlvs, const struct tlv *tlv);
/** Gives a TLV another value, perhaps of another length, in its place; false: out of memory. */
bool tlv_replace(struct bytes *tlvs, const struct tlv *tlv, const void *value, uint16_t length);

/**
 * Puts the edited header into an object. What the header grows by comes out of the protected bytes
 * behind it; what it shrinks by becomes such: the binary stays where it is. Without enough of them
 * the binary moves by a multiple of 0x80, into Reserved credentials if there are enough, else the
 * object grows (one whose size is a power of two: to the next); one that is linked for its place is
 * refused (EXIT_SPACE). Entry, protected size, end of the
 * binary and writeable regions follow. Hashes among the credentials are made anew; signatures that
 * do not fit any more are dropped.
 * @param tbf      changed only when all is well
 * @param dropped  receives how many signatures there were
 * @return an exit code; EXIT_FAILED when no kernel would take the result
 */
int header_edit_end(struct cli *cli, const struct header_edit *edit, const char *what,
                    struct bytes *tbf, size_t *dropped);

/** What a field holds. */
enum field_kind { FIELD_U16, FIELD_U32, FIELD_TEXT, FIELD_FLAG };

/** A named field of a TLV, or of the base header. */
struct field {
    const char *name;
    enum field_kind kind;
    uint16_t offset; /* in the value; flags: the bit */
};

/** A kind of TLV that can be edited by name. */
struct tlv_kind {
    const char *name;
    const char *alias; /* of tockloader; NULL: none */
    uint16_t type;     /* 0: the base header */
    uint16_t length;   /* of its value; 0: any */
    const struct field *fields;
};

/** NULL when there is none. */
const struct tlv_kind *tlv_kind_named(const char *name);
/** A name for people, of any type; "unknown". */
const char *tlv_type_name(uint16_t type);
/** NULL when there is none. */
const struct field *tlv_field_named(const struct tlv_kind *kind, const char *name);

#endif
