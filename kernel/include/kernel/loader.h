// SPDX-License-Identifier: Apache-2.0
/*
 * The loader: finds, checks, installs, starts and removes apps. Kernel loop only.
 *
 * What takes long is begun by a call and ends with a call of `done`, in the kernel loop; meanwhile
 * processes run. One such job at a time: the others answer KERNEL_E_BUSY.
 */
#ifndef KERNEL_LOADER_H
#define KERNEL_LOADER_H

#include <stdbool.h>
#include <stdint.h>

#include <kernel/installer.h>
#include <store/app.h>
#include <store/transfer.h>
#include <trust/anchor.h>

/** How apps that write their own flash are recognised at boot. */
struct loader_boot_digest;
extern const struct loader_boot_digest loader_boot_digest;

/** Where kernels are and who may sign them; constant once the loader runs. */
struct loader_kernels {
    const struct trust_anchor *anchor; /* kernel keys */
    const char *board;                 /* its CRC-32/POSIX is the board id in kernels */
    uint32_t slot[2];                  /* addresses */
    uint32_t slot_size;
    uint32_t vectors; /* from a slot's start to the kernel's vector table */
    uint8_t running;  /* index of the slot that this kernel runs from */
    /** Told in the kernel loop that the kernel has been up for a while. */
    void (*up)(void);
    /** Told in the kernel loop that the kernel has confirmed itself and the trial is over. */
    void (*confirmed)(void);
};

/** What the board gives the loader; constant. */
struct loader_config {
    const struct loader_kernels *kernels;
    const struct store_config *store;
    const struct trust_anchor *anchor;
    const struct store_rules *rules;
    /** Told in the kernel loop once the apps run; NULL: nobody. What can wait is done then. */
    void (*started)(void);
    /* Where apps may write their flash: points to &loader_boot_digest, else to NULL */
    const struct loader_boot_digest *const *boot_digest;
};

/** How to install; the numbers of the protocol. The first of them or the second. */
enum loader_flags {
    LOADER_IN_PLACE = 1, /* without room for both versions, remove the old one first */
    LOADER_MOVE = 4      /* this very object is installed: to another place */
};

/** What a host says of an app before it sends it. */
struct loader_announcement {
    bool kernel;         /* for the idle slot, whose address is `short_id`; no min_ram, no name */
    uint8_t flags;       /* enum loader_flags; others mean nothing */
    uint32_t size;       /* of the object, all of which is sent */
    uint32_t binary_end; /* bytes that digest and signature cover */
    uint32_t min_ram;
    uint32_t short_id;
    uint32_t version;
    uint8_t name_length;
    uint8_t name[32];
    uint8_t digest[32];
    uint8_t signature[64];
    uint8_t fingerprint[TRUST_FINGERPRINT_SIZE];
    uint32_t address;     /* where the object must lie; STORE_NONE: anywhere */
    uint32_t ram_address; /* where its RAM must begin; 0xFFFFFFFF: anywhere */
};

enum loader_error {
    LOADER_SAME = 1,         /* nothing to do: it is installed, or not installed and to be moved */
    LOADER_E_FORM = -520,    /* the announcement contradicts itself */
    LOADER_E_HEADER = -521,  /* the header in flash is not what was announced */
    LOADER_E_KIND = -522,    /* a kernel */
    LOADER_E_VERSION = -523, /* made for another kernel version */
    LOADER_E_INCOMPLETE = -524, /* data is missing */
    LOADER_E_STATE = -525,      /* nothing to commit, nothing to abort, no such app */
    LOADER_E_BOARD = -527,      /* a kernel for another board or slot */
    LOADER_E_DUPLICATE = -526   /* found in flash beside an installed app of the same identity */
};

/** How a job ended. */
struct loader_result {
    int error;       /* 0, LOADER_SAME, or an error of kernel, store, trust, tbf or hil */
    uint32_t needed; /* with errors of space: bytes; with STORE_E_OLDER: floor and version */
    uint32_t available;
    uint32_t address; /* after begin: where the object goes, */
    uint32_t offset;  /* ... where the stream goes on, */
    uint32_t rotate;  /* ... and how it is rotated (store/transfer.h) */
};

typedef void loader_done(void *context, const struct loader_result *result);

/** The board defines it, pointing to a constant, as with kernel_board. */
extern const struct loader_config *const loader_config;

/** Mounts the store, checks every app, starts those that may run. */
void loader_init(void);
/** Whether all of that is over. */
bool loader_is_ready(void);
/** Whether a job is under way. */
bool loader_is_busy(void);
/** The store, to be read. */
const struct store *loader_store(void);

/**
 * Begins an install: takes every decision that needs no bytes and has the signature over the
 * announced digest verified. Nothing is erased before that.
 * @param announcement  copied
 * @return 0: `done` follows; KERNEL_E_BUSY, also while an app installs one
 */
int loader_begin(const struct loader_announcement *announcement, loader_done *done, void *context);
/**
 * Where the transfer of the announcement that is being checked will begin, if it is accepted.
 * @return its address and rotation; NULL: not known, or known to be refused
 */
const struct loader_result *loader_promise(void);
/**
 * Stores a block of the stream.
 * @param complete  see store_transfer_write()
 * @return 0; STORE_E_ORDER: not now, send it again later; or why it failed
 */
int loader_data(uint32_t offset, const uint8_t *data, uint32_t length, uint32_t complete);
/** Hashes what arrived, takes all decisions again from the header in flash, commits, starts. */
int loader_commit(loader_done *done, void *context);
/** Gives the install up. */
int loader_abort(loader_done *done, void *context);
/** The host is gone: its job under way goes on, but `done` is not called. */
void loader_detach(void);

/** Ends the app's process and removes it. */
int loader_remove(uint32_t address, loader_done *done, void *context);
/** Sets whether the app is started, now and at each boot. */
int loader_enable(uint32_t address, bool enabled, loader_done *done, void *context);
/**
 * Starts, ends, or starts anew the app's process, until the next boot. 0 or an error; KERNEL_E_BUSY
 * while a job is under way, which may be about this very app. One of an app that installs keeps
 * nobody from ending a process: it could go on for ever.
 */
int loader_start(uint32_t address, struct loader_result *result);
int loader_stop(uint32_t address);
int loader_restart(uint32_t address, struct loader_result *result);

/**
 * Whether this kernel is on trial: it was started by the bootloader as a new one and has not
 * confirmed itself. Meanwhile nothing is installed or changed: calls that would answer
 * KERNEL_E_BUSY.
 */
bool loader_on_trial(void);
/** Version of this kernel, from its signed header; 0 when there is none. */
uint32_t loader_kernel_version(void);
/**
 * Ends the trial well, if the kernel finds itself healthy; by itself it does so once it has been up
 * for a while. Its version is the lowest that may run from then on.
 * @return 0: `done` follows; LOADER_SAME: not on trial; KERNEL_E_BUSY
 */
int loader_kernel_confirm(loader_done *done, void *context);
/**
 * Gives the kernel up: on trial for good, else by having the other slot's started on trial. The
 * board has to be restarted afterwards.
 * @return 0: `done` follows; KERNEL_E_BUSY
 */
int loader_kernel_revert(loader_done *done, void *context);

/** The loader for an app that installs apps; device of the app-loader capsule. */
extern const struct installer loader_installer;

#endif
