// SPDX-License-Identifier: Apache-2.0
/* Any bytes on the line of a device: the engine stays inside its buffers and answers what it must.
 */
#include <stdlib.h>
#include <string.h>

#include <link/device.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *input;
static size_t left;
static uint32_t now;
static struct link_device device;

static size_t read_line(void *context, uint8_t *data, size_t capacity)
{
    size_t count = left < capacity ? left : capacity;

    (void)context;
    memcpy(data, input, count);
    input += count;
    left -= count;
    return count;
}

static size_t write_line(void *context, const uint8_t *data, size_t length)
{
    (void)context;
    (void)data;
    return length;
}

static uint32_t now_ms(void *context)
{
    (void)context;
    return now += 7;
}

static uint8_t request(void *context, uint8_t command, const uint8_t *arguments, size_t length,
                       struct link_reply *reply)
{
    struct link_begin begin;

    (void)context;
    reply->length = length < sizeof reply->data ? length : 0;
    memcpy(reply->data, arguments, reply->length);
    if (command == LINK_BEGIN && link_get_begin(arguments, length, &begin)) {
        link_device_transfer(&device, begin.size % 100000, 0);
    }
    return command % 5 == 0 ? LINK_PENDING : LINK_OK;
}

static uint8_t store(void *context, uint32_t offset, const uint8_t *data, size_t length,
                     uint32_t complete)
{
    (void)context;
    (void)data;
    if (length > LINK_BLOCK || complete > 100000 || offset > 100000) {
        abort();
    }
    return LINK_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t replay[128];
    static const struct link_device_config config = {
        .read = read_line,
        .write = write_line,
        .now_ms = now_ms,
        .request = request,
        .data = store,
        .replay = replay,
        .replay_size = sizeof replay,
        .window = 4,
        .plain_text = true,
    };

    input = data;
    left = size;
    link_device_init(&device, &config);
    while (left > 0) {
        (void)link_device_poll(&device);
        (void)link_device_console(&device, 1, data, size < 70 ? size : 70);
    }
    link_device_complete(&device, LINK_OK, NULL);
    (void)link_device_poll(&device);
    return 0;
}
