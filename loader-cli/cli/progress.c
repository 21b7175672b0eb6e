// SPDX-License-Identifier: Apache-2.0
#include "progress.h"

#include <stdio.h>
#include <string.h>

#include "../posix/terminal.h"
#include "event.h"

enum { WIDTH = 30, WHAT_MAX = 1024 };

void progress_begin(struct progress *p, const struct cli *cli, const char *what, uint32_t now_ms,
                    uint32_t first)
{
    *p = (struct progress){.cli = cli, .what = what, .start_ms = now_ms, .first = first};
    if (first > 0) {
        cli_note(cli, "%s: resumed at byte %u", what, first);
    }
}

void progress_show(struct progress *p, uint32_t done, uint32_t total, uint32_t now_ms)
{
    uint32_t percent = total > 0 ? (uint32_t)((uint64_t)done * 100u / total) : 100;
    uint32_t ms = now_ms - p->start_ms;
    double rate = ms > 0 ? (double)(done - p->first) / 1.024 / ms : 0;
    double left = rate > 0 ? (double)(total - done) / 1024 / rate : 0;
    char what[WHAT_MAX]; /* a file's name is in it */

    if (p->cli->events) {
        /* Each per cent once: the largest object has no more events than the smallest. */
        if (percent >= p->next_percent) {
            p->next_percent = percent + 1;
            event_progress(p->cli, p->what, done, total, (uint32_t)(rate * 1024));
        }
        return;
    }
    if (p->cli->quiet || p->cli->json) {
        return;
    }
    cli_clean(p->what, strlen(p->what), what, sizeof what);
    if (terminal_shows_progress()) {
        char bar[WIDTH + 1];

        for (uint32_t i = 0; i < WIDTH; i++) {
            bar[i] = i * 100 < percent * WIDTH ? '#' : '.';
        }
        bar[WIDTH] = '\0';
        fprintf(stderr, "\r%s [%s] %3u %%  %.1f KiB/s  %.0f s left ", what, bar, percent, rate,
                left);
        if (done == total) {
            fprintf(stderr, "\n");
        }
        fflush(stderr);
    } else if (percent / 10 > p->tenths) {
        p->tenths = percent / 10;
        fflush(stdout);
        fprintf(stderr, "%s: %u %%, %u of %u bytes\n", what, percent, done, total);
    }
}
