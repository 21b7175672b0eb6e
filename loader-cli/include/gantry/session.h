/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions with devices: what is installed, and changes to it. Which ways there are to a device,
 * and how they are named, is in docs/devices.md: "usb:VID:PID", "serial:/dev/ttyACM0",
 * "tcp:HOST:PORT", "emu:BOARD", and without the device's help "file:IMAGE" and "gdb:HOST:PORT".
 *
 * Unless a function says otherwise, it answers GANTRY_OK; GANTRY_LOST when the connection broke or
 * the device is silent; GANTRY_CANCELLED; GANTRY_USAGE for arguments that cannot be right, such as
 * no device being open; GANTRY_FAILED when the device says no for a reason that has no error of its
 * own. After GANTRY_LOST the device is to be closed and opened again. Ownership, threads: see
 * context.h.
 */
#ifndef GANTRY_SESSION_H
#define GANTRY_SESSION_H

#include <gantry/context.h>
#include <gantry/package.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Room for a name of a device, board, app or owner, with the terminator. */
enum { GANTRY_TEXT_SIZE = 160, GANTRY_SELECTOR_SIZE = 256 };

/** What answers. */
enum gantry_mode {
    GANTRY_KERNEL = 1,     /* a kernel, which runs apps */
    GANTRY_BOOTLOADER = 2, /* a bootloader, which takes kernels */
    GANTRY_OFFLINE = 3     /* nothing: the flash is reached without the device's help */
};

/** What a device is and what room it has; sizes in bytes. */
struct gantry_info {
    char selector[GANTRY_SELECTOR_SIZE]; /* by which it was opened */
    char board[GANTRY_TEXT_SIZE];
    char architecture[GANTRY_TEXT_SIZE];
    enum gantry_mode mode;
    uint32_t kernel_version;
    uint32_t kernel_slot; /* address of the kernel that runs; bootloader: that would be written */
    uint32_t flash_start; /* of the region for apps */
    uint32_t flash_size;
    uint32_t flash_free;
    uint32_t flash_largest; /* largest app that fits now */
    uint32_t ram_size;
    uint32_t ram_free;
    uint32_t ram_largest;
    uint32_t app_count;
    uint32_t process_slots;
    uint32_t key_count; /* keys that it trusts for apps; in its bootloader: for kernels */
    bool development;   /* it trusts a development key */
    bool trial;         /* its kernel has not confirmed itself yet */
    bool read_only;     /* its journal is damaged: nothing can be changed */
};

/** A key that a device trusts. */
struct gantry_trusted_key {
    char owner[GANTRY_TEXT_SIZE];
    uint8_t public_key[64]; /* P-256: x and y, big-endian */
    bool development;
};

/** How an app is. */
enum gantry_state {
    GANTRY_RUNNING = 1,
    GANTRY_ENDED = 2,
    GANTRY_DISABLED = 3,
    GANTRY_DAMAGED = 4,
    GANTRY_ENABLED = 5,   /* offline: would be started */
    GANTRY_UNVERIFIED = 6 /* offline: the kernel verifies it when it next starts */
};

/** An installed app; sizes in bytes. */
struct gantry_app {
    char name[GANTRY_TEXT_SIZE];
    char owner[GANTRY_TEXT_SIZE]; /* of the key that signed it */
    enum gantry_state state;
    uint32_t version;
    uint32_t short_id;
    uint32_t address;   /* in flash */
    uint32_t size;      /* of the signed object */
    uint32_t waste;     /* what rounding adds to that in flash */
    uint32_t ram;       /* what it asks for */
    uint32_t ram_block; /* what its process has; 0: no process */
    uint32_t ram_waste; /* what rounding adds to what it and the kernel need; see below */
    bool ram_known;     /* ram_waste counts */
    bool enabled;       /* started at boot */
    bool sticky;        /* an app that is removed only when that is said */
};

/**
 * Opens a device and keeps others off its line. Of what a running `loader-cli monitor` holds, the
 * line is borrowed.
 * @param selector  NULL or "": the only device that is there
 * @return also GANTRY_DEVICE: none, several, busy, or no Gantry device; GANTRY_PERMISSION.
 *         GANTRY_USAGE: one is open already, or the selector names no kind of device
 */
GANTRY_API enum gantry_error gantry_open(struct gantry *gantry, const char *selector);
/** Ends the session and lets go of the line; without one nothing happens. */
GANTRY_API void gantry_close(struct gantry *gantry);
/**
 * What the device said of itself when it was opened, or when it last restarted or was refreshed.
 * @return valid until the next call with this handle; NULL: no device is open
 */
GANTRY_API const struct gantry_info *gantry_info(const struct gantry *gantry);
/** Reads that anew. */
GANTRY_API enum gantry_error gantry_refresh(struct gantry *gantry);
/**
 * Reads one of the keys that the device trusts.
 * @param index  below gantry_info()->key_count
 * @param key    receives it
 */
GANTRY_API enum gantry_error gantry_trusted_key(struct gantry *gantry, uint32_t index,
                                                struct gantry_trusted_key *key);

/**
 * Reads the list of installed apps.
 * @param count  receives how many; 0 when this fails
 * @return also GANTRY_FAILED: the device is in its bootloader, which knows nothing of apps
 */
GANTRY_API enum gantry_error gantry_list(struct gantry *gantry, size_t *count);
/**
 * An app of the list.
 * @return valid until gantry_list(), gantry_close() or gantry_free(); NULL: no such index
 */
GANTRY_API const struct gantry_app *gantry_app(const struct gantry *gantry, size_t index);

