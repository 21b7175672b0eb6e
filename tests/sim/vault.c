// SPDX-License-Identifier: Apache-2.0
#include "vault.h"

#include <base/bytes.h>
#include <kv/siphash.h>

#include <string.h>

enum { STEPS_MAX = 200000 };

void vault_init(struct vault *vault, uint8_t unit, uint8_t erase_value)
{
    memset(vault, 0, sizeof *vault);
    vault->run = (struct hil_flash_run){VAULT_PAGE, VAULT_SPARES + VAULT_REGIONS};
    vault->geometry = (struct hil_flash_geometry){.base = VAULT_BASE,
                                                  .runs = &vault->run,
                                                  .run_count = 1,
                                                  .write_unit = unit,
                                                  .erase_value = erase_value,
                                                  .programs_per_unit = 1};
    nor_init(&vault->nor, &vault->geometry);
    vault->swap_config = (struct swap_config){&vault->nor.hil, VAULT_BASE, VAULT_SPARES};
    vault->kv_config = (struct kv_config){&vault->swap, VAULT_AREA, VAULT_REGIONS};
}

static int run(struct vault *vault)
{
    int result = KV_BUSY;

    for (unsigned long i = 0; i < STEPS_MAX && result == KV_BUSY; i++) {
        result = kv_step(&vault->kv);
        vault->steps++;
    }
    return result;
}

int vault_mount(struct vault *vault)
{
    int result = swap_mount_begin(&vault->swap, &vault->swap_config);

    while (result == 0 || result == KV_BUSY) {
        result = swap_step(&vault->swap);
        if (result == 0) {
            break;
        }
    }
    if (result != 0) {
        return result;
    }
    kv_mount_begin(&vault->kv, &vault->kv_config);
    return run(vault);
}

static int find(struct vault *vault, const char *key)
{
    uint8_t hash[SIPHASH_SIZE];
    int result;

    siphash_zero_key(key, strlen(key), hash);
    result = kv_find_begin(&vault->kv, hash);
    return result != 0 ? result : run(vault);
}

int vault_get(struct vault *vault, const char *key, const uint8_t **data, uint32_t *length,
              uint32_t *write_id)
{
    int result = find(vault, key);
    const uint8_t *value;

    if (result != 0) {
        return result;
    }
    value = nor_at(&vault->nor, vault->kv.value);
    *length = bytes_get_u32(value + 1);
    *write_id = bytes_get_u32(value + 5);
    *data = value + VAULT_HEADER;
    return 0;
}

int vault_set(struct vault *vault, const char *key, const void *data, uint32_t length,
              uint32_t write_id)
{
    uint8_t value[VAULT_PAGE + VAULT_HEADER] = {0};
    int result = find(vault, key);

    if (result != 0 && result != KV_E_NOT_FOUND) {
        return result;
    }
    bytes_put_u32(value + 1, length);
    bytes_put_u32(value + 5, write_id);
    memcpy(value + VAULT_HEADER, data, length);
    result = kv_store_begin(&vault->kv, VAULT_HEADER + length);
    if (result != 0) {
        return result;
    }
    for (;;) {
        uint32_t taken;

        result = run(vault);
        if (result != KV_MORE) {
            return result;
        }
        taken = kv_taken(&vault->kv);
        (void)kv_put(&vault->kv, value + taken, VAULT_HEADER + length - taken);
    }
}

int vault_delete(struct vault *vault, const char *key)
{
    int result = find(vault, key);

    result = result != 0 ? result : kv_remove_begin(&vault->kv);
    return result != 0 ? result : run(vault);
}

int vault_collect(struct vault *vault)
{
    int result = kv_collect_begin(&vault->kv);

    return result != 0 ? result : run(vault);
}
