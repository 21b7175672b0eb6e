// SPDX-License-Identifier: Apache-2.0
/* Numbers of Tock's system-call drivers, their commands, upcalls and buffers, as far as Gantry has
 * them. */
#ifndef ABI_DRIVER_H
#define ABI_DRIVER_H

enum abi_driver {
    ABI_DRIVER_ALARM = 0x00000,
    ABI_DRIVER_CONSOLE = 0x00001,
    ABI_DRIVER_LED = 0x00002,
    ABI_DRIVER_BUTTON = 0x00003,
    ABI_DRIVER_LOW_LEVEL_DEBUG = 0x00008,
    ABI_DRIVER_READ_ONLY_STATE = 0x00009,
    ABI_DRIVER_IPC = 0x10000,
    ABI_DRIVER_PROCESS_INFO = 0x10002,
    ABI_DRIVER_RNG = 0x40001,
    ABI_DRIVER_APP_FLASH = 0x50000,
    ABI_DRIVER_NONVOLATILE = 0x50001,
    ABI_DRIVER_KEY_VALUE = 0x50003,
    ABI_DRIVER_ISOLATED_STORAGE = 0x50004
};

/* Command 0 of every driver: is it there? (LED and button answer a count.) */
#define ABI_COMMAND_EXISTS 0u

enum abi_alarm {
    ABI_ALARM_FREQUENCY = 1,
    ABI_ALARM_NOW = 2,
    ABI_ALARM_STOP = 3,
    ABI_ALARM_SET_RELATIVE = 5,
    ABI_ALARM_SET_ABSOLUTE = 6,
    ABI_ALARM_UPCALL_FIRED = 0 /* (now, expiration, 0) */
};

enum abi_console {
    ABI_CONSOLE_WRITE = 1,
    ABI_CONSOLE_READ = 2,
    ABI_CONSOLE_ABORT_READ = 3,
    ABI_CONSOLE_UPCALL_WRITTEN = 1, /* (bytes, 0, 0) */
    ABI_CONSOLE_UPCALL_READ = 2,    /* (status, bytes, 0) */
    ABI_CONSOLE_RO_WRITE = 1,
    ABI_CONSOLE_RW_READ = 1
};

enum abi_led { ABI_LED_ON = 1, ABI_LED_OFF = 2, ABI_LED_TOGGLE = 3, ABI_LED_GET = 4 };

enum abi_button {
    ABI_BUTTON_ENABLE = 1,
    ABI_BUTTON_DISABLE = 2,
    ABI_BUTTON_READ = 3,
    ABI_BUTTON_UPCALL_CHANGED = 0 /* (index, pressed, 0) */
};

enum abi_low_level_debug {
    ABI_DEBUG_ALERT = 1,
    ABI_DEBUG_PRINT = 2,
    ABI_DEBUG_PRINT_TWO = 3,
    ABI_DEBUG_ALERT_PANIC = 1,
    ABI_DEBUG_ALERT_WRONG_LOCATION = 2
};

enum abi_read_only_state {
    ABI_STATE_VERSION = 1,
    ABI_STATE_UR_BUFFER = 0 /* switches: u32; waiting upcalls: u32; ticks: u64 */
};

/* Upcalls and buffers are numbered by slots of processes. */
enum abi_ipc {
    ABI_IPC_DISCOVER = 1,
    ABI_IPC_NOTIFY_SERVICE = 2, /* its own slot is the upcall's number: (caller, length, address) */
    ABI_IPC_NOTIFY_CLIENT = 3,  /* the service's slot is the upcall's number */
    ABI_IPC_RO_NAME = 0
};

enum abi_rng {
    ABI_RNG_FILL = 1,
    ABI_RNG_UPCALL_FILLED = 0, /* (status, bytes, 0) */
    ABI_RNG_RW_DESTINATION = 0
};

/* An app's own writeable flash regions. */
enum abi_app_flash {
    ABI_APP_FLASH_WRITE = 1,       /* (address) */
    ABI_APP_FLASH_UPCALL_DONE = 0, /* (status, 0, 0) */
    ABI_APP_FLASH_RO_DATA = 0
};

/* One area that all apps share. */
enum abi_nonvolatile {
    ABI_NONVOLATILE_SIZE = 1,
    ABI_NONVOLATILE_READ = 2,           /* (offset, length) */
    ABI_NONVOLATILE_WRITE = 3,          /* (offset, length) */
    ABI_NONVOLATILE_UPCALL_READ = 0,    /* (length, 0, 0) */
    ABI_NONVOLATILE_UPCALL_WRITTEN = 1, /* (length, 0, 0) */
    ABI_NONVOLATILE_RO_WRITE = 0,
    ABI_NONVOLATILE_RW_READ = 0
};

enum abi_key_value {
    ABI_KV_GET = 1,
    ABI_KV_SET = 2,
    ABI_KV_DELETE = 3,
    ABI_KV_ADD = 4,
    ABI_KV_UPDATE = 5,
    ABI_KV_COLLECT = 6,
    ABI_KV_UPCALL_DONE = 0, /* (status, length of the value, 0) */
    ABI_KV_RO_KEY = 0,
    ABI_KV_RO_VALUE = 1,
    ABI_KV_RW_VALUE = 0,
    ABI_KV_KEY_MAX = 64,
    ABI_KV_VALUE_MAX = 512
};

/* An area of its own for each app. */
enum abi_isolated_storage {
    ABI_ISOLATED_SIZE = 1,
    ABI_ISOLATED_READ = 2,        /* (offset, its high word) */
    ABI_ISOLATED_WRITE = 3,       /* (offset, its high word) */
    ABI_ISOLATED_UPCALL_SIZE = 0, /* (status, size, 0) */
    ABI_ISOLATED_UPCALL_READ = 1, /* (status, length, 0) */
    ABI_ISOLATED_UPCALL_WRITTEN = 2,
    ABI_ISOLATED_RO_WRITE = 0,
    ABI_ISOLATED_RW_READ = 0
};

enum abi_process_info {
    ABI_PROCESS_COUNT = 1,
    ABI_PROCESS_IDS = 2,
    ABI_PROCESS_SHORT_IDS = 3,
    ABI_PROCESS_NAME = 4,
    ABI_PROCESS_STATISTICS = 5,
    ABI_PROCESS_CONTROL = 6,
    ABI_PROCESS_RW_BUFFER = 0
};

/* Argument of ABI_PROCESS_CONTROL. */
enum abi_process_action {
    ABI_PROCESS_RESUME = 1,
    ABI_PROCESS_STOP = 2,
    ABI_PROCESS_FAULT = 3,
    ABI_PROCESS_TERMINATE = 4,
    ABI_PROCESS_BOOT = 5
};

/* States as ABI_PROCESS_STATISTICS reports them. */
enum abi_process_state {
    ABI_PROCESS_RUNNING = 0,
    ABI_PROCESS_YIELDED = 1,
    ABI_PROCESS_YIELDED_FOR = 2,
    ABI_PROCESS_STOPPED = 3,
    ABI_PROCESS_FAULTED = 4,
    ABI_PROCESS_TERMINATED = 5
};

#endif
