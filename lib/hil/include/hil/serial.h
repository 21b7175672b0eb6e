// SPDX-License-Identifier: Apache-2.0
/*
 * A serial line as a byte stream: the driver receives into a ring and sends out of a ring, both by
 * interrupt; callers never wait.
 */
#ifndef HIL_SERIAL_H
#define HIL_SERIAL_H

#include <stddef.h>
#include <stdint.h>

/** Told by the driver, in interrupt context, that bytes came in or that room to send came free. */
struct hil_serial_client {
    void (*ready)(void *context);
    void *context;
};

struct hil_serial {
    /** Bytes that the receive ring holds: what may be in flight while nobody reads. */
    uint32_t receive_capacity;

    /**
     * Opens the line, 8 data bits, no parity, 1 stop bit.
     * @param rate    bits per second
     * @param client  called on progress; NULL for none; must outlive the line. Kernel loop only.
     * @return 0, or HIL_E_UNSUPPORTED for a rate that the hardware cannot make
     */
    int (*open)(const struct hil_serial *serial, uint32_t rate,
                const struct hil_serial_client *client);
    /** Takes up to capacity received bytes; answers how many, 0 when there are none. Kernel loop.
     */
    size_t (*read)(const struct hil_serial *serial, uint8_t *data, size_t capacity);
    /** Queues up to length bytes to send; answers how many were taken. Kernel loop. */
    size_t (*write)(const struct hil_serial *serial, const uint8_t *data, size_t length);
    /** Bytes queued and not yet on the line; 0 when the last stop bit has gone. Kernel loop. */
    size_t (*pending)(const struct hil_serial *serial);
    /** Received bytes that were lost because the ring was full, since open. Kernel loop. */
    uint32_t (*overruns)(const struct hil_serial *serial);
};

#endif
