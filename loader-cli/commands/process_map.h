// SPDX-License-Identifier: Apache-2.0
/* The memory of a process as a small picture. */
#ifndef COMMANDS_PROCESS_MAP_H
#define COMMANDS_PROCESS_MAP_H

#include "../cli/cli.h"
#include "../device/device.h"

/** Prints RAM and flash of a process, highest addresses first. app: NULL when not known. */
void process_map_show(const struct cli *cli, const struct device_process *process,
                      const struct link_entry *app);

#endif
