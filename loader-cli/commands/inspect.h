// SPDX-License-Identifier: Apache-2.0
/* What `inspect` shows when it is asked for more. */
#ifndef COMMANDS_INSPECT_H
#define COMMANDS_INSPECT_H

#include "../cli/cli.h"
#include "../package/package.h"

/** Every entry of the header: its place, type and bytes. */
void inspect_entries(struct cli *cli, const struct bytes *tbf, const struct tbf_header *header,
                     json_t *object);
/**
 * The table at the start of a position-independent binary that start-up code of libtock-c and of
 * lib/app reads: where the GOT, data, bss, relocations and stack are.
 */
void inspect_start(struct cli *cli, const struct bytes *tbf, const struct tbf_header *header,
                   json_t *object);
/** The bytes from the end of the protected ones to the footers. */
void inspect_binary(struct cli *cli, const struct bytes *tbf, const struct tbf_header *header);
/**
 * All credentials, and whether they fit: hashes always, signatures with the keys given.
 * @param keys  files, ended by NULL; or NULL
 * @return an exit code: a key that cannot be read
 */
int inspect_credentials(struct cli *cli, const struct bytes *tbf, const struct tbf_header *header,
                        char *const *keys, json_t *object);

/** Whether a file ends as the .bin of a Tock kernel does. */
bool inspect_is_tock_kernel(const struct bytes *file);
/** What a Tock kernel says about itself in the attributes at its end. @return an exit code */
int inspect_tock_kernel(struct cli *cli, const struct bytes *file);

#endif
