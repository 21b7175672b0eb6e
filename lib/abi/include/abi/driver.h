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
    ABI_DRIVER_GPIO = 0x00004,
    ABI_DRIVER_ADC = 0x00005,
    ABI_DRIVER_LOW_LEVEL_DEBUG = 0x00008,
    ABI_DRIVER_READ_ONLY_STATE = 0x00009,
    ABI_DRIVER_PWM = 0x00010,
    ABI_DRIVER_IPC = 0x10000,
    ABI_DRIVER_APP_LOADER = 0x10001,
    ABI_DRIVER_PROCESS_INFO = 0x10002,
    ABI_DRIVER_RNG = 0x40001,
    ABI_DRIVER_CRC = 0x40002,
    ABI_DRIVER_HMAC = 0x40003,
    ABI_DRIVER_SHA = 0x40005,
    ABI_DRIVER_AES = 0x40006,
    ABI_DRIVER_APP_FLASH = 0x50000,
    ABI_DRIVER_NONVOLATILE = 0x50001,
    ABI_DRIVER_KEY_VALUE = 0x50003,
    ABI_DRIVER_ISOLATED_STORAGE = 0x50004,
    ABI_DRIVER_TEMPERATURE = 0x60000,
    ABI_DRIVER_BUZZER = 0x90000,
    ABI_DRIVER_DATE_TIME = 0x90007,
    ABI_DRIVER_CYCLE_COUNT = 0x90008
};

/* Command 0 of every driver but HMAC: is it there? (LED, button and ADC answer a count.) */
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

enum abi_gpio {
    ABI_GPIO_MAKE_OUTPUT = 1,
    ABI_GPIO_SET = 2,
    ABI_GPIO_CLEAR = 3,
    ABI_GPIO_TOGGLE = 4,
    ABI_GPIO_MAKE_INPUT = 5, /* argument: enum abi_gpio_pull */
    ABI_GPIO_READ = 6,
    ABI_GPIO_WATCH = 7, /* argument: enum abi_gpio_edge */
    ABI_GPIO_IGNORE = 8,
    ABI_GPIO_DISABLE = 9,
    ABI_GPIO_COUNT = 10,
    ABI_GPIO_UPCALL_CHANGED = 0 /* (pin, level, 0) */
};

enum abi_gpio_pull { ABI_GPIO_PULL_NONE = 0, ABI_GPIO_PULL_UP = 1, ABI_GPIO_PULL_DOWN = 2 };

enum abi_gpio_edge {
    ABI_GPIO_EDGE_EITHER = 0,
    ABI_GPIO_EDGE_RISING = 1,
    ABI_GPIO_EDGE_FALLING = 2
};

enum abi_adc {
    ABI_ADC_SAMPLE = 1,
    ABI_ADC_SAMPLE_REPEATEDLY = 2,
    ABI_ADC_FILL = 3,
    ABI_ADC_FILL_REPEATEDLY = 4,
    ABI_ADC_STOP = 5,
    ABI_ADC_RESOLUTION = 101,
    ABI_ADC_REFERENCE = 102,
    /*
     * Each event comes under both numbers: (mode, channel, sample) under each, or (mode,
     * samples << 8 | channel, buffer), which is its address under the first, its number under the
     * second.
     */
    ABI_ADC_UPCALL_ADDRESS = 0,
    ABI_ADC_UPCALL = 1,
    ABI_ADC_RW_FIRST = 0,
    ABI_ADC_RW_SECOND = 1
};

/* First argument of the ADC's upcalls. */
enum abi_adc_mode {
    ABI_ADC_MODE_SAMPLE = 0,
    ABI_ADC_MODE_REPEATED = 1,
    ABI_ADC_MODE_BUFFER = 2,
    ABI_ADC_MODE_BUFFERS = 3
};

enum abi_pwm {
    ABI_PWM_START = 1, /* (duty << 16 | pin, hertz), duty in 1/10000 */
    ABI_PWM_STOP = 2,
    ABI_PWM_FREQUENCY_MAX = 3,
    ABI_PWM_COUNT = 4
};

enum abi_temperature {
    ABI_TEMPERATURE_READ = 1,
    ABI_TEMPERATURE_UPCALL = 0 /* (hundredths of a degree Celsius, signed, 0, 0) */
};

enum abi_buzzer {
    ABI_BUZZER_BUZZ = 1, /* (hertz, milliseconds) */
    ABI_BUZZER_BUZZ_NOW = 2,
    ABI_BUZZER_STOP = 3,
    ABI_BUZZER_UPCALL_DONE = 0 /* (status, 0, 0) */
};

/*
 * A date is year << 9 | month << 5 | day, a time day of the week << 17 | hour << 12 | minute << 6 |
 * second; months and days count from 1, days of the week from 0, Sunday.
 */
