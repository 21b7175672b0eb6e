// SPDX-License-Identifier: Apache-2.0
#include "kernel_offline.h"

#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <base/crc32.h>
#include <store/error.h>

#include "../offline/kernel.h"
#include "offline.h"

enum { PIECE = 16 * 1024 };

/* The variant for the slot; NULL: none is linked for it. */
static struct bytes *choose(struct cli *cli, struct tab *tab, uint32_t slot,
                            struct tbf_header *header, int *code)
{
    *code = EXIT_DONE;
    for (size_t i = 0; *code == EXIT_DONE && i < tab->count; i++) {
        *code = image_parse(cli, &tab->member[i].tbf, tab->member[i].name, header);
        if (*code == EXIT_DONE && header->is_kernel && header->kernel.slot_address == slot) {
            return &tab->member[i].tbf;
        }
    }
    return NULL;
}

static int check(struct device *device, const char *path, const struct bytes *tbf,
                 const struct tbf_header *header, const struct offline_kernel_place *place,
                 const uint8_t digest[32], bool unchecked)
{
    struct cli *cli = device->cli;
    const struct board *board = offline_board(device->line.offline);
    bool known = false;

    if (header->kernel.board_id != crc32_posix(board->name, strlen(board->name))) {
        return cli_fail(cli, EXIT_REFUSED, "loader-cli inspect shows what it is for",
                        "%s is a kernel of another board than %s", path, board->name);
    }
    if (header->total_size > place->slot.size) {
        return cli_fail(cli, EXIT_SPACE, NULL, "%s has %u bytes, the slot at 0x%08x %u", path,
                        header->total_size, place->slot.address, place->slot.size);
    }
    if (header->kernel.version < place->floor) {
        return cli_fail(cli, EXIT_REFUSED, "a kernel that has confirmed itself raises that",
                        "%s: version %u is older than %u, the lowest that may run", path,
                        header->kernel.version, place->floor);
    }
    if (!offline_kernel_is_signed(device->line.offline, tbf->data, header, digest, &known) &&
        !unchecked) {
        return cli_fail(cli, EXIT_REFUSED, "sign it with the kernel key",
                        known ? "%s: no key in the kernel that is there made its signature"
                              : "%s: no key that it carries made its signature",
                        path);
    }
    return EXIT_DONE;
}

static int write_piece(struct device *device, const struct offline_kernel_place *place,
                       const struct bytes *tbf, uint32_t from, uint32_t length, const char *path)
{
    int error = device_is_over(device)
                    ? (int)LINK_E_INTERRUPTED
                    : offline_poke(device->line.offline, place->slot.address + from,
                                   tbf->data + from, length);

    return error == 0 ? EXIT_DONE : device_fail_offline(device, error, path);
}

/* The first page last: until then there is no header that a bootloader would take. */
static int write_slot(struct device *device, const struct offline_kernel_place *place,
                      const struct bytes *tbf, uint32_t size, const char *path)
{
    const uint32_t first = ck_min(size, PIECE);
    int code = EXIT_DONE;

    cli_progress(device->cli, path, 0, 0, size);
    for (uint32_t at = first; code == EXIT_DONE && at < size;) {
        const uint32_t piece = ck_min(PIECE, size - at);

        code = write_piece(device, place, tbf, at, piece, path);
        at += piece;
        if (code == EXIT_DONE) {
            cli_progress(device->cli, path, 0, at - first, size);
        }
    }
    code = code != EXIT_DONE ? code : write_piece(device, place, tbf, 0, first, path);
    if (code == EXIT_DONE) {
        cli_progress(device->cli, path, 0, size, size);
    }
    return code;
}

static int put(struct device *device, const char *path, const struct bytes *tbf,
               const struct tbf_header *header, const struct offline_kernel_place *place,
               const uint8_t digest[32])
{
    struct offline *offline = device->line.offline;
    int error = offline_kernel_distrust(offline, place);
    int code;

    device->has_key = false; /* another kernel may trust others */
    code = error == 0 ? write_slot(device, place, tbf, header->total_size, path) : EXIT_DONE;

    if (code != EXIT_DONE) {
        return code;
    }
    error = error != 0 ? error : offline_kernel_record(offline, place, digest);
    return error == 0 ? EXIT_DONE : device_fail_offline(device, error, path);
}

int device_kernel_install_offline(struct device *device, const char *path, struct tab *tab,
                                  unsigned flags, struct kernel_offline_done *done)
{
    struct offline_kernel_place place;
    struct tbf_header header;
    uint8_t digest[32];
    struct bytes *tbf;
    int code;
    int error = offline_kernel_place(device->line.offline, &place);

    if (error != 0) {
        return error == STORE_E_CONFIG
                   ? cli_fail(device->cli, EXIT_FAILED, "docs/offline.md says what boards have",
                              "%s has not two slots for kernels, or holds another board's kernel",
                              device->line.name)
                   : device_fail_offline(device, error, path);
    }
    tbf = choose(device->cli, tab, place.slot.address, &header, &code);
    if (tbf == NULL) {
        return code != EXIT_DONE
                   ? code
                   : cli_fail(device->cli, EXIT_FAILED, "build it for this board: ./dev build",
                              "%s has no kernel for the slot at 0x%08x", path, place.slot.address);
    }
    package_digest(tbf, &header, digest);
    code = check(device, path, tbf, &header, &place, digest, (flags & KERNEL_UNCHECKED) != 0);
    *done = (struct kernel_offline_done){
        .version = header.kernel.version, .slot = place.slot.address, .trial = place.beside_good};
    return code != EXIT_DONE ? code : put(device, path, tbf, &header, &place, digest);
}