/** How to install; to be combined with |. */
enum gantry_install_flag {
    GANTRY_UPDATE_ONLY = 1, /* GANTRY_NOTHING for an app that is not installed yet */
    GANTRY_IN_PLACE = 2,    /* no room for both: remove the old one first; not safe when power fails
                             */
    GANTRY_DRY_RUN = 4,     /* check everything, change nothing */
    GANTRY_UNCHECKED = 8    /* leave all checks to the device */
};

/** What was installed, or would be; sizes in bytes. */
struct gantry_installed {
    char name[GANTRY_TEXT_SIZE];
    uint32_t version;
    uint32_t size; /* of flash */
    uint32_t ram;
};

/**
 * Installs or updates an app while the others run. The device verifies the signature before it
 * erases anything, and the whole object before it commits; a transfer that was cut off before goes
 * on where it stopped. What can be checked without the device is checked first.
 * @param package    of the objects in it the one for this device
 * @param flags      enum gantry_install_flag
 * @param installed  receives what was installed, when all is well; may be NULL
 * @return also GANTRY_NOTHING: it is there already; GANTRY_REFUSED: not signed, by an unknown key,
 *         or older than the device accepts; GANTRY_SPACE
 */
GANTRY_API enum gantry_error gantry_install(struct gantry *gantry,
                                            const struct gantry_package *package, unsigned flags,
                                            struct gantry_installed *installed);

/** What can be done with an app that is installed. */
enum gantry_action {
    GANTRY_REMOVE = 1,
    GANTRY_ENABLE = 2,  /* have it started, now and at each boot */
    GANTRY_DISABLE = 3, /* end it and do not start it at boot */
    GANTRY_START = 4,   /* start it when it has ended or was stopped */
    GANTRY_STOP = 5,    /* end it until it is started, or the device is */
    GANTRY_RESTART = 6,
    GANTRY_PAUSE = 7, /* have it wait where it is */
    GANTRY_RESUME = 8,
    GANTRY_FAULT = 9 /* treat it as if it had faulted */
};

/**
 * Does something with an app. Where no kernel runs (GANTRY_OFFLINE), apps are removed, enabled and
 * disabled; anything else is GANTRY_FAILED.
 * @param name  the app's; NAME@ADDRESS when there are several of that name
 * @return also GANTRY_NOTHING: it is so already; GANTRY_USAGE: several have the name;
 *         GANTRY_FAILED: none has
 */
GANTRY_API enum gantry_error gantry_act(struct gantry *gantry, enum gantry_action action,
                                        const char *name);

/**
 * Restarts the device and waits until it is back.
 * @param mode  GANTRY_KERNEL or GANTRY_BOOTLOADER, in which it has to be then
 * @return also GANTRY_FAILED: it came back in the other one, and is open all the same
 */
GANTRY_API enum gantry_error gantry_reboot(struct gantry *gantry, enum gantry_mode mode);

/**
 * Installs a kernel through the bootloader, into which a running one is restarted, and waits until
 * it counts. Into an image, or through a debug probe, it is written by the same rules, and the
 * bootloader decides at the next start.
 * @param package  of the kernels in it the one for the device's slot
 * @param flags    0 or GANTRY_UNCHECKED
 * @return as gantry_install(); GANTRY_FAILED: also when it did not confirm itself
 */
GANTRY_API enum gantry_error
gantry_kernel_install(struct gantry *gantry, const struct gantry_package *package, unsigned flags);
/** The same through the kernel that runs, into the other slot, while apps go on. */
GANTRY_API enum gantry_error
gantry_kernel_update(struct gantry *gantry, const struct gantry_package *package, unsigned flags);
/** Goes back to the kernel in the other slot, unless it is older than the device accepts. */
GANTRY_API enum gantry_error gantry_kernel_revert(struct gantry *gantry);

/**
 * What apps print. Only gantry_listen() waits for it; during other calls it may come as well.
 * @param process  number of the process, which a restart of the app changes; 0xFFFFFFFE: the kernel
 * @param text     as the app printed it: parts of lines, any bytes; valid during the call
 */
typedef void gantry_console(void *user, uint32_t process, const uint8_t *text, size_t length);
GANTRY_API void gantry_on_console(struct gantry *gantry, gantry_console *call, void *user);

/** A process that has faulted. */
struct gantry_fault {
    char name[GANTRY_TEXT_SIZE];
    char words[GANTRY_TEXT_SIZE]; /* what it did, for people */
    uint32_t process;
    uint32_t address; /* of the access, or as `words` has it */
    uint32_t pc;
};
typedef void gantry_faulted(void *user, const struct gantry_fault *fault);
GANTRY_API void gantry_on_fault(struct gantry *gantry, gantry_faulted *call, void *user);

/**
 * Handles what comes from the device, and keeps the session alive.
 * @param ms  so long, milliseconds; what was printed while nobody listened comes first
 */
GANTRY_API enum gantry_error gantry_listen(struct gantry *gantry, uint32_t ms);
/**
 * Finds out which app a process is of.
 * @param name  receives the app's name, GANTRY_TEXT_SIZE bytes; "" when the process has ended
 */
GANTRY_API enum gantry_error gantry_process_name(struct gantry *gantry, uint32_t process,
                                                 char name[GANTRY_TEXT_SIZE]);
/**
 * Gives text to the console of one process, as typed.
 * @param written  receives how many bytes the device has taken, also when this fails; fewer than
 *                 all when there is no room for more until the process has read them
 * @return also GANTRY_FAILED: there is no such process
 */
GANTRY_API enum gantry_error gantry_write(struct gantry *gantry, uint32_t process,
                                          const uint8_t *text, size_t length, size_t *written);

#ifdef __cplusplus
}
#endif
#endif
