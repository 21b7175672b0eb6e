// SPDX-License-Identifier: Apache-2.0
/* Kernels are installed through the bootloader, or through the kernel that runs. */
#include "kernel.h"

#include <stdio.h>
#include <string.h>

#include <base/crc32.h>
#include <tbf/footer.h>
#include <trust/sha256.h>
#include <trust/verify.h>

#include "offline.h"
#include "rate.h"
#include "transfer.h"

enum { TRIAL_MS = 60000, POLL_MS = 250 };

/*
 * Whether a kernel is linked for the slot that will be written: a bootloader names that one, a
 * kernel the one that it runs from itself. Which one the bootloader writes while a kernel is on
 * trial only the bootloader knows.
 */
static bool is_for(const struct device *device, const struct tbf_header *header, unsigned flags)
{
    const struct link_info *info = &device->info;
    const bool same = header->kernel.slot_address == info->kernel_slot;

    if (device->host.hello.mode == LINK_MODE_BOOTLOADER) {
        return same;
    }
    return !same || ((flags & KERNEL_UPDATE) == 0 && (info->flags & LINK_INFO_TRIAL) != 0);
}

static bool is_of_board(const struct device *device, const struct tbf_header *header)
{
    const struct link_name *board = &device->info.board;

    return header->kernel.board_id == crc32_posix(board->text, board->length);
}

/* Why a package without a kernel to install has none. */
static int fail_choice(struct device *device, const char *path, bool kernels, bool of_board)
{
    char board[160];

    if (!kernels) {
        return cli_fail(device->cli, EXIT_FAILED, "loader-cli install installs apps",
                        "%s is no kernel", path);
    }
    if (!of_board) {
        return cli_fail(device->cli, EXIT_REFUSED, "loader-cli inspect shows what it is for",
                        "%s is a kernel of another board than %s", path,
                        device_name(&device->info.board, board, sizeof board));
    }
    return cli_fail(device->cli, EXIT_FAILED, "build it for this board: ./dev build",
                    device->host.hello.mode == LINK_MODE_BOOTLOADER
                        ? "%s has no kernel for the slot at 0x%08x"
                        : "%s has no kernel for another slot than that at 0x%08x, which runs",
                    path, device->info.kernel_slot);
}

/* The variant for this board that is linked for the slot that will be written. */
static int choose(struct device *device, const char *path, struct tab *tab, unsigned flags,
                  struct bytes **tbf, struct tbf_header *header)
{
    const bool unchecked = (flags & KERNEL_UNCHECKED) != 0;
    bool kernels = false;
    bool of_board = false;

    for (size_t i = 0; i < tab->count; i++) {
        int code = image_parse(device->cli, &tab->member[i].tbf, tab->member[i].name, header);

        if (code != EXIT_DONE) {
            return code;
        }
        if (!header->is_kernel) {
            continue;
        }
        kernels = true;
        if (!unchecked && !is_of_board(device, header)) {
            continue;
        }
        of_board = true;
        if (is_for(device, header, flags)) {
            *tbf = &tab->member[i].tbf;
            return EXIT_DONE;
        }
    }
    return fail_choice(device, path, kernels, of_board);
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

struct link_begin device_kernel_begin(const struct bytes *tbf, const struct tbf_header *header)
{
    struct link_begin begin = {
        .kind = LINK_KIND_KERNEL,
        .size = header->total_size,
        .binary_end = header->binary_end,
        .short_id = header->kernel.slot_address,
        .version = header->version,
    };

    link_name_set(&begin.name, header->name.data, header->name.length);
    package_digest(tbf, header, begin.digest);
    return begin;
}

static int fill_begin(struct device *device, const char *path, const struct bytes *tbf,
                      const struct tbf_header *header, bool unchecked, struct link_begin *begin)
{
    const uint8_t *signature = tbf_ecdsa_signature(tbf->data, header, 0);
    bool found;
    int code;

    *begin = device_kernel_begin(tbf, header);
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

/*
 * What a kernel that runs can say of a package is asked before it is left for the bootloader: apps
 * stop for nothing that is refused anyway. A kernel that counts has raised the lowest version that
 * may run to its own.
 */
static int check_first(struct device *device, const char *path, struct tab *tab, unsigned flags)
{
    const struct link_info *info = &device->info;
    struct bytes *tbf = NULL;
    struct tbf_header header;
    struct link_begin begin;
    int code = choose(device, path, tab, flags, &tbf, &header);

    if (code != EXIT_DONE || tbf == NULL || (flags & KERNEL_UNCHECKED) != 0) {
        return code;
    }
    if (header.kernel.version < info->kernel_version && (info->flags & LINK_INFO_TRIAL) == 0) {
        device->host.numbers[0] = info->kernel_version;
        device->host.numbers[1] = header.kernel.version;
        return device_fail(device, LINK_OLDER, path);
    }
    return fill_begin(device, path, tbf, &header, false, &begin);
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

/* Nothing came of it: a device that was taken down for it runs its kernel again. */
static int end_refused(struct device *device, int code, bool entered, const char *what)
{
    if (device->host.hello.mode != LINK_MODE_BOOTLOADER) {
        return code;
    }
    if (entered && code != EXIT_LOST && code != EXIT_INTERRUPTED) {
        const struct link_host *host = &device->host;
        char kept[sizeof device->cli->kept];
        char hint[sizeof device->cli->kept_hint];
        uint32_t held;

        /* What counts is the error that was reported, or is kept to be. */
        memcpy(kept, device->cli->kept, sizeof kept);
        memcpy(hint, device->cli->kept_hint, sizeof hint);
        held = cli_hold(device->cli, UINT32_MAX);
        (void)device_restart(device, LINK_REBOOT_KERNEL, what);
        device->cli->held = held;
        memcpy(device->cli->kept, kept, sizeof kept);
        memcpy(device->cli->kept_hint, hint, sizeof hint);
        if (host->hello.version != 0 && host->hello.mode == LINK_MODE_KERNEL) {
            cli_note(device->cli, "the device runs its kernel again, as before");
            return code;
        }
    }
    cli_note(device->cli,
             "the device waits in its bootloader: loader-cli reboot starts its kernel");
    return code;
}

int device_kernel_install(struct device *device, const char *what, struct tab *tab, unsigned flags)
{
    const bool enters =
        (flags & KERNEL_UPDATE) == 0 && device->host.hello.mode != LINK_MODE_BOOTLOADER;
    struct bytes *tbf = NULL;
    struct tbf_header header = {.total_size = 0};
    int code;

    if (device->line.offline != NULL) {
        return device_fail_not_running(device, "kernel update",
                                       "loader-cli kernel install writes one there");
    }
    code = enters ? check_first(device, what, tab, flags) : EXIT_DONE;

    code = code != EXIT_DONE || !enters
               ? code
               : device_restart(device, LINK_REBOOT_BOOTLOADER, "kernel install");
    code = code != EXIT_DONE ? code : choose(device, what, tab, flags, &tbf, &header);
    code = code != EXIT_DONE || tbf == NULL
               ? code
               : transfer(device, what, tbf, &header, (flags & KERNEL_UNCHECKED) != 0);
    if (code != EXIT_DONE) {
        return end_refused(device, code, enters, what);
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
