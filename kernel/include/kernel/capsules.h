// SPDX-License-Identifier: Apache-2.0
/*
 * The capsules that a board can put into its table. The comment at each says which device its line
 * of the table has to name; the structure must stay.
 */
#ifndef KERNEL_CAPSULES_H
#define KERNEL_CAPSULES_H

#include <hil/button.h>
#include <hil/entropy.h>
#include <hil/led.h>
#include <kernel/console.h>
#include <kernel/driver.h>
#include <kernel/storage.h>

extern const struct driver alarm_driver;

/** Device: struct hil_led. */
extern const struct driver led_driver;

/** Device: struct hil_button. */
extern const struct driver button_driver;

/** Device: struct hil_entropy. */
extern const struct driver rng_driver;

/** Low-level debug. Device: struct console_line, through which it reports. */
extern const struct driver debug_driver;

/** Read-only state: what an app may read of its own standing without a system call. */
extern const struct driver read_only_state_driver;

/** Interprocess communication: services found by name, notifications, shared buffers. */
extern const struct driver ipc_driver;

/** Process info: privileged; the policy of an app's owner decides who may use it. */
extern const struct driver process_info_driver;

/** Key-value store. Device of this and of the other storage capsules: struct kernel_storage. */
extern const struct driver key_value_driver;
/** An area of flash for each app. */
extern const struct driver isolated_storage_driver;
/** An area of flash that all apps share. */
extern const struct driver nonvolatile_driver;
/** The writeable regions of an app's own object. */
extern const struct driver app_flash_driver;

#endif
