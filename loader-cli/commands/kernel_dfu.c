// SPDX-License-Identifier: Apache-2.0
/*
 * kernel dfu: a kernel image as a file that dfu-util downloads to a bootloader. It consists of
 * blocks; a record per slot: a block with magic, slot, size, size of the slot's first page, length
 * of the arguments, the arguments of BEGIN; then the object in stream order, its last block filled
 * up. Behind all that the suffix of DFU 1.1, which dfu-util takes off again.
 */
#include <stdio.h>
#include <string.h>

#include <base/bytes.h>
#include <base/crc32.h>
#include <link/messages.h>
#include <tbf/footer.h>
#include <trust/verify.h>

#include "../device/kernel.h"
#include "../package/package.h"
#include "../transport/usb.h"
#include "commands.h"

/* As in the bootloader. */
enum { BLOCK = 256, HEAD = 18, SUFFIX = 16, PAGE = 4096, PAGE_MAX = 1 << 20 };

static const uint8_t magic[4] = {'G', 'D', 'F', 'U'};

static char *key_path;
static char *output;
static char *ids;
static int page = PAGE;

static const struct poptOption options[] = {
    {"key", 'k', POPT_ARG_STRING, &key_path, 0, "the key that signed it, public half or whole",
     "KEY.pem"},
    {"output", 'o', POPT_ARG_STRING, &output, 0, "the file to write", "FILE"},
    {"ids", 0, POPT_ARG_STRING, &ids, 0, "the bootloader's ids (1209:0001)", "VID:PID"},
    {"page", 0, POPT_ARG_INT, &page, 0, "bytes in the first flash page of a slot (4096)", "BYTES"},
    POPT_TABLEEND,
};

/* Room for more bytes at the end, zeroed; NULL: out of memory, reported. */
static uint8_t *append(struct cli *cli, struct bytes *file, size_t size)
{
    size_t used = file->size;

    if (!bytes_resize(file, used + size)) {
        (void)cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
        return NULL;
    }
    return file->data + used;
}

static int fill_begin(struct cli *cli, const struct tab_member *member,
                      const struct tbf_header *header, const struct key *key,
                      struct link_begin *begin)
{
    const uint8_t *signature = tbf_ecdsa_signature(member->tbf.data, header, 0);

    *begin = device_kernel_begin(&member->tbf, header);
    memcpy(begin->fingerprint, key->fingerprint, sizeof begin->fingerprint);
    if (signature == NULL ||
        trust_verify(key->public_key, begin->digest, signature) != TRUST_VERIFIED) {
        return cli_fail(cli, EXIT_REFUSED, "name the key that signed it, or sign it with this one",
                        "%s: %s did not sign it", member->name, key_path);
    }
    memcpy(begin->signature, signature, sizeof begin->signature);
    return EXIT_DONE;
}

/* Appends the record of one kernel. */
static int add_record(struct cli *cli, const struct tab_member *member, const struct key *key,
                      struct bytes *file)
{
    struct tbf_header header = {.total_size = 0};
    struct link_begin begin;
    size_t length;
    uint32_t rotate;
    uint8_t *to;
    int code = image_parse(cli, &member->tbf, member->name, &header);

    if (code == EXIT_DONE && !header.is_kernel) {
        code = cli_fail(cli, EXIT_FAILED, "loader-cli inspect shows what it is", "%s is no kernel",
                        member->name);
    }
    code = code != EXIT_DONE ? code : fill_begin(cli, member, &header, key, &begin);
    to = code != EXIT_DONE ? NULL : append(cli, file, BLOCK);
    if (to == NULL) {
        return code != EXIT_DONE ? code : EXIT_FAILED;
    }
    rotate = header.total_size > (uint32_t)page ? (uint32_t)page : 0;
    length = link_put_begin(&begin, to + HEAD, BLOCK - HEAD); /* names are short enough */
    memcpy(to, magic, sizeof magic);
    bytes_put_u32(to + 4, header.kernel.slot_address);
    bytes_put_u32(to + 8, header.total_size);
    bytes_put_u32(to + 12, rotate);
    bytes_put_u16(to + 16, (uint16_t)length);
    to = append(cli, file, ((size_t)header.total_size + BLOCK - 1) / BLOCK * BLOCK);
    if (to == NULL) {
        return EXIT_FAILED;
    }
    memcpy(to, member->tbf.data + rotate, header.total_size - rotate);
    memcpy(to + header.total_size - rotate, member->tbf.data, rotate);
    return EXIT_DONE;
}

