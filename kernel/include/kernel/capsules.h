// SPDX-License-Identifier: Apache-2.0
/*
 * The capsules that a board can put into its table. The comment at each says which device its line
 * of the table has to name; the structure must stay.
 */
#ifndef KERNEL_CAPSULES_H
#define KERNEL_CAPSULES_H

#include <hil/adc.h>
#include <hil/aes.h>
#include <hil/button.h>
#include <hil/buzzer.h>
#include <hil/clock.h>
#include <hil/crc.h>
#include <hil/cycle_counter.h>
#include <hil/digest.h>
#include <hil/entropy.h>
#include <hil/gpio.h>
#include <hil/hmac.h>
#include <hil/led.h>
#include <hil/pwm.h>
#include <hil/temperature.h>
#include <kernel/console.h>
#include <kernel/driver.h>
#include <kernel/installer.h>

extern const struct driver alarm_driver;

/** Device: struct hil_led. */
extern const struct driver led_driver;

/** Device: struct hil_button. */
extern const struct driver button_driver;

/** Device: struct hil_gpio. */
extern const struct driver gpio_driver;

/** Device: struct hil_adc. */
extern const struct driver adc_driver;

/** Device: struct hil_pwm. */
extern const struct driver pwm_driver;

/** Device: struct hil_temperature. */
extern const struct driver temperature_driver;

/** Device: struct hil_buzzer. */
extern const struct driver buzzer_driver;

/** Device: struct hil_clock. */
extern const struct driver date_time_driver;

/**
 * A clock for boards that have none which outlives a power cut: it counts on the kernel's alarm,
 * from when it is set.
 */
extern const struct hil_clock software_clock;

/** Device: struct hil_cycle_counter. */
extern const struct driver cycle_count_driver;

/** Device: struct hil_entropy. */
extern const struct driver rng_driver;

/** Device: struct hil_crc. */
extern const struct driver crc_driver;

/** Device: struct hil_hmac, over SHA-256. */
extern const struct driver hmac_driver;

/** Device: struct hil_digest, SHA-256. */
extern const struct driver sha_driver;

/** Device: struct hil_aes. */
extern const struct driver aes_driver;

/** Low-level debug. Device: struct console_line, through which it reports. */
extern const struct driver debug_driver;

/** Read-only state: what an app may read of its own standing without a system call. */
extern const struct driver read_only_state_driver;

/** Interprocess communication: services found by name, notifications, shared buffers. */
extern const struct driver ipc_driver;

/** Process info: privileged; the policy of an app's owner decides who may use it. */
extern const struct driver process_info_driver;

/** App loader. Device: struct installer. Privileged: the policy of an app's key has to name it. */
extern const struct driver app_loader_driver;

/** Key-value store. Device of this and of the other storage capsules: struct kernel_storage, see
 * <kernel/storage.h>. */
extern const struct driver key_value_driver;
/** An area of flash for each app. */
extern const struct driver isolated_storage_driver;
/** An area of flash that all apps share. */
extern const struct driver nonvolatile_driver;
/** The writeable regions of an app's own object. */
extern const struct driver app_flash_driver;

#endif
