// SPDX-License-Identifier: Apache-2.0
/* Sessions with devices. */
#include <stdio.h>
#include <string.h>

#include "../device/fault.h"
#include "../device/install.h"
#include "../device/kernel_offline.h"
#include "internal.h"

static void on_console(void *context, uint32_t process, const uint8_t *text, size_t length)
{
    const struct gantry *gantry = context;

    if (gantry->console.call != NULL) {
        gantry->console.call(gantry->console.user, process, text, length);
    }
}

static void on_event(void *context, uint8_t event, const uint8_t *fields, size_t length)
{
    const struct gantry *gantry = context;
    struct gantry_fault told;
    struct link_fault fault;

    if (gantry->fault.call == NULL || event != LINK_EVENT_FAULT ||
        !link_get_fault(fields, length, &fault)) {
        return;
    }
    told =
        (struct gantry_fault){.process = fault.process, .address = fault.address, .pc = fault.pc};
    device_name(&fault.name, told.name, sizeof told.name);
    fault_words(fault.cause, fault.address, fault.pc, told.words, sizeof told.words);
    gantry->fault.call(gantry->fault.user, &told);
}

/* Takes over what the device says of itself. */
static void take_info(struct gantry *gantry)
{
    const struct device *device = &gantry->device;
    const struct link_info *from = &device->info;
    struct gantry_info *to = &gantry->info;

    *to = (struct gantry_info){
        .mode = device->line.offline != NULL                  ? GANTRY_OFFLINE
                : device->host.hello.mode == LINK_MODE_KERNEL ? GANTRY_KERNEL
                                                              : GANTRY_BOOTLOADER,
        .kernel_version = from->kernel_version,
        .kernel_slot = from->kernel_slot,
        .flash_start = from->flash_start,
        .flash_size = from->flash_size,
        .flash_free = from->flash_free,
        .flash_largest = from->flash_largest,
        .ram_size = from->ram_size,
        .ram_free = from->ram_free,
        .ram_largest = from->ram_largest,
        .app_count = from->app_count,
        .process_slots = from->process_slots,
        .key_count = from->key_count,
        .development = (from->flags & LINK_INFO_DEVELOPMENT) != 0,
        .trial = (from->flags & LINK_INFO_TRIAL) != 0,
        .read_only = (from->flags & LINK_INFO_READ_ONLY) != 0,
    };
    snprintf(to->selector, sizeof to->selector, "%s", device->line.name);
    device_name(&from->board, to->board, sizeof to->board);
    device_name(&from->architecture, to->architecture, sizeof to->architecture);
}

enum gantry_error api_open(struct gantry *gantry, const char *selector, bool installs)
{
    int code;

    if (gantry->open) {
        return api_usage(gantry, "a device is open already: gantry_close() comes first");
    }
    selector = selector != NULL ? selector : "";
    if (strlen(selector) >= sizeof gantry->selector) {
        return api_usage(gantry, "the device's name is too long");
    }
    memcpy(gantry->selector, selector, strlen(selector) + 1);
    gantry->cli.device = gantry->selector;
    gantry->listener =
        (struct link_listener){.console = on_console, .event = on_event, .context = gantry};
    gantry->app_count = 0;
    code = installs ? device_open_installer(&gantry->cli, &gantry->device, &gantry->listener)
                    : device_open(&gantry->cli, &gantry->device, &gantry->listener);
    if (code == EXIT_DONE) {
        gantry->open = true;
        take_info(gantry);
    }
    return api_end(gantry, code);
}

enum gantry_error gantry_open(struct gantry *gantry, const char *selector)
{
    return api_open(gantry, selector, false);
}

void gantry_close(struct gantry *gantry)
{
    if (gantry->open) {
        device_close(&gantry->device);
        gantry->open = false;
        gantry->app_count = 0;
    }
}

const struct gantry_info *gantry_info(const struct gantry *gantry)
{
    return gantry->open ? &gantry->info : NULL;
}

static int need_open(struct gantry *gantry)
{
    return gantry->open ? EXIT_DONE : (int)api_usage(gantry, "no device is open");
}

/* Apps are a matter of the kernel. */
static int need_kernel(struct gantry *gantry)
{
    int code = need_open(gantry);

    return code != EXIT_DONE ? code : device_need_kernel(&gantry->device);
}

enum gantry_error gantry_refresh(struct gantry *gantry)
{
    const uint8_t *result;
    size_t length;
    int code = need_open(gantry);

    code = code != EXIT_DONE ? code
                             : device_request(&gantry->device, LINK_INFO, NULL, 0, &result, &length,
                                              gantry->info.selector);
    if (code == EXIT_DONE && !link_get_info(result, length, &gantry->device.info)) {
        code = device_fail(&gantry->device, LINK_E_PROTOCOL, gantry->info.selector);
    }
    if (code == EXIT_DONE) {
        take_info(gantry);
    }
    return api_end(gantry, code);
}

enum gantry_error gantry_trusted_key(struct gantry *gantry, uint32_t index,
                                     struct gantry_trusted_key *key)
{
    const uint8_t which = (uint8_t)index;
    const uint8_t *result;
    struct link_key answer;
    size_t length;
    int code = need_open(gantry);

