// SPDX-License-Identifier: Apache-2.0
/*
 * What loader-cli has in posix/line.c, on the virtual clock and to the modelled device: linked
 * instead of it, so that all else of the tool is the real thing.
 */
#include <posix/line.h>

#include <stdio.h>
#include <string.h>

#include "virtual_line.h"

int line_open(struct cli *cli, const char *selector, struct line *line)
{
    (void)cli;
    *line = (struct line){
        .fd = 0, .lock_fd = -1, .listen_fd = -1, .borrower_fd = -1, .rate = VIRTUAL_RATE};
    board_host_rate(line->rate);
    line->rate_fixed = strcmp(selector, VIRTUAL_LINE_FIXED) == 0;
    snprintf(line->name, sizeof line->name, "%s", selector);
    return EXIT_DONE;
}

bool line_is_open(const struct line *line)
{
    return line->fd >= 0;
}

bool line_reopen(struct cli *cli, struct line *line)
{
    (void)cli;
    (void)line;
    return false;
}

bool line_comes_back(const struct line *line)
{
    (void)line;
    return false;
}

bool line_may_raise(const struct line *line)
{
    return !line->rate_fixed;
}

bool line_set_rate(struct line *line, uint32_t rate)
{
    board_host_rate(rate != 0 ? rate : line->rate);
    return true;
}

void line_lend(struct line *line)
{
    (void)line;
}

void line_close(struct line *line)
{
    line->fd = -1;
}

int line_read(struct line *line, uint8_t *data, size_t capacity, uint32_t timeout_ms)
{
    (void)line;
    return (int)board_receive(data, capacity, timeout_ms);
}

int line_write(struct line *line, const uint8_t *data, size_t length)
{
    (void)line;
    board_send(data, length);
    return 0;
}

long line_send(int fd, const uint8_t *data, size_t length)
{
    (void)fd;
    (void)data;
    (void)length;
    return -1; /* of probes: there are none here */
}

uint32_t clock_ms(void)
{
    return board_ms();
}

void clock_sleep_ms(uint32_t ms)
{
    board_sleep(ms);
}

bool run_folder(char *folder, size_t size)
{
    snprintf(folder, size, "/tmp");
    return true;
}

int run_virtually(const struct command *command, const struct board_plan *plan,
                  const char *argument, const char *line, struct board_account *account)
{
    const char *arguments[] = {argument, NULL};
    struct cli cli = {.hooks = &cli_hooks,
                      .quiet = 1,
                      .device = (char *)(uintptr_t)line,
                      .result = json_object()};
    int code;

    if (plan != NULL) {
        board_start(plan);
    }
    code = command->run(&cli, argument != NULL ? 1 : 0, arguments);
    board_account(account);
    json_decref(cli.result);
    return code;
}
