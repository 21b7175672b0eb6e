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
    ABI_DRIVER_CRC = 0x40002,
    ABI_DRIVER_HMAC = 0x40003,
    ABI_DRIVER_SHA = 0x40005,
    ABI_DRIVER_AES = 0x40006
};

/* Command 0 of every driver but HMAC: is it there? (LED and button answer a count.) */
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
