// SPDX-License-Identifier: Apache-2.0
/* What the command line of `pack` asks for. */
#ifndef COMMANDS_PACK_H
#define COMMANDS_PACK_H

#include "../cli/cli.h"
#include "../package/package.h"

struct pack {
    const char *output;
    const char *name;
    const char *key_path;   /* ECDSA; NULL: none */
    const char *rsa_path;   /* RSA; NULL: none */
    const char *board;      /* NULL: any */
    const char *build_date; /* NULL: none */
    bool beside;            /* each TBF beside its executable, too */
    size_t hash_count;
    const char *hash[3];        /* names of credentials */
    struct image_options image; /* rights point into this structure */
    struct image_rights rights;
};

extern const struct poptOption pack_options[];

/** Reads the options. @return an exit code; everything has been reported */
int pack_read_options(struct cli *cli, struct pack *pack);

#endif
