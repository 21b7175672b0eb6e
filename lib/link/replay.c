// SPDX-License-Identifier: Apache-2.0
#include "replay.h"

#include <base/bytes.h>

enum { HEAD = 5 }; /* process id, length */

static uint16_t size_of(const struct link_device *device)
{
    return device->config->replay_size;
}

static void push(struct link_device *device, uint8_t byte)
{
    uint32_t at = ((uint32_t)device->replay_first + device->replay_used) % size_of(device);

    device->config->replay[at] = byte;
    device->replay_used++;
}

static uint8_t pop(struct link_device *device)
{
    uint8_t byte = device->config->replay[device->replay_first];

    device->replay_first = (uint16_t)((device->replay_first + 1u) % size_of(device));
    device->replay_used--;
    return byte;
}

bool link_replay_fits(const struct link_device *device, size_t length)
{
    return length + HEAD <= (size_t)(size_of(device) - device->replay_used);
}

size_t link_replay_take(struct link_device *device, uint32_t *process, uint8_t *text)
{
    uint8_t head[HEAD];

    if (device->replay_used < HEAD) {
        return 0;
    }
    for (size_t i = 0; i < HEAD; i++) {
        head[i] = pop(device);
    }
    *process = bytes_get_u32(head);
    for (uint8_t i = 0; i < head[4]; i++) {
        text[i] = pop(device);
    }
    return head[4];
}

void link_replay_add(struct link_device *device, uint32_t process, const uint8_t *data,
                     size_t length)
{
    uint8_t head[HEAD];
    uint8_t scratch[LINK_CONSOLE_MAX];
    uint32_t ignored;

    while (!link_replay_fits(device, length)) {
        device->dropped += (uint32_t)link_replay_take(device, &ignored, scratch);
    }
    bytes_put_u32(head, process);
    head[4] = (uint8_t)length;
    for (size_t i = 0; i < HEAD; i++) {
        push(device, head[i]);
    }
    for (size_t i = 0; i < length; i++) {
        push(device, data[i]);
    }
}