/* DFU 1.1, appendix B; its CRC lacks the final inversion. */
static int add_suffix(struct cli *cli, const struct usb_name *name, struct bytes *file)
{
    static const uint8_t signature[3] = {'U', 'F', 'D'};
    uint8_t *to = append(cli, file, SUFFIX);

    if (to == NULL) {
        return EXIT_FAILED;
    }
    bytes_put_u16(to, 0xFFFF); /* any release of the device */
    bytes_put_u16(to + 2, name->product);
    bytes_put_u16(to + 4, name->vendor);
    bytes_put_u16(to + 6, 0x0100);
    memcpy(to + 8, signature, sizeof signature);
    to[11] = SUFFIX;
    bytes_put_u32(to + 12, ~crc32_update(CRC32_START, file->data, file->size - 4));
    return EXIT_DONE;
}

static int convert(struct cli *cli, const char *path, const struct key *key,
                   const struct usb_name *name)
{
    struct bytes file = {NULL, 0};
    struct tab tab;
    int code = tab_read(cli, path, &tab);

    if (code != EXIT_DONE) {
        return code;
    }
    for (size_t i = 0; i < tab.count && code == EXIT_DONE; i++) {
        code = add_record(cli, &tab.member[i], key, &file);
    }
    code = code != EXIT_DONE ? code : add_suffix(cli, name, &file);
    code = code != EXIT_DONE ? code : file_write(cli, output, file.data, file.size, false);
    if (code == EXIT_DONE) {
        cli_say(cli, "%s: written, %zu bytes, %zu kernel%s: dfu-util -d %04x:%04x -R -D %s", output,
                file.size, tab.count, tab.count == 1 ? "" : "s", name->vendor, name->product,
                output);
    }
    bytes_free(&file);
    tab_free(&tab);
    return code;
}

static int run(struct cli *cli, int count, const char **argument)
{
    struct usb_name name = {.vendor = usb_known[0][0], .product = usb_known[0][1]};
    struct key key;
    int code;

    if (count != 1 || key_path == NULL || output == NULL) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli kernel dfu --help",
                        "kernel dfu takes one kernel image, --key and --output");
    }
    if (page <= 0 || page > PAGE_MAX) {
        return cli_fail(cli, EXIT_USAGE, "the page of the board's README.md",
                        "--page takes 1 to %d bytes", PAGE_MAX);
    }
    if (ids != NULL && (!usb_name_parse(ids, &name) || name.serial[0] != '\0')) {
        return cli_fail(cli, EXIT_USAGE, "--ids 1209:0001", "'%s' is not VID:PID", ids);
    }
    code = key_read(cli, key_path, &key);
    return code != EXIT_DONE ? code : convert(cli, argument[0], &key, &name);
}

const struct command command_kernel_dfu = {
    .name = "kernel dfu",
    .group = "Device",
    .summary = "Make a file for dfu-util of a kernel image",
    .usage = "KERNEL.img --key KEY.pem -o FILE",
    .help =
        "For a device in its bootloader, with a tool that every distribution has. The kernel is\n"
        "verified as over any other line. dfu-util's -R starts it.\n\n"
        "  loader-cli kernel dfu kernel.img --key kernel.pub.pem -o kernel.dfu\n"
        "  dfu-util -d 1209:0001 -R -D kernel.dfu",
    .options = options,
    .run = run,
};
