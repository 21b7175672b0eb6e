// SPDX-License-Identifier: Apache-2.0
/*
 * Long jobs of several processes, done in pieces: one piece in each round of the kernel loop, one
 * process after the other, so that none waits for another's job to end. Kernel loop and system
 * calls.
 */
#ifndef CAPSULES_PIECES_H
#define CAPSULES_PIECES_H

#include <kernel/driver.h>
#include <kernel/work.h>

/** The jobs of one driver; static, with PIECES(). */
struct pieces {
    const struct driver *driver;
    /**
     * Does a piece of the process's job.
     * @param state  what the driver keeps for the process
     * @return false when the process has no job
     */
    bool (*run)(struct process *process, void *state);
    struct work work;
    uint32_t turn; /* slot that is asked first */
};

/* clang-format off */
#define PIECES(variable, of_driver, function) \
    {.driver = (of_driver), .run = (function), .work = WORK(pieces_run, &(variable)), .turn = 0}
/* clang-format on */

/** Does one piece of one process's job; for PIECES(), whose structure is the context. */
void pieces_run(void *context);

/** Has the jobs of all processes done from now on. */
static inline void pieces_start(struct pieces *pieces)
{
    work_post(&pieces->work);
}

/**
 * What to say when a job needs so many bytes of a buffer, which the process may have taken back or
 * replaced since it asked for the job.
 * @return ABI_OK, ABI_RESERVE (nothing is shared), ABI_SIZE (too little is)
 */
static inline enum abi_error pieces_check(uint32_t shared, uint32_t needed)
{
    if (shared >= needed) {
        return ABI_OK;
    }
    return shared == 0 ? ABI_RESERVE : ABI_SIZE;
}

#endif
