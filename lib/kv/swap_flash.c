// SPDX-License-Identifier: Apache-2.0
/* Operations on the flash, one per step. */
#include "swap_internal.h"

#include <hil/error.h>

#include <string.h>

const uint8_t *swap_bytes(const struct swap *swap, uint32_t address, uint32_t length)
{
    return swap->config->flash->map(swap->config->flash, address, length);
}

/* Starts programming; the operation's status is looked at by the next step. */
int swap_program(struct swap *swap, uint32_t address, const uint8_t *data, uint32_t length)
{
    const struct hil_flash *flash = swap->config->flash;
    int result = flash->program(flash, address, data, length);

    swap->running = result == 0;
    return result;
}

/* Drives a unit to its end: certain, whatever it held. */
int swap_mark(struct swap *swap, uint32_t address)
{
    uint8_t *unit = swap->buffer;

    memset(unit, (uint8_t)~swap->config->flash->geometry->erase_value, swap->unit);
    return swap_program(swap, address, unit, swap->unit);
}

int swap_erase_page(struct swap *swap, uint32_t address)
{
    const struct hil_flash *flash = swap->config->flash;
    int result = flash->erase(flash, address);

    swap->running = result == 0;
    return result;
}

/* Goes to the next stage once an operation was started; the same stage again while flash is busy.
 */
int swap_then(struct swap *swap, int result, unsigned stage)
{
    if (result == 0) {
        swap->stage = (uint8_t)stage;
    }
    return result == 0 || result == HIL_E_BUSY ? KV_BUSY : result;
}
