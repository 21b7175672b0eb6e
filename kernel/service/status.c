// SPDX-License-Identifier: Apache-2.0
#include <hil/error.h>
#include <tbf/error.h>

#include "service.h"

struct pair {
    int16_t error;
    uint8_t status;
};

static const struct pair pairs[] = {
    {0, LINK_OK},
    {LOADER_SAME, LINK_NOTHING},
    {LOADER_E_FORM, LINK_MALFORMED},
    {LOADER_E_HEADER, LINK_HEADER},
    {LOADER_E_KIND, LINK_WRONG_KIND},
    {LOADER_E_VERSION, LINK_HEADER},
    {LOADER_E_INCOMPLETE, LINK_INCOMPLETE},
    {LOADER_E_STATE, LINK_STATE},
    {LOADER_E_BOARD, LINK_WRONG_BOARD},
    {KERNEL_E_SLOTS, LINK_NO_SLOT},
    {KERNEL_E_RAM, LINK_NO_RAM},
    {KERNEL_E_REGION, LINK_NO_FLASH},
    {KERNEL_E_ADDRESS, LINK_HEADER},
    {KERNEL_E_STATE, LINK_STATE},
    {KERNEL_E_BUSY, LINK_BUSY},
    {KERNEL_E_FAULT, LINK_SIGNATURE},
    {TRUST_E_UNSIGNED, LINK_SIGNATURE},
    {TRUST_E_KEY, LINK_KEY_UNKNOWN},
    {TRUST_E_SIGNATURE, LINK_SIGNATURE},
    {TRUST_E_DIGEST, LINK_DIGEST},
    {TRUST_E_NAME, LINK_POLICY},
    {TRUST_E_SHORT_ID, LINK_POLICY},
    {STORE_E_BUSY, LINK_BUSY},
    {STORE_E_READ_ONLY, LINK_READ_ONLY},
    {STORE_E_FULL, LINK_NO_SLOT},
    {STORE_E_APPS, LINK_NO_SLOT},
    {STORE_E_IDENTITIES, LINK_NO_IDENTITY},
    {STORE_E_OLDER, LINK_OLDER},
    {STORE_E_OWNER, LINK_OWNER},
    {STORE_E_SPACE, LINK_NO_FLASH},
    {STORE_E_REGION, LINK_NO_FLASH},
    {STORE_E_NOT_FOUND, LINK_NOT_FOUND},
    {STORE_E_ORDER, LINK_INCOMPLETE},
};

uint8_t service_status(int error)
{
    for (uint32_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (pairs[i].error == error) {
            return pairs[i].status;
        }
    }
    /* What is left are malformed headers and failures of the flash or the journal. */
    return error <= TBF_E_END && error >= TBF_E_ROOM ? LINK_HEADER : LINK_FLASH;
}
