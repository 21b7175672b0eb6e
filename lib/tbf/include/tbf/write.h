// SPDX-License-Identifier: Apache-2.0
/*
 * Writing TBF headers and footers. The same bytes come out on device (padding) and host (packages).
 *
 * Pure; any context.
 */
#ifndef TBF_WRITE_H
#define TBF_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include <tbf/error.h>
#include <tbf/format.h>

/** A header under construction in the caller's buffer. */
struct tbf_writer {
    uint8_t *data;
    uint32_t capacity;
    uint32_t used;
    int error; /* 0, or TBF_E_ROOM for good */
};

/** Starts a header; room for the base header is left free. */
void tbf_write_begin(struct tbf_writer *writer, uint8_t *data, uint32_t capacity);
/** Appends a TLV, padded with zeros to a multiple of 4. */
void tbf_write_tlv(struct tbf_writer *writer, uint16_t type, const void *value, uint16_t length);
/**
 * Writes the base header with its checksum.
 * @param total_size  of the whole object
 * @return the header's size, or TBF_E_ROOM
 */
int tbf_write_end(struct tbf_writer *writer, uint32_t total_size, uint32_t flags);

/** Makes the 16-byte header of a padding object that is total_size (>= 16) bytes long. */
void tbf_write_padding(uint8_t header[TBF_BASE_SIZE], uint32_t total_size);

/** The checksum of a header: XOR of its words except the fourth. size counts whole words only. */
uint32_t tbf_checksum(const uint8_t *header, uint32_t size);

/**
 * Writes a credential footer.
 * @param out, room  where, and how many bytes there are
 * @return bytes written (8 + length), or TBF_E_ROOM
 */
int tbf_write_credential(uint8_t *out, uint32_t room, uint32_t format, const void *data,
                         uint16_t length);

/**
 * Fills room with one Reserved credential.
 * @param room  bytes; less than 8 are filled with zeros, which every reader takes for the end
 */
void tbf_write_reserved(uint8_t *out, uint32_t room);

#endif