enum abi_date_time {
    ABI_DATE_TIME_READ = 1,
    ABI_DATE_TIME_SET = 2,        /* (date, time) */
    ABI_DATE_TIME_UPCALL_DONE = 0 /* (status, date, time); both 0 after a setting */
};

enum abi_cycle_count {
    ABI_CYCLE_COUNT_START = 1,
    ABI_CYCLE_COUNT_READ = 2, /* 64 bits */
    ABI_CYCLE_COUNT_RESET = 3,
    ABI_CYCLE_COUNT_STOP = 4
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

enum abi_crc {
    ABI_CRC_COMPUTE = 1,     /* (enum abi_crc_algorithm, bytes) */
    ABI_CRC_UPCALL_DONE = 0, /* (status, check value, its width in bits) */
    ABI_CRC_RO_DATA = 0
};

enum abi_crc_algorithm { ABI_CRC_32 = 0, ABI_CRC_32C = 1, ABI_CRC_16_CCITT = 2 };

enum abi_hmac {
    ABI_HMAC_SET_ALGORITHM = 0, /* (enum abi_hmac_algorithm) */
    ABI_HMAC_RUN = 1,
    ABI_HMAC_UPDATE = 2,
    ABI_HMAC_FINISH = 3,
    ABI_HMAC_VERIFY = 4,
    ABI_HMAC_VERIFY_FINISH = 5,
    ABI_HMAC_UPCALL_DONE = 0,     /* (status, address of the code or 0, 0) */
    ABI_HMAC_UPCALL_VERIFIED = 1, /* (status, 1: equal, 0) */
    ABI_HMAC_RO_KEY = 0,
    ABI_HMAC_RO_DATA = 1,
    ABI_HMAC_RO_COMPARE = 2,
    ABI_HMAC_RW_CODE = 2
};

enum abi_hmac_algorithm {
    ABI_HMAC_SHA256 = 0,
    ABI_HMAC_SHA384 = 1,
    ABI_HMAC_SHA512 = 2,
    ABI_HMAC_SHA224 = 3,
    ABI_HMAC_SHA1 = 4,
    ABI_HMAC_MD5 = 5
};

enum abi_sha {
    ABI_SHA_SET_ALGORITHM = 1, /* (enum abi_sha_algorithm) */
    ABI_SHA_HASH = 2,
    ABI_SHA_VERIFY = 3,
    ABI_SHA_UPCALL_HASHED = 0,   /* (status, 0, 0) */
    ABI_SHA_UPCALL_VERIFIED = 1, /* (status, 1: equal, 0) */
    ABI_SHA_RO_DATA = 0,
    ABI_SHA_RO_COMPARE = 1,
    ABI_SHA_RW_DIGEST = 0
};

enum abi_sha_algorithm { ABI_SHA_256 = 0 };

enum abi_aes {
    ABI_AES_SET_ALGORITHM = 1, /* (enum abi_aes_algorithm, not 0: encrypt) */
    ABI_AES_SETUP = 2,
    ABI_AES_CRYPT = 3,
    ABI_AES_FINISH = 4,
    ABI_AES_SET_ASSOCIATED_OFFSET = 5,
    ABI_AES_SET_MESSAGE_OFFSET = 6,
    ABI_AES_SET_TAG_LENGTH = 7,
    ABI_AES_SET_CONFIDENTIAL = 8,
    ABI_AES_UPCALL_DONE = 0, /* (status, bytes, 1: tag stored or right) */
    ABI_AES_RO_KEY = 0,
    ABI_AES_RO_IV = 1,
    ABI_AES_RO_SOURCE = 2,
    ABI_AES_RW_DESTINATION = 0
};

enum abi_aes_algorithm {
    ABI_AES_CTR = 0,
    ABI_AES_CBC = 1,
    ABI_AES_ECB = 2,
    ABI_AES_CCM = 3,
    ABI_AES_GCM = 4
};

/* The upcalls say how the command of the same name ended: (status, 0, 0) where nothing else is
 * said.
 */
enum abi_app_loader {
    ABI_APP_LOADER_SETUP = 1,    /* size */
    ABI_APP_LOADER_WRITE = 2,    /* offset, length */
    ABI_APP_LOADER_FINALIZE = 3, /* everything was written */
    ABI_APP_LOADER_LOAD = 4,
    ABI_APP_LOADER_ABORT = 5,
    ABI_APP_LOADER_UNLOAD = 6, /* ShortID */
    ABI_APP_LOADER_UPCALL_SETUP = 0,
    ABI_APP_LOADER_UPCALL_WRITTEN = 1, /* (status, bytes, 0) */
    ABI_APP_LOADER_UPCALL_FINALIZED = 2,
    ABI_APP_LOADER_UPCALL_LOADED = 3,
    ABI_APP_LOADER_UPCALL_ABORTED = 4,
    ABI_APP_LOADER_UPCALL_UNLOADED = 5, /* (status, flash address, 0) */
    ABI_APP_LOADER_RO_DATA = 0
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
