// SPDX-License-Identifier: Apache-2.0
/* What the files of kernel/load share. */
#ifndef LOAD_LOAD_H
#define LOAD_LOAD_H

#include <kernel/loader.h>
#include <kernel/process.h>
#include <tbf/header.h>

struct loader {
    const struct loader_config *config;
    struct store store;
    bool ready;
    bool working;             /* a job is under way */
    void (*next)(int result); /* what follows the store's operation */
    loader_done *done;
    void *context;
    struct loader_result result;
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

/* adopt.c: verifies objects without an accepted record; calls next() when there are none left. */
void load_adopt_all(void (*next)(int result));

#endif