    if (code == EXIT_DONE && index >= gantry->info.key_count) {
        return api_usage(gantry, "the device has no such key");
    }
    code = code != EXIT_DONE
               ? code
               : device_request(&gantry->device, LINK_KEY, &which, 1, &result, &length, "info");
    if (code == EXIT_DONE && !link_get_key(result, length, &answer)) {
        code = device_fail(&gantry->device, LINK_E_PROTOCOL, "info");
    }
    if (code == EXIT_DONE) {
        device_name(&answer.owner, key->owner, sizeof key->owner);
        memcpy(key->public_key, answer.public_key, sizeof key->public_key);
        key->development = (answer.flags & 1) != 0;
    }
    return api_end(gantry, code);
}

enum gantry_error gantry_install(struct gantry *gantry, const struct gantry_package *package,
                                 unsigned flags, struct gantry_installed *installed)
{
    const struct install_options options = {
        .update_only = (flags & GANTRY_UPDATE_ONLY) != 0,
        .in_place = (flags & GANTRY_IN_PLACE) != 0,
        .dry_run = (flags & GANTRY_DRY_RUN) != 0,
        .unchecked = (flags & GANTRY_UNCHECKED) != 0,
    };
    struct install_done done;
    int code = options.unchecked ? need_open(gantry) : need_kernel(gantry);

    /* The members are looked at and not changed. */
    code = code != EXIT_DONE
               ? code
               : device_install(&gantry->device, package->path,
                                (struct tab *)(uintptr_t)&package->tab, &options, &done);
    if (code == EXIT_DONE && installed != NULL) {
        *installed =
            (struct gantry_installed){.version = done.version, .size = done.size, .ram = done.ram};
        snprintf(installed->name, sizeof installed->name, "%.*s", GANTRY_TEXT_SIZE - 1, done.name);
    }
    return api_end(gantry, code);
}

enum gantry_error gantry_reboot(struct gantry *gantry, enum gantry_mode mode)
{
    int code = need_open(gantry);

    if (code == EXIT_DONE && mode != GANTRY_KERNEL && mode != GANTRY_BOOTLOADER) {
        return api_usage(gantry, "a device restarts into its kernel or its bootloader");
    }
    if (code == EXIT_DONE) {
        code = device_restart(&gantry->device,
                              mode == GANTRY_KERNEL ? (uint8_t)LINK_REBOOT_KERNEL
                                                    : (uint8_t)LINK_REBOOT_BOOTLOADER,
                              "reboot");
        take_info(gantry);
    }
    return api_end(gantry, code);
}

/* Where no kernel runs: what the device says of itself is read anew. */
static int put_offline(struct gantry *gantry, const struct gantry_package *package, unsigned flags)
{
    struct kernel_offline_done done;
    int code = device_kernel_install_offline(
        &gantry->device, package->path, (struct tab *)(uintptr_t)&package->tab,
        (flags & GANTRY_UNCHECKED) != 0 ? (unsigned)KERNEL_UNCHECKED : 0, &done);

    return code != EXIT_DONE ? code : device_refresh(&gantry->device, package->path);
}

static enum gantry_error put_kernel(struct gantry *gantry, const struct gantry_package *package,
                                    unsigned flags, bool update)
{
    int code = update ? need_kernel(gantry) : need_open(gantry);

    if (code == EXIT_DONE && !update && gantry->device.line.offline != NULL) {
        code = put_offline(gantry, package, flags);
        take_info(gantry);
    } else if (code == EXIT_DONE) {
        code = device_kernel_install(
            &gantry->device, package->path, (struct tab *)(uintptr_t)&package->tab,
            (update ? (unsigned)KERNEL_UPDATE : 0) |
                ((flags & GANTRY_UNCHECKED) != 0 ? (unsigned)KERNEL_UNCHECKED : 0));
        take_info(gantry);
    }
    return api_end(gantry, code);
}

enum gantry_error gantry_kernel_install(struct gantry *gantry, const struct gantry_package *package,
                                        unsigned flags)
{
    return put_kernel(gantry, package, flags, false);
}

enum gantry_error gantry_kernel_update(struct gantry *gantry, const struct gantry_package *package,
                                       unsigned flags)
{
    return put_kernel(gantry, package, flags, true);
}

enum gantry_error gantry_kernel_revert(struct gantry *gantry)
{
    int code = need_kernel(gantry);

    if (code == EXIT_DONE) {
        code = device_kernel_revert(&gantry->device);
        take_info(gantry);
    }
    return api_end(gantry, code);
}

void gantry_on_console(struct gantry *gantry, gantry_console *call, void *user)
{
    gantry->console.call = call;
    gantry->console.user = user;
}

void gantry_on_fault(struct gantry *gantry, gantry_faulted *call, void *user)
{
    gantry->fault.call = call;
    gantry->fault.user = user;
}

enum gantry_error gantry_listen(struct gantry *gantry, uint32_t ms)
{
    int code = need_open(gantry);
    int error = code == EXIT_DONE ? link_host_listen(&gantry->device.host, ms) : 0;

    return api_end(gantry, error == 0 ? code : device_fail(&gantry->device, error, "console"));
}
