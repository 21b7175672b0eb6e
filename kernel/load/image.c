// SPDX-License-Identifier: Apache-2.0
/* From an object in flash to a process. */
#include <string.h>

#include <base/bytes.h>
#include <base/crc32.h>
#include <kernel/kernel.h>

#include "load.h"

/* What an app may use: its Permissions TLV and its owner's policy. */
static bool may_command(const struct process_image *image, uint32_t driver, uint32_t command)
{
    return trust_driver_allowed(image->owner, driver) &&
           tbf_permits_command(image->permissions, driver, command);
}

static bool may_use(const struct process_image *image, uint32_t driver)
{
    return trust_driver_allowed(image->owner, driver) &&
           tbf_permits_driver(image->permissions, driver);
}

static const struct process_filter rights = {.command = may_command, .driver = may_use};

uint32_t load_owner_number(const struct trust_owner *owner)
{
    return crc32_posix(owner->name, bytes_length(owner->name));
}

int load_header(uint32_t address, uint32_t size, struct tbf_header *header)
{
    const struct hil_flash *flash = loader_config->store->flash;
    const uint8_t *object = flash->map(flash, address, size);
    int error = object != NULL ? tbf_header_parse(object, size, header) : TBF_E_SIZE;

    if (error != 0) {
        return error;
    }
    if (header->padding || header->is_kernel) {
        return LOADER_E_KIND;
    }
    if (!tbf_kernel_suffices(header)) {
        return LOADER_E_VERSION;
    }
    if (header->fixed_flash != TBF_NO_FIXED_ADDRESS &&
        header->fixed_flash != address + header->app_start) {
        return KERNEL_E_ADDRESS;
    }
    return 0;
}

int load_admit(const struct store_app_record *record, struct admitted *admitted)
{
    const struct trust_anchor *anchor = loader_config->anchor;
    struct tbf_header *header = &admitted->header;
    int error = load_header(record->address, record->size, header);
    const struct trust_key *key = error == 0 ? trust_find_key(anchor, record->key) : NULL;

    if (error != 0) {
        return error;
    }
    if (key == NULL) {
        return TRUST_E_KEY;
    }
    admitted->owner = &anchor->owners[key->owner];
    return trust_check_policy(admitted->owner, header->name.data, header->name.length,
                              record->short_id);
}

static uint32_t writeable(const struct process_image *image, uint32_t index, uint32_t *start,
                          uint32_t *size)
{
    const struct hil_flash *flash = loader_config->store->flash;
    const uint8_t *object = flash->map(flash, image->flash_start, image->flash_size);
    struct tbf_span tlvs;

    if (object == NULL) {
        return 0;
    }
    /* It was parsed when the app was accepted: all of that again would be long for a system call.
     */
    tlvs.data = object + TBF_BASE_SIZE;
    tlvs.length = bytes_get_u16(object + 2) - TBF_BASE_SIZE;
    if (index == UINT32_MAX) {
        return tbf_writeable_count(&tlvs);
    }
    if (!tbf_writeable_region(&tlvs, image->flash_size, index, start, size)) {
        return 0;
    }
    *start += image->flash_start;
    return 1;
}

/*
 * The rights to control other processes and to install apps take that its key's policy (for the
 * first: or the app's own header) names the driver, rather than merely not excluding it. The rest
 * is looked at only where something restricts the app.
 */
static void set_rights(struct process_image *image, const struct trust_owner *owner)
{
    const uint8_t *permissions = image->permissions;

    image->may_control = tbf_permits_driver(permissions, ABI_DRIVER_PROCESS_INFO) &&
                         (trust_driver_named(owner, ABI_DRIVER_PROCESS_INFO) ||
                          (permissions != NULL && owner->driver_count == 0));
    image->may_install = trust_driver_named(owner, ABI_DRIVER_APP_LOADER) &&
                         tbf_permits_driver(permissions, ABI_DRIVER_APP_LOADER);
    image->owner = owner;
    image->filter = owner->driver_count != 0 || permissions != NULL ? &rights : NULL;
}

int load_start(const struct store_app_record *record, const struct admitted *admitted,
               struct loader_result *result)
{
    const struct tbf_header *header = &admitted->header;
    struct process_image image = {
        .flash_start = record->address,
        .flash_size = record->size,
        .extent = record->space,
        .app_start = record->address + header->app_start,
        .binary_end = record->address + header->binary_end,
        .entry = record->address + header->entry,
        .min_ram = header->min_ram,
        .fixed_ram = header->fixed_ram,
        .short_id = record->short_id,
        .name = header->name.data,
        .name_length = (uint8_t)header->name.length, /* TBF_NAME_MAX at most */
        .storage = header->storage.data,
        .permissions = header->permissions.data,
        .fault_policy = header->fault.policy,
        .fault_restarts = header->fault.restarts,
        .may_write_flash = load_boot() != NULL && load_boot()->is_writer(record),
        .writeable = writeable,
    };
    struct process *process;
    uint32_t total;
    int error;

    set_rights(&image, admitted->owner);
    error = process_create(&image, &process);
    if (error == KERNEL_E_RAM) {
        result->needed = header->min_ram;
        process_ram_free(&result->available, &total);
    }
    return error;
}

int load_create(const struct store_app_record *record, struct loader_result *result)
{
    struct admitted admitted;
    int error = load_admit(record, &admitted);

    return error != 0 ? error : load_start(record, &admitted, result);
}
