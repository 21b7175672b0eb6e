// SPDX-License-Identifier: Apache-2.0
/* A session with a device, for commands. Functions answer exit codes and have reported errors. */
#ifndef DEVICE_DEVICE_H
#define DEVICE_DEVICE_H

#include <link/host.h>

#include "../posix/line.h"
#include "../report/report.h"

enum { DEVICE_APPS_MAX = 64, DEVICE_PROCESSES_MAX = 64 };

/** What a device says of one process. */
struct device_process {
    struct link_process process;
    struct link_detail detail;
    bool detailed; /* the device knows DETAIL, and it was still the same instance */
};

struct device {
    struct cli *cli;
    struct line line;
    struct link_transport transport;
    struct link_host host;
    const struct link_listener *listener; /* of whoever opened it; NULL: nobody listens */
    struct link_listener hears;
    const char *transfer; /* what is being transferred, and from which byte on */
    uint32_t transfer_first;
    uint32_t transfer_done;
    bool reconnected; /* the line broke and was made again since a restart was asked for */
    struct link_info info;
    struct link_key key; /* the first one that it trusts; after device_open_installer() */
    bool has_key;
    bool rate_tried; /* to raise the line's rate, in this session */
    struct link_entry app[DEVICE_APPS_MAX];
    size_t app_count;
    struct device_process process[DEVICE_PROCESSES_MAX];
    size_t process_count;
};

/** Connects, opens a session and reads the device's data. listener may be NULL. */
int device_open(struct cli *cli, struct device *device, const struct link_listener *listener);
/** The same for commands about apps: a device in its bootloader is refused. */
int device_open_kernel(struct cli *cli, struct device *device,
                       const struct link_listener *listener);
/** The same for a command that installs something: asks for the first key in the same breath. */
int device_open_installer(struct cli *cli, struct device *device,
                          const struct link_listener *listener);
/** device_open_installer(), which refuses a device in its bootloader. */
int device_open_kernel_installer(struct cli *cli, struct device *device,
                                 const struct link_listener *listener);
/** Refuses a device that is in its bootloader, as failed. */
int device_need_kernel(struct device *device);
/** Whether whoever asked wants no more of it: interrupted, or cancelled. */
bool device_is_over(const struct device *device);
/**
 * After a restart was asked for: waits until the device answers again, and reads its data.
 * @param mode  LINK_MODE_..., in which it has to be then
 */
int device_await(struct device *device, uint8_t mode);
/**
 * Says hello anew; connects again when the line broke, for the device may be another one on the bus
 * now, or another port.
 * @return 0 or a negative enum link_error, not reported
 */
int device_hello(struct device *device);
/**
 * Asks for a restart, and does not wait for it.
 * @param where  LINK_REBOOT_...
 */
int device_ask_restart(struct device *device, uint8_t where, const char *what);
/** Asks for a restart and waits until it is over, as device_await(). */
int device_restart(struct device *device, uint8_t where, const char *what);
/** Ends the session and lets go of the line. */
void device_close(struct device *device);
/**
 * Asks, and for some seconds again while the device is busy with another job.
 * @return 0, enum link_status or enum link_error
 */
int device_ask(struct device *device, uint8_t command, const void *arguments, size_t length,
               const uint8_t **result, size_t *result_length);
/**
 * Announces an object, as link_host_begin(); asks again as device_ask() does.
 * @return 0, enum link_status or enum link_error
 */
int device_begin(struct device *device, const struct link_begin *begin, struct link_begun *begun);
/** device_ask(); errors and refusals are reported as failures of `what`. */
int device_request(struct device *device, uint8_t command, const void *arguments, size_t length,
                   const uint8_t **result, size_t *result_length, const char *what);
/** Reports a negative link error or a device's status. */
int device_fail(struct device *device, int error, const char *what);
/** Reads the device's data again, after something was changed. */
int device_refresh(struct device *device, const char *what);
/** Reads the list of apps. */
int device_list(struct device *device);
/** Reads the list of apps and, in the same breath, all that the device can say of the processes. */
int device_survey(struct device *device);
/**
 * Reads the list of processes.
 * @param detailed  with everything that the device can say of them
 */
int device_processes(struct device *device, bool detailed);
/** The process of an app; NULL when it has none. After device_processes(). */
const struct device_process *device_process_of(const struct device *device, uint32_t app);
/** RAM that rounding adds to what an app and the kernel ask for, bytes; 0 when not known. */
uint32_t device_ram_waste(const struct device_process *process, uint32_t min_ram);
/** Finds an app by name, or name@ADDRESS when the name is not unique. */
int device_find(struct device *device, const char *name, const struct link_entry **entry);
/** Asks for something about one app. */
int device_app_command(struct device *device, uint8_t command, const struct link_entry *entry,
                       const char *what);
/** A name fit to print; text has room for 4 * LINK_NAME_MAX + 8. */
const char *device_name(const struct link_name *name, char *text, size_t size);

#endif
