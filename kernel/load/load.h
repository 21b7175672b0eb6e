// SPDX-License-Identifier: Apache-2.0
/* What the files of kernel/load share. */
#ifndef LOAD_LOAD_H
#define LOAD_LOAD_H

#include <kernel/installer.h>
#include <kernel/loader.h>
#include <kernel/process.h>
#include <kernel/verifier.h>
#include <tbf/header.h>

struct loader {
    bool ready;
    bool trial;               /* the kernel is on trial */
    bool working;             /* a job is under way */
    bool for_app;             /* ... and an app's, not a host's */
    bool attended;            /* the host that began the latest install is still there */
    bool receiving;           /* a host's announcement was verified and a transfer for it is open */
    bool uploading;           /* an app has a transfer open: nobody else installs */
    void (*next)(int result); /* what follows the store's operation */
    loader_done *done;
    void *context;
    struct loader_result result;
    uint8_t boot_digest[32]; /* of the object that is being accepted; zeros: none */
    struct store store;
};

extern struct loader load;

/* loader.c */

/* Takes the loader for a job; false when it has one. */
bool load_job_begin(loader_done *done, void *context);
/* Ends the job with load.result. */
void load_job_end(int error);
/* Goes on with next(result) when the store's operation that `begun` speaks of is over. */
void load_after(int begun, void (*next)(int result));

/* image.c */

/* Stable number of an owner. */
uint32_t load_owner_number(const struct trust_owner *owner);
/* Parses and checks the header of an app object in flash. 0 or an error. */
int load_header(uint32_t address, uint32_t size, struct tbf_header *header);

/* An accepted app that may run. */
struct admitted {
    struct tbf_header header;
    const struct trust_owner *owner;
};

/* Whether header, key and policy still let a recorded app run; answers 0 or why not. */
int load_admit(const struct store_app_record *record, struct admitted *admitted);
/* Makes a process of it. */
int load_start(const struct store_app_record *record, const struct admitted *admitted,
               struct loader_result *result);
/* Both. */
int load_create(const struct store_app_record *record, struct loader_result *result);

/* verify.c */

/* An object in flash that was found to be signed by a trusted key. */
struct load_verified {
    struct tbf_header header;
    uint8_t digest[32];
    const struct trust_key *key;
    uint32_t credential; /* of those that the object carries */
    uint32_t address;    /* verify.c's own: where it lies, and who is told */
    void (*next)(int error);
};

extern struct load_verified load_verified;

/*
 * Hashes an object of which nobody announced anything and looks for the key that signed it.
 * room: bytes from `address` on that it may take
 * Answers 0, then calls next(0) with load_verified filled in, or next(why not); or an error at
 * once.
 */
int load_verify(uint32_t address, uint32_t room, void (*next)(int error));

/*
 * The record of an accepted app, from its header in flash; space, floor and what it replaces are
 * the caller's to add.
 */
void load_describe(struct store_app_record *record, uint32_t address,
                   const struct tbf_header *header, const struct trust_key *key,
                   const uint8_t digest[32]);

/* install.c */

/* The install under way, a host's or an app's. */
struct install {
    bool make_room;    /* the old version goes first */
    bool ended_old;    /* the old version was running, and was ended for the commit */
    int verdict;       /* why a transfer that is being discarded was refused */
    uint32_t replaces; /* address of the old version, or STORE_NONE */
    uint32_t floor;    /* lowest version that is acceptable */
    const struct trust_key *key;
    struct store_place place;
    union {
        struct loader_announcement wanted;
        uint8_t block[INSTALLER_BLOCK]; /* while an app writes, nothing is announced */
    };
};

extern struct install install;

/* Takes all decisions about the transferred object in load_verified; commits it, starts it. */
void load_install_verified(void);
/* Gives the transfer up and ends the job with `error`. */
void load_install_refuse(int error);

/* boot.c: nobody but the board names it. */
struct loader_boot_digest {
    /* Computes load.boot_digest of an object whose header is good, then calls next(). */
    void (*hash)(uint32_t address, const struct tbf_header *header, void (*next)(int result));
    /* Begins the hash that an app is recognised by at boot. 0 or an error of the verifier. */
    int (*check)(const struct store_check *check, verifier_done *done);
    /* The digest to be reported for what was hashed. */
    const uint8_t *(*recognise)(const struct store_check *check, const uint8_t *digest);
    /* Whether an app may write its flash: it is recognised without it. */
    bool (*is_writer)(const struct store_app_record *record);
};

static inline const struct loader_boot_digest *load_boot(void)
{
    return *loader_config->boot_digest;
}

/* loader.c: computes load.boot_digest where there is such a thing, then calls next(0 or an error).
 */
void load_boot_hash(uint32_t address, const struct tbf_header *header, void (*next)(int result));

/* kernels.c */

/* Whether this kernel is on trial, as the journal has it. */
bool load_kernel_is_trial(void);
/* The apps run: sets load.trial. Once this has lasted, the kernel records that it counts, or
 * confirms itself. */
void load_kernel_started(void);
/* Everything that can be said of an announced kernel; sets install.key and install.place. */
int load_kernel_check(void);
/* Records that what is in the idle slot must not be started, before it is changed. */
void load_kernel_distrust(void (*next)(int result));
/* The announced kernel is in flash and has its digest: ends the job. */
void load_kernel_received(void);

/* adopt.c: verifies objects without an accepted record; calls next() when there are none left. */
void load_adopt_all(void (*next)(int result));

#endif
