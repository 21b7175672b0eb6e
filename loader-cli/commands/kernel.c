// SPDX-License-Identifier: Apache-2.0
/* kernel install: a kernel through the bootloader. */
#include <stdio.h>
#include <string.h>

#include <tbf/footer.h>
#include <trust/sha256.h>
#include <trust/verify.h>

#include "../device/transfer.h"
#include "../package/package.h"
#include "commands.h"
#include "install.h"

static int unchecked;

static const struct poptOption options[] = {
    {"unchecked", 0, POPT_ARG_NONE | POPT_ARGFLAG_DOC_HIDDEN, &unchecked, 0,
     "skip the tool's own checks", NULL},
    POPT_TABLEEND,
};

static int enter_bootloader(struct device *device)
{
    if (device->host.hello.mode == LINK_MODE_BOOTLOADER) {
        return EXIT_DONE;
    }
    return device_restart(device, LINK_REBOOT_BOOTLOADER, "kernel install");
}

/* The variant that is linked for the slot that the device wants to write. */
static int choose(struct cli *cli, const struct device *device, const char *path, struct tab *tab,
                  struct bytes **tbf, struct tbf_header *header)
{
    for (size_t i = 0; i < tab->count; i++) {
        int code = image_parse(cli, &tab->member[i].tbf, tab->member[i].name, header);

        if (code != EXIT_DONE) {
            return code;
        }
        if (header->is_kernel && header->kernel.slot_address == device->info.kernel_slot) {
            *tbf = &tab->member[i].tbf;
            return EXIT_DONE;
        }
    }
    return cli_fail(cli, EXIT_FAILED, "build it for this board: ./dev build",
                    "%s has no kernel for the slot at 0x%08x", path, device->info.kernel_slot);
}

static int fill_begin(struct device *device, const char *path, const struct bytes *tbf,
                      const struct tbf_header *header, struct link_begin *begin)
{
    const uint8_t *signature = tbf_ecdsa_signature(tbf->data, header, 0);
    bool found = false;

    *begin = (struct link_begin){
        .kind = LINK_KIND_KERNEL,
        .size = header->total_size,
        .binary_end = header->binary_end,
        .short_id = header->kernel.slot_address,
        .version = header->version,
    };
    link_name_set(&begin->name, header->name.data, header->name.length);
    package_digest(tbf, header, begin->digest);
    if (signature != NULL) {
        memcpy(begin->signature, signature, sizeof begin->signature);
    }
    for (uint8_t i = 0; i < device->info.key_count && !found; i++) {
        const uint8_t *result;
        size_t length;
        struct link_key key;
        int code = device_request(device, LINK_KEY, &i, 1, &result, &length, "kernel install");

        if (code != EXIT_DONE) {
            return code;
        }
        if (!link_get_key(result, length, &key)) {
            return device_fail(device, LINK_E_PROTOCOL, "kernel install");
        }
        found = trust_verify(key.public_key, begin->digest, begin->signature) == TRUST_VERIFIED;
        trust_sha256(key.public_key, sizeof key.public_key, begin->fingerprint);
    }
    return found || unchecked != 0
               ? EXIT_DONE
               : cli_fail(device->cli, EXIT_REFUSED, "sign it with the kernel key",
                          "%s: no key that the bootloader trusts made its signature", path);
}

static int transfer(struct device *device, const char *path, const struct bytes *tbf,
                    const struct tbf_header *header)
{
    uint8_t arguments[LINK_REQUEST_MAX];
    struct link_begin begin;
    struct link_begun begun;
    const uint8_t *result;
    size_t length;
    int code = fill_begin(device, path, tbf, header, &begin);

    if (code != EXIT_DONE) {
        return code;
    }
    length = link_put_begin(&begin, arguments, sizeof arguments);
    code = device_request(device, LINK_BEGIN, arguments, length, &result, &length, path);
    if (code == EXIT_DONE && !link_get_begun(result, length, &begun)) {
        code = device_fail(device, LINK_E_PROTOCOL, path);
    }
    if (code != EXIT_DONE) {
        return code;
    }
    return device_transfer(device, path, tbf->data, header->total_size, &begun);
}

int install_kernel(struct cli *cli, struct device *device, const char *path)
{
    struct tab tab;
    struct bytes *tbf = NULL;
    struct tbf_header header;
    int code = tab_read(cli, path, &tab);

    if (code != EXIT_DONE) {
        return code;
    }
    code = enter_bootloader(device);
    code = code != EXIT_DONE ? code : choose(cli, device, path, &tab, &tbf, &header);
    code = code != EXIT_DONE || tbf == NULL ? code : transfer(device, path, tbf, &header);
    tab_free(&tab);
    if (code != EXIT_DONE) {
        if (device->host.hello.mode == LINK_MODE_BOOTLOADER) {
            cli_note(cli,
                     "the device waits in its bootloader: loader-cli reboot starts its kernel");
        }
        return code;
    }
    code = device_restart(device, LINK_REBOOT_KERNEL, "kernel install");
    if (code == EXIT_DONE) {
        cli_say(cli, "%s: installed and running from slot 0x%08x", path, device->info.kernel_slot);
    }
    return code;
}

static int run(struct cli *cli, int count, const char **argument)
{
    static struct device device;
    int code;

    if (count != 1) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli kernel install --help",
                        "kernel install takes one kernel image");
    }
    code = device_open(cli, &device, &device_transfer_listener);
    if (code == EXIT_DONE) {
        code = install_kernel(cli, &device, argument[0]);
        device_close(&device);
    }
    return code;
}

const struct command command_kernel_install = {
    .name = "kernel install",
    .group = "Device",
    .summary = "Install a kernel through the bootloader",
    .usage = "KERNEL.img",
    .help =
        "A device without a valid kernel waits in its bootloader; a running kernel is asked to\n"
        "restart into it. The bootloader verifies the signature before it erases anything, and "
        "the\n"
        "whole kernel again before it starts it.",
    .options = options,
    .run = run,
};
