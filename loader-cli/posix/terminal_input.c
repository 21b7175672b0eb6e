// SPDX-License-Identifier: Apache-2.0
/* What is typed, without waiting for it. */
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "terminal.h"

bool terminal_input(uint8_t *data, uint32_t size, uint32_t *used)
{
    struct pollfd ready = {.fd = STDIN_FILENO, .events = POLLIN};
    ssize_t count;

    if (poll(&ready, 1, 0) <= 0) {
        return true;
    }
    count = read(STDIN_FILENO, data + *used, size - *used);
    *used += count > 0 ? (uint32_t)count : 0;
    return count > 0 || (count < 0 && errno == EINTR);
}
