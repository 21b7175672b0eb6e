// SPDX-License-Identifier: Apache-2.0
/* A package that the tool makes for the tests: keygen, pack and sign are part of what they drive.
 */
#ifndef CLI_PACKAGE_H
#define CLI_PACKAGE_H

#include <stdint.h>

struct package {
    char elf[128];
    char tab[128];
    char key[128];
    uint8_t public_key[64];
    char kernel[128]; /* of package_make_kernel() */
};

/** Makes an executable with so many bytes of code, a multiple of 4. */
void package_elf(const char *path, uint32_t code);
/** Makes a key, an executable of 20 KiB and a signed package of it in the test's folder. */
void package_make(struct package *package);
/** The same, with an object of exactly 16 KiB. */
void package_make_16k(struct package *package);
/**
 * Makes a kernel, too: for the first slot of the board mps2_an386, signed by the key, which it
 * carries.
 */
void package_make_kernel(struct package *package, const char *version);

#endif
