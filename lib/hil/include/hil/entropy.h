// SPDX-License-Identifier: Apache-2.0
/* Random bytes fit for keys and challenges. Kernel loop only. */
#ifndef HIL_ENTROPY_H
#define HIL_ENTROPY_H

#include <stddef.h>
#include <stdint.h>

struct hil_entropy {
    /**
     * Fills data with length random bytes.
     * @return 0, or HIL_E_IO when the source failed (data is then zeroed and must not be used)
     */
    int (*fill)(const struct hil_entropy *entropy, uint8_t *data, size_t length);
};

#endif
