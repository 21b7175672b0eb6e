// SPDX-License-Identifier: Apache-2.0
/*
 * Reading TBF headers. Nothing of an object is believed before tbf_header_parse() has accepted it;
 * afterwards every offset in struct tbf_header is inside the object.
 *
 * Pure functions over constant bytes; any context.
 */
#ifndef TBF_HEADER_H
#define TBF_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tbf/error.h>
#include <tbf/format.h>

/** Bytes inside the header that was parsed; they live as long as it does. */
struct tbf_span {
    const uint8_t *data; /* NULL when the TLV is absent */
    uint32_t length;
};

/** Gantry's kernel TLV. */
struct tbf_kernel {
    uint32_t board_id;     /* CRC-32/POSIX of the board's name */
    uint32_t slot_address; /* where the object must lie */
    uint32_t version;
    uint32_t flags; /* 0 */
};

/** Gantry's fault TLV: what an app asks for; the board has the last word. */
struct tbf_fault {
    uint8_t policy;   /* 0: as the board does; 1 stop, 2 restart, 3 panic; others: as 0 */
    uint8_t restarts; /* with 2: at most so many; 255: without end */
};

struct tbf_header {
    uint32_t total_size;  /* the whole object, a multiple of 4, >= header_size */
    uint32_t header_size; /* base header and TLVs */
    uint32_t flags;       /* TBF_FLAG_* */
    uint32_t checksum;
    bool padding; /* neither Main nor Program: no app, only space */

    /* From Program, else Main; offsets count from the start of the object. */
    uint32_t app_start;  /* end of header and protected trailer */
    uint32_t entry;      /* first instruction, bit 0 clear; inside [app_start, binary_end) */
    uint32_t min_ram;    /* bytes */
    uint32_t binary_end; /* first footer byte */
    uint32_t version;

    uint32_t fixed_ram;    /* TBF_NO_FIXED_ADDRESS when none */
    uint32_t fixed_flash;  /* address that app_start must have; TBF_NO_FIXED_ADDRESS when none */
    uint32_t short_id_tlv; /* 0 when none */
    bool has_kernel_version;
    uint16_t kernel_major;
    uint16_t kernel_minor;
    bool is_kernel; /* `kernel` holds Gantry's kernel TLV */
    struct tbf_kernel kernel;
    struct tbf_fault fault;

    struct tbf_span name;        /* UTF-8, at most TBF_NAME_MAX bytes, not terminated */
    struct tbf_span permissions; /* value of the Permissions TLV */
    struct tbf_span storage;     /* value of the StoragePermissions TLV, for tbf/storage.h */
    struct tbf_span tlvs;        /* all of them, for tbf_writeable_region() */
};

/**
 * Parses and checks a header.
 * @param data      start of the object
 * @param available bytes that may be read at data (space to the end of the region, or file size);
 *                  total_size may not exceed it
 * @param header    receives the result; meaningful only when 0 is returned
 * @return 0; TBF_E_END when there is no version-2 object here; or why the object is malformed. With
 *         TBF_E_SIZE nothing can be said of its length; with every later error total_size is set
 * and lies inside `available`, so that a walk can go on behind it.
 */
int tbf_header_parse(const uint8_t *data, uint32_t available, struct tbf_header *header);

/** The version of Tock's interface that Gantry's kernel has, as the kernel version TLV counts it.
 */
enum { TBF_KERNEL_MAJOR = 2, TBF_KERNEL_MINOR = 3 };

/** Whether that is enough for an app, by its parsed header; for one that does not say, it is. */
static inline bool tbf_kernel_suffices(const struct tbf_header *header)
{
    return !header->has_kernel_version ||
           (header->kernel_major == TBF_KERNEL_MAJOR && header->kernel_minor <= TBF_KERNEL_MINOR);
}

/**
 * The identity of an app: its ShortID TLV, else CRC-32/POSIX of its name; 0 = locally unique.
 * Source: Tock's TRD on application identifiers.
 */
uint32_t tbf_short_id(const struct tbf_header *header);

/**
 * Number of writeable flash regions, those of all such TLVs together.
 * @param tlvs  of a header that was parsed
 */
uint32_t tbf_writeable_count(const struct tbf_span *tlvs);

/**
 * One writeable flash region.
 * @param tlvs, total_size  of a header that was parsed
 * @param offset, size  receive offset from the start of the object, and bytes; not NULL
 * @return true when index exists and the region lies inside the object
 */
bool tbf_writeable_region(const struct tbf_span *tlvs, uint32_t total_size, uint32_t index,
                          uint32_t *offset, uint32_t *size);

/**
 * What the Permissions TLV says of a command; without one everything is permitted.
 * @param permissions  value of that TLV in a parsed header; NULL: there is none
 * Source: Tock's TbfHeaderFilterDefaultAllow.
 */
bool tbf_permits_command(const uint8_t *permissions, uint32_t driver, uint32_t command);
/** The same for subscribe and allow: any record that names the driver. */
bool tbf_permits_driver(const uint8_t *permissions, uint32_t driver);

/** One object of a walk through an app region. */
struct tbf_object {
    uint32_t offset;          /* from the start of the region */
    int error;                /* 0, or why the header is malformed */
    struct tbf_header header; /* total_size is always valid */
};

/**
 * Finds the next object of a list: start with offset 0, go on with offset + total_size.
 * @param region, length  the region's bytes
 * @param offset          where to look; past the end is a normal end
 * @return 0 with an object (look at its error), TBF_E_END at the end of the list. Every object that
 *         is answered is at least TBF_BASE_SIZE long, so that a walk ends.
 */
int tbf_walk(const uint8_t *region, uint32_t length, uint32_t offset, struct tbf_object *object);

#endif
