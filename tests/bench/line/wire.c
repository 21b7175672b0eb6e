// SPDX-License-Identifier: Apache-2.0
#include "wire.h"

void wire_put(struct wire *wire, uint64_t now_us, const uint8_t *data, size_t length, bool spoilt)
{
    const uint64_t byte_ns = 10000000000ull / wire->rate;

    for (size_t i = 0; i < length; i++) {
        uint64_t start = wire->free_at > now_us * 1000 ? wire->free_at : now_us * 1000;
        uint32_t at = wire->end % WIRE_QUEUE;

        wire->free_at = start + byte_ns;
        wire->byte[at] = (uint8_t)(data[i] ^ (spoilt && i == length / 2 ? 0x55 : 0));
        wire->due[at] = wire->free_at / 1000 + wire->delay;
        wire->sent_at[at] = wire->rate;
        wire->end++;
        wire->bytes++;
    }
}

size_t wire_take(struct wire *wire, uint64_t now_us, uint32_t rate, uint8_t *data, size_t capacity)
{
    size_t count = 0;

    while (count < capacity && wire->first != wire->end &&
           wire->due[wire->first % WIRE_QUEUE] <= now_us) {
        uint32_t at = wire->first++ % WIRE_QUEUE;

        bool carried = wire->most == 0 || wire->sent_at[at] <= wire->most;

        data[count++] =
            (uint8_t)(wire->byte[at] ^ (carried && wire->sent_at[at] == rate ? 0 : 0xA5));
    }
    return count;
}

bool wire_is_idle(const struct wire *wire, uint64_t now_us)
{
    return wire->free_at <= now_us * 1000;
}
