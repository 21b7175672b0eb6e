// SPDX-License-Identifier: Apache-2.0
/* A key-value store over the flash model, driven to the end of each operation. */
#ifndef SIM_VAULT_H
#define SIM_VAULT_H

#include "nor.h"

#include <kv/kv.h>

#define VAULT_PAGE    512u
#define VAULT_BASE    0x10000u
#define VAULT_SPARES  4u
#define VAULT_REGIONS 4u
#define VAULT_AREA    (VAULT_BASE + VAULT_SPARES * VAULT_PAGE)
#define VAULT_HEADER  9u /* Tock's header of a value */

struct vault {
    struct nor nor;
    struct hil_flash_run run;
    struct hil_flash_geometry geometry;
    struct swap_config swap_config;
    struct kv_config kv_config;
    struct swap swap;
    struct kv kv;
    unsigned long steps;
};

/* Blank flash with this write unit and erase value; nor_free() frees it. */
void vault_init(struct vault *vault, uint8_t unit, uint8_t erase_value);
/* Mounts; 0 or an error. */
int vault_mount(struct vault *vault);
/* Looks for a key; the value's data and length, both Tock's. 0 or an error. */
int vault_get(struct vault *vault, const char *key, const uint8_t **data, uint32_t *length,
              uint32_t *write_id);
/* Stores a value under a key, in place of the old one. */
int vault_set(struct vault *vault, const char *key, const void *data, uint32_t length,
              uint32_t write_id);
int vault_delete(struct vault *vault, const char *key);
int vault_collect(struct vault *vault);

#endif
