// SPDX-License-Identifier: Apache-2.0
/*
 * Kernel attributes: what the .bin of a Tock kernel has at its end, to be read backwards. The last
 * four bytes are "TOCK", before them a version byte (1) and three reserved ones; then entries, each
 * with its value in front of u16 type and u16 length. Source: Tock's
 * boards/build_scripts/tock_kernel_layout.ld; the public key: tockloader.
 */
#include <string.h>

#include <base/bytes.h>

#include "inspect.h"

enum {
    END_SIZE = 8,
    ENTRY_SIZE = 4,
    FORMAT = 1,
    APP_MEMORY = 0x0101,
    KERNEL_FLASH = 0x0102,
    KERNEL_VERSION = 0x0103,
    PUBLIC_KEY = 0x0104,
    ECDSA_P256 = 6,
    KEY_TAIL = 8, /* metadata, 0, algorithm */
    KEY_SIZE = 64
};

bool inspect_is_tock_kernel(const struct bytes *file)
{
    return file->size >= END_SIZE && memcmp(file->data + file->size - 4, "TOCK", 4) == 0;
}

static void show_range(struct cli *cli, const char *what, const char *name, const uint8_t *value)
{
    uint32_t start = bytes_get_u32(value);
    uint32_t length = bytes_get_u32(value + 4);

    cli_say(cli, "  %-13s 0x%08x, %u bytes", what, start, length);
    json_object_set_new(
        cli->result, name,
        json_pack("{s:I, s:I}", "start", (json_int_t)start, "length", (json_int_t)length));
}

static void show_version(struct cli *cli, const uint8_t *value)
{
    unsigned part[4];

    for (size_t i = 0; i < 4; i++) {
        part[i] = bytes_get_u16(value + 2 * i);
    }
    cli_say(cli, "  version       %u.%u.%u%s", part[0], part[1], part[2],
            part[3] != 0 ? ", not released" : "");
    json_object_set_new(
        cli->result, "version",
        json_pack("[i, i, i, i]", (int)part[0], (int)part[1], (int)part[2], (int)part[3]));
}

static void show_key(struct cli *cli, const uint8_t *value, uint32_t length)
{
    unsigned algorithm = bytes_get_u16(value + length - 2);
    uint32_t metadata = bytes_get_u32(value + length - KEY_TAIL);
    char hex[2 * KEY_SIZE + 1];

    if (algorithm != ECDSA_P256 || length != KEY_SIZE + KEY_TAIL) {
        cli_say(cli, "  public key    of an unknown kind (%u), %u bytes", algorithm, length);
        return;
    }
    cli_hex(value, KEY_SIZE, hex);
    cli_say(cli, "  public key    ECDSA P-256, number %u: %s", metadata, hex);
    json_object_set_new(cli->result, "public_key", json_string(hex));
}

static void show(struct cli *cli, uint16_t type, const uint8_t *value, uint32_t length)
{
    if (type == APP_MEMORY && length == 8) {
        show_range(cli, "app memory", "app_memory", value);
    } else if (type == KERNEL_FLASH && length == 8) {
        show_range(cli, "kernel flash", "kernel_flash", value);
    } else if (type == KERNEL_VERSION && length == 8) {
        show_version(cli, value);
    } else if (type == PUBLIC_KEY && length >= KEY_TAIL) {
        show_key(cli, value, length);
    }
}

int inspect_tock_kernel(struct cli *cli, const struct bytes *file)
{
    size_t end = file->size - END_SIZE;
    unsigned format = file->data[file->size - 5];

    if (format != FORMAT) {
        return cli_fail(cli, EXIT_FAILED, NULL, "its attributes are of version %u, not %d", format,
                        FORMAT);
    }
    cli_say(cli, "Tock kernel, %zu bytes", file->size);
    json_object_set_new(cli->result, "tock_kernel", json_true());
    while (end >= ENTRY_SIZE) {
        uint16_t type = bytes_get_u16(file->data + end - ENTRY_SIZE);
        uint32_t length = bytes_get_u16(file->data + end - 2);

        /* What is in front of the last entry is the kernel itself. */
        if (type < APP_MEMORY || type > PUBLIC_KEY || length > end - ENTRY_SIZE) {
            break;
        }
        end -= ENTRY_SIZE + length;
        show(cli, type, file->data + end, length);
    }
    return EXIT_DONE;
}
