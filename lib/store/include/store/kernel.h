// SPDX-License-Identifier: Apache-2.0
/*
 * What the journal says of the kernels: which slot counts, which one stands trial, and the lowest
 * version that may run. One record holds all of it, so that every change happens wholly or not at
 * all. Who writes what is in docs/boot.md.
 */
#ifndef STORE_KERNEL_H
#define STORE_KERNEL_H

#include <store/store.h>

#define STORE_KERNEL_BODY 40u
#define STORE_SLOT_NONE   0xFFu

enum store_kernel_phase {
    STORE_KERNEL_SETTLED = 0, /* there is no candidate */
    STORE_KERNEL_DUE = 1,     /* the candidate is to be started on trial */
    STORE_KERNEL_STARTED = 2, /* it was started and has not confirmed itself yet */
    STORE_KERNEL_REJECTED = 3 /* it was started and ended, or given up, without doing so */
};

struct store_kernel {
    uint8_t active;    /* index of the slot that counts; STORE_SLOT_NONE: never recorded */
    uint8_t candidate; /* index of the slot on trial; STORE_SLOT_NONE unless there is a phase */
    uint8_t phase;     /* enum store_kernel_phase */
    uint32_t floor;    /* lowest version that may run */
    /* Of the candidate; zeros: of whatever is there. Not recorded where there is no candidate. */
    uint8_t digest[STORE_DIGEST_SIZE];
};

/**
 * Reads the record. Without one, or with one that says what cannot be: nothing is known, the floor
 * is 0.
 * @return whether there is a record
 */
bool store_kernel_get(const struct store *store, struct store_kernel *kernel);

/** Begins writing it. @return as store_put_begin() */
int store_kernel_put_begin(struct store *store, const struct store_kernel *kernel);

/** Whether a digest is that of the candidate. */
bool store_kernel_is_candidate(const struct store_kernel *kernel, uint8_t slot,
                               const uint8_t digest[STORE_DIGEST_SIZE]);

#endif
