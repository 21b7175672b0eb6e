// SPDX-License-Identifier: Apache-2.0
/* What goes into a board's flash without its help: an erased image, kernels and apps, good and bad
 * ones. */
#ifndef GANTRY_PARTS_H
#define GANTRY_PARTS_H

#include "../cli/package.h"

/** The board that all of it is for. */
#define PARTS_BOARD "raspberry_pi_pico"

/** Of PART_KEY. */
#define PARTS_PASSWORD "secret"

/** Files in the test's folder. */
enum part {
    PART_BLANK,           /* an image of erased flash, as the tool makes it */
    PART_KERNEL_A,        /* version 3, for the first slot; trusts the key that signs all this */
    PART_KERNEL_B,        /* version 4, for the second slot */
    PART_KERNEL_OLD,      /* version 2, for the second slot */
    PART_KERNEL_UNSIGNED, /* as the first one, nobody's */
    PART_KERNEL_STRANGE,  /* as the second one, another key's, which it trusts itself */
    PART_KERNEL_OF_OTHER, /* of another board */
    PART_ALPHA_OLD,       /* version 1 */
    PART_ALPHA,           /* version 2 */
    PART_ALPHA_NEWER,     /* version 3 */
    PART_ALPHA_UNSIGNED,
    PART_ALPHA_STRANGE, /* another key's */
    PART_BETA,
    PART_LARGE,  /* of alpha, version 4: more than the board has for apps */
    PART_GREEDY, /* wants more RAM than the board has */
    PART_KEY,    /* the key, encrypted; as it is without openssl, which is said */
    PART_COUNT
};

/** Makes them, with the key of `package`; ends the program when one cannot be made. */
void parts_make(const struct package *package);
/** Where one is. */
const char *parts_path(enum part part);

#endif
