// SPDX-License-Identifier: Apache-2.0
/*
 * Numbers of the flash protocol, version 1. docs/protocol.md explains them; a change here is a
 * change there and of the version.
 */
#ifndef LINK_PROTOCOL_H
#define LINK_PROTOCOL_H

#define LINK_VERSION 1u

/* Sizes in bytes. */
#define LINK_BLOCK       1024u /* data in a DATA frame; the last of a transfer may be shorter */
#define LINK_WINDOW_MAX  32u   /* blocks that an acknowledgement can speak of */
#define LINK_BODY_MAX    (LINK_BLOCK + 4u)
#define LINK_PAYLOAD_MAX (LINK_BODY_MAX + 8u) /* type, zero, length, body, CRC */
#define LINK_REPLY_MAX   256u                 /* body of any frame that a device sends */
#define LINK_REQUEST_MAX 256u                 /* body of any frame but DATA that a host sends */
#define LINK_CONSOLE_MAX 64u                  /* text in one console frame */
#define LINK_NAME_MAX    32u

/* A device forgets a session in which it has heard nothing for so long. */
#define LINK_SESSION_MS 3000u
#define LINK_RATE_MS    1500u /* without a good frame a raised line rate is given up */
/* A host gives up after so much silence. */
#define LINK_SILENCE_MS 2500u

/* The first payload byte. */
enum link_type {
    LINK_REQUEST = 1, /* host: sequence u16, command u8, zero u8, arguments */
    LINK_REPLY = 2,   /* device: sequence u16, command u8, status u8, results */
    LINK_DATA = 3,    /* host: stream offset u32, bytes */
    LINK_ACK = 4,     /* device: next offset u32, bitmap u32 of the blocks behind it, status u8 */
    LINK_CONSOLE = 5, /* device: process id u32, text */
    LINK_EVENT = 6    /* device: enum link_event u8, fields */
};

enum link_command {
    LINK_HELLO = 1,
    LINK_BYE = 2,
    LINK_PING = 3,
    LINK_INFO = 4,
    LINK_KEY = 5,
    LINK_LIST = 6,
    LINK_PROCESS = 7,
    LINK_BEGIN = 8,
    LINK_COMMIT = 9,
    LINK_ABORT = 10,
    LINK_REMOVE = 11,
    LINK_ENABLE = 12,
    LINK_DISABLE = 13,
    LINK_START = 14,
    LINK_STOP = 15,
    LINK_RESTART = 16,
    LINK_CONSOLE_IN = 17,
    LINK_REBOOT = 18,
    LINK_STATISTICS = 19,
    LINK_ATTRIBUTE_GET = 20, /* places kept for later versions: UNSUPPORTED in version 1 */
    LINK_ATTRIBUTE_SET = 21,
    LINK_RATE = 22, /* of the line, for as long as the session lasts: u32 */
    LINK_KERNEL_CONFIRM = 23,
    LINK_KERNEL_REVERT = 24,
    LINK_CHALLENGE = 25,
    LINK_DETAIL = 26,  /* of a process: what PROCESS does not tell */
    LINK_SYSTEM = 27,  /* of the kernel */
    LINK_CONTROL = 28, /* of a process: pause, resume, fault, terminate, boot */
    LINK_COMMAND_LAST = LINK_CONTROL
};

/* Status of a reply or acknowledgement. Failures carry two numbers: needed, available. */
enum link_status {
    LINK_OK = 0,
    LINK_PENDING = 1,      /* still at work; ask again */
    LINK_BUSY = 2,         /* another session, install or job is under way */
    LINK_NO_SESSION = 3,   /* hello first */
    LINK_UNKNOWN = 4,      /* no such command */
    LINK_MALFORMED = 5,    /* the arguments do not have the right form */
    LINK_STATE = 6,        /* not possible now */
    LINK_NOT_FOUND = 7,    /* no such app, process or index */
    LINK_NOTHING = 8,      /* nothing to do: the same digest is installed */
    LINK_KEY_UNKNOWN = 9,  /* the key is not trusted by this device */
    LINK_SIGNATURE = 10,   /* the signature does not belong to the digest */
    LINK_DIGEST = 11,      /* what arrived does not have the digest */
    LINK_OLDER = 12,       /* older than allowed: floor, offered version */
    LINK_OWNER = 13,       /* the identity belongs to another owner */
    LINK_POLICY = 14,      /* the key's owner may not sign this app */
    LINK_NO_FLASH = 15,    /* bytes needed, largest free */
    LINK_NO_RAM = 16,      /* bytes needed, largest free */
    LINK_NO_SLOT = 17,     /* too many apps or processes */
    LINK_HEADER = 18,      /* the header does not say what was announced */
    LINK_FLASH = 19,       /* the flash failed */
    LINK_UNSUPPORTED = 20, /* this device cannot do that */
    LINK_INCOMPLETE = 21,  /* data is missing: see the acknowledgement */
    LINK_WRONG_KIND = 22,  /* a kernel where an app is due, or the other way round */
    LINK_LOCKED = 23,      /* needs an operator's signature */
    LINK_READ_ONLY = 24,   /* the journal is damaged: nothing is changed any more */
    LINK_WRONG_BOARD = 25, /* a kernel for another board or slot */
    LINK_NO_IDENTITY = 26, /* as many names of apps as the device remembers */
    LINK_STATUS_COUNT = 27
};

enum link_event {
    LINK_EVENT_FAULT = 1,  /* struct link_fault */
    LINK_EVENT_STATE = 2,  /* process id u32, app address u32, state u8 */
    LINK_EVENT_DROPPED = 3 /* bytes of console output lost before the session, u32 */
};

enum link_mode { LINK_MODE_KERNEL = 1, LINK_MODE_BOOTLOADER = 2 };
enum link_kind { LINK_KIND_APP = 1, LINK_KIND_KERNEL = 2 };
enum link_reboot { LINK_REBOOT_KERNEL = 0, LINK_REBOOT_BOOTLOADER = 1 };

/* Flags of BEGIN. */
#define LINK_BEGIN_IN_PLACE 1u /* remove the installed version first */
#define LINK_BEGIN_FIXED    2u /* the app goes to one address only: two more fields follow */
#define LINK_BEGIN_MOVE     4u /* this very object is installed: to another place */

/* Flags of DETAIL. */
#define LINK_DETAIL_RESTARTS 1u /* it faulted and will soon be restarted */

/* What CONTROL does; the numbers are those of Tock's ProcessInfo. */
enum link_control {
    LINK_CONTROL_RESUME = 1,
    LINK_CONTROL_PAUSE = 2,
    LINK_CONTROL_FAULT = 3,
    LINK_CONTROL_TERMINATE = 4,
    LINK_CONTROL_BOOT = 5
};

/* Flags of a list entry. */
#define LINK_APP_ENABLED  1u
#define LINK_APP_STICKY   2u
#define LINK_APP_ACCEPTED 4u
#define LINK_APP_DAMAGED  8u
#define LINK_APP_RUNNING  16u

/* Flags of INFO. */
#define LINK_INFO_DEVELOPMENT 1u /* trusts a development key */
#define LINK_INFO_LOCKED      2u
#define LINK_INFO_READ_ONLY   4u
#define LINK_INFO_TRIAL       8u  /* the kernel has not confirmed itself yet */
#define LINK_INFO_MOVES       16u /* BEGIN knows LINK_BEGIN_MOVE */

#endif
