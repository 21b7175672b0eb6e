// SPDX-License-Identifier: Apache-2.0
/* gdb:HOST:PORT, a debug probe's server. */
#include "connect.h"

int connect_gdb(struct cli *cli, const char *address, struct line *line)
{
    (void)line;
    return cli_fail(cli, EXIT_USAGE, NULL, "gdb:%s: not yet", address);
}
