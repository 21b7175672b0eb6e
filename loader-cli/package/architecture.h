// SPDX-License-Identifier: Apache-2.0
/* Names of processors, as bundles have them. */
#ifndef PACKAGE_ARCHITECTURE_H
#define PACKAGE_ARCHITECTURE_H

#include "package.h"

/** Room for a member's name without .tbf, its end included. */
enum { ARCHITECTURE_MAX = 60 };

/** Splits FILE[,ARCHITECTURE]: path receives the file. */
void architecture_split(const char *argument, char *path, size_t size);

/**
 * Finds out what a member is called: what stands behind the comma, as in
 * app.elf,cortex-m4.0x00040000.0x20004000, else the file's name if it is such a name, else
 * cortex-m3 for Arm.
 * @param machine  of the executable; a name of another is refused
 * @return an exit code; everything has been reported
 */
int architecture_read(struct cli *cli, const char *argument, uint16_t machine,
                      char architecture[ARCHITECTURE_MAX]);

#endif
