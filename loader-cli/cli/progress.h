// SPDX-License-Identifier: Apache-2.0
/* Progress of a transfer: a bar on a terminal, a plain line every 10 % elsewhere; standard error.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "cli.h"

struct progress {
    const struct cli *cli;
    const char *what;
    uint32_t start_ms;
    uint32_t first;        /* where the transfer began: > 0 when it was resumed */
    uint32_t tenths;       /* plain lines printed */
    uint32_t next_percent; /* of the next event */
};

void progress_begin(struct progress *progress, const struct cli *cli, const char *what,
                    uint32_t now_ms, uint32_t first);
/** Shows that done of total bytes have been acknowledged. */
void progress_show(struct progress *progress, uint32_t done, uint32_t total, uint32_t now_ms);

#endif
