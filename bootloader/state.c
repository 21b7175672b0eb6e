// SPDX-License-Identifier: Apache-2.0
#include "state.h"

static struct store store;
static bool usable;

void state_open(const struct boot_config *config, struct store_kernel *kernel)
{
    int error = store_mount_journal_begin(&store, config->store);

    error = error != 0 ? error : store_wait(&store);
    usable = error == 0 && !store_is_damaged(&store);
    (void)store_kernel_get(&store, kernel); /* of a damaged journal what can be read */
}

bool state_save(const struct store_kernel *kernel)
{
    return usable && store_kernel_put_begin(&store, kernel) == 0 && store_wait(&store) == 0;
}

struct store *state_store(void)
{
    return usable ? &store : NULL;
}
