// SPDX-License-Identifier: Apache-2.0
/*
 * The published app header of Tock's format as an object: 436 bytes of code, a Reserved credential
 * up to 0x400. What is expected of it was computed by programs that share no code with the tool.
 */
#ifndef PACKAGE_PUBLISHED_H
#define PACKAGE_PUBLISHED_H

#include "package_support.h"

#include <elf.h>

enum {
    PUBLISHED_CODE = 436,
    PUBLISHED_START = 0x4C,
    PUBLISHED_END = 0x200,
    PUBLISHED_SIZE = 0x400
};

static const char published_header[] =
    "02004c0000040000010000000a6a3e6e01000c002900000000000000001000000900140029000000"
    "0000000000100000000200000100000003000500626c696e6b0000000800040002000200";

/* Compares bytes with hexadecimal digits. */
static inline void assert_bytes(const uint8_t *data, const char *hex)
{
    for (size_t i = 0; hex[2 * i] != '\0'; i++) {
        char byte[3];

        snprintf(byte, sizeof byte, "%02x", data[i]);
        if (strncmp(byte, hex + 2 * i, 2) != 0) {
            fail_msg("byte %zu is %s, should be %.2s", i, byte, hex + 2 * i);
        }
    }
}

/* What elf2tab is given for it; the executable's entry is 0x29. */
static inline void make_published(struct bytes *tbf)
{
    struct elf_app app = app_of_size(PUBLISHED_CODE);
    const struct image_options options = {.name = "blink",
                                          .layout = IMAGE_ELF2TAB,
                                          .minimum_ram = 4096,
                                          .version = 1,
                                          .kernel_major = 2,
                                          .kernel_minor = 2,
                                          .min_footer = 8};

    app.entry = 0x29;
    app.machine = EM_ARM;
    assert_int_equal(image_build(&cli, &app, &options, tbf), EXIT_DONE);
    bytes_free(&app.binary);
}

#endif
