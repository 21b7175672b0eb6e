// SPDX-License-Identifier: Apache-2.0
/* One executable on its way into a bundle: where it lies, and what it is called there. */
#ifndef PACKAGE_MEMBER_H
#define PACKAGE_MEMBER_H

#include "package.h"

struct member_options {
    const char *path;  /* of the executable */
    const char *board; /* the only one it is for; NULL: any */
};

/** What the executable says of where it must lie, unless `image` has something else already. */
void member_take_addresses(struct cli *cli, const struct member_options *options,
                           const struct elf_app *app, struct image_options *image);
/**
 * Names the next member of a bundle.
 * @return EXIT_USAGE: another one has the name, reported
 */
int member_name(struct cli *cli, const char *architecture, const struct elf_app *app,
                const struct member_options *options, const struct image_options *image,
                struct tab *tab);

#endif
