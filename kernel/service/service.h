// SPDX-License-Identifier: Apache-2.0
/* What the files of kernel/service share. */
#ifndef SERVICE_SERVICE_H
#define SERVICE_SERVICE_H

#include <kernel/loader.h>
#include <kernel/service.h>
#include <link/device.h>

extern struct link_device service_link;
/* service.c: who the line's driver tells. */
extern const struct hil_serial_client service_client;

/* service.c: has link_device_poll() called soon. */
void service_wake(void);

/* service.c: restarts the board once the reply is on the line. */
void service_reboot_soon(bool bootloader);

/* service.c: milliseconds since the start, modulo 2^32. */
uint32_t service_uptime_ms(void);

/* handlers.c: does what a request asks; for struct link_device_config. */
uint8_t service_request(void *context, uint8_t command, const uint8_t *arguments, size_t length,
                        struct link_reply *reply);
uint8_t service_data(void *context, uint32_t offset, const uint8_t *data, size_t length,
                     uint32_t complete);

/* handlers.c: a session begins: nothing is known from earlier ones. */
void service_forget(void);

/* status.c: the protocol's word for an error of the loader. */
uint8_t service_status(int error);

#endif
