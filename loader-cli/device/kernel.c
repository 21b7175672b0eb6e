// SPDX-License-Identifier: Apache-2.0
/* Kernels are installed through the bootloader, or through the kernel that runs. */
#include "kernel.h"

#include <stdio.h>
#include <string.h>

#include <tbf/footer.h>
#include <trust/sha256.h>
#include <trust/verify.h>

#include "rate.h"
#include "transfer.h"

enum { TRIAL_MS = 60000, POLL_MS = 250 };

static int enter_bootloader(struct device *device)
{
    if (device->host.hello.mode == LINK_MODE_BOOTLOADER) {
        return EXIT_DONE;
    }
    return device_restart(device, LINK_REBOOT_BOOTLOADER, "kernel install");
}

/* Whether a kernel is linked for the slot that the device would write: a kernel names the slot that
 * it runs from itself. */
static bool is_for(const struct device *device, const struct tbf_header *header)
{
    bool same = header->kernel.slot_address == device->info.kernel_slot;

    return header->is_kernel && same == (device->host.hello.mode == LINK_MODE_BOOTLOADER);
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
        if (is_for(device, header)) {
            *tbf = &tab->member[i].tbf;
            return EXIT_DONE;
        }
    }
    return cli_fail(cli, EXIT_FAILED, "build it for this board: ./dev build",
                    device->host.hello.mode == LINK_MODE_BOOTLOADER
                        ? "%s has no kernel for the slot at 0x%08x"
                        : "%s has no kernel for another slot than that at 0x%08x, which runs",
                    path, device->info.kernel_slot);
}

/* Of the keys that the device trusts for kernels, the one that made the signature. */
static int find_key(struct device *device, struct link_begin *begin, bool *found)
{
    *found = false;
    for (uint32_t i = 0; i < UINT8_MAX && !*found; i++) {
        const uint8_t which[] = {(uint8_t)i, LINK_KIND_KERNEL};
        const size_t size = device->host.hello.mode == LINK_MODE_BOOTLOADER ? 1 : sizeof which;
        const uint8_t *result;
        size_t length;
        struct link_key key;
        int error = link_host_request(&device->host, LINK_KEY, which, size, &result, &length);

        if (error == LINK_NOT_FOUND) {
            break;
        }
        if (error != 0) {
            return device_fail(device, error, "kernel");
        }
        if (!link_get_key(result, length, &key)) {
            return device_fail(device, LINK_E_PROTOCOL, "kernel");
        }
        *found = trust_verify(key.public_key, begin->digest, begin->signature) == TRUST_VERIFIED;
        trust_sha256(key.public_key, sizeof key.public_key, begin->fingerprint);
    }
    return EXIT_DONE;
}

static int fill_begin(struct device *device, const char *path, const struct bytes *tbf,
                      const struct tbf_header *header, bool unchecked, struct link_begin *begin)
{
    const uint8_t *signature = tbf_ecdsa_signature(tbf->data, header, 0);
    bool found;
    int code;

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
    code = find_key(device, begin, &found);
    if (code != EXIT_DONE) {
        return code;
    }
    return found || unchecked
               ? EXIT_DONE
               : cli_fail(device->cli, EXIT_REFUSED, "sign it with the kernel key",
                          "%s: no key that the device trusts for kernels made its signature", path);
}

static int transfer(struct device *device, const char *path, const struct bytes *tbf,
                    const struct tbf_header *header, bool unchecked)
{
    struct link_begin begin;
    struct link_begun begun;
    int code = fill_begin(device, path, tbf, header, unchecked, &begin);
    int error;

    code = code != EXIT_DONE ? code : device_raise_rate(device, begin.size);
    if (code != EXIT_DONE) {
        return code;
    }
    error = device_begin(device, &begin, &begun);
    if (error != 0) {
        return device_fail(device, error, path);
    }
    return device_transfer(device, path, tbf->data, header->total_size, &begun);
}

/* Says hello anew; false: no answer, or still from before the restart. */
static bool is_back(struct device *device, uint32_t *session)
{
    const uint8_t *result;
    size_t length;
    bool same;

    if (device_hello(device) != 0) {
        return false;
    }
    /* It counts sessions from its start. A line that was connected again is one that it broke. */
    same = !device->reconnected && device->host.hello.session > *session;
    *session = same ? device->host.hello.session : UINT32_MAX; /* once is enough */
    return !same && link_host_request(&device->host, LINK_INFO, NULL, 0, &result, &length) == 0 &&
           link_get_info(result, length, &device->info);
}

/* Whether the kernel that answers counts: it asks one on trial to confirm itself. */
static bool is_settled(struct device *device)
{
    const uint8_t *result;
    size_t length;
    int error;

    if ((device->info.flags & LINK_INFO_TRIAL) == 0) {
        return true;
    }
    error = link_host_request(&device->host, LINK_KERNEL_CONFIRM, NULL, 0, &result, &length);
    return error == LINK_OK || error == LINK_NOTHING;
}

/*
 * Waits while the device restarts, until the kernel in `slot` (with `other`: in the other one)
 * counts, or has had its trial.
 */
static int await_kernel(struct device *device, uint32_t slot, bool other, const char *what)
{
    uint32_t session = device->host.hello.session;
    uint32_t start = clock_ms();

    while (clock_ms() - start < TRIAL_MS) {
        clock_sleep_ms(POLL_MS);
        if (device_is_over(device)) {
            return device_fail(device, LINK_E_INTERRUPTED, what);
        }
        if (!is_back(device, &session)) {
            continue;
        }
        if (device->host.hello.mode == LINK_MODE_BOOTLOADER) {
            return cli_fail(device->cli, EXIT_FAILED, "loader-cli kernel install KERNEL.img",
                            "%s did not start, and the device waits in its bootloader", what);
        }
        if ((device->info.kernel_slot != slot) != other) {
            return cli_fail(device->cli, EXIT_FAILED, "loader-cli info shows what runs",
                            "%s did not confirm itself: the kernel in slot 0x%08x is back", what,
                            device->info.kernel_slot);
        }
        if (is_settled(device)) {
            return EXIT_DONE;
        }
    }
    return cli_fail(device->cli, EXIT_LOST, "check the device, then run it again",
                    "the device did not come back within %d s", TRIAL_MS / 1000);
}

int device_kernel_install(struct device *device, const char *what, struct tab *tab, unsigned flags)
{
    struct bytes *tbf = NULL;
    struct tbf_header header = {.total_size = 0};
    int code = (flags & KERNEL_UPDATE) != 0 ? EXIT_DONE : enter_bootloader(device);

    code = code != EXIT_DONE ? code : choose(device->cli, device, what, tab, &tbf, &header);
    code = code != EXIT_DONE || tbf == NULL
               ? code
               : transfer(device, what, tbf, &header, (flags & KERNEL_UNCHECKED) != 0);
    if (code != EXIT_DONE) {
        if (device->host.hello.mode == LINK_MODE_BOOTLOADER) {
            cli_note(device->cli,
                     "the device waits in its bootloader: loader-cli reboot starts its kernel");
        }
        return code;
    }
    code = device_ask_restart(device, LINK_REBOOT_KERNEL, what);
    return code != EXIT_DONE ? code : await_kernel(device, header.kernel.slot_address, false, what);
}

int device_kernel_revert(struct device *device)
{
    const uint8_t *result;
    size_t length;
    int code =
        device_request(device, LINK_KERNEL_REVERT, NULL, 0, &result, &length, "kernel revert");

    return code != EXIT_DONE
               ? code
               : await_kernel(device, device->info.kernel_slot, true, "the other slot's kernel");
}
