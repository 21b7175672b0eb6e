// SPDX-License-Identifier: Apache-2.0
/* Installing one app on a device that is open. */
#ifndef DEVICE_INSTALL_H
#define DEVICE_INSTALL_H

#include "../package/package.h"
#include "device.h"

/** How to install. */
struct install_options {
    bool update_only; /* refuse an app that is not installed yet */
    bool in_place;    /* without room for both versions, remove the old one first */
    bool dry_run;     /* check everything, change nothing */
    bool unchecked;   /* leave all checks to the device */
    /**
     * Says what would happen instead of doing it; NULL: it is done, or with dry_run checked.
     * @return what the install ends with
     */
    int (*outlook)(struct device *device, const char *what, const struct tbf_header *header,
                   const struct link_begin *begin, bool update_only);
    const struct bytes *send_instead; /* of what was announced, for tests of the device; NULL */
    uint8_t flags;                    /* of BEGIN, more than follow from the rest; for tests, too */
};

/** What was installed, or would be. */
struct install_done {
    char name[4 * TBF_NAME_MAX + 8];
    uint32_t version;
    uint32_t size;
    uint32_t ram;
};

/**
 * What is announced of an app: with the signature that a key of the device's made.
 * @param what    what messages call it
 * @param header  of tbf, which stays
 * @param begin   receives it
 * @return an exit code, reported; EXIT_REFUSED: no key that the device trusts has signed it
 */
int device_announce(struct device *device, const char *what, const struct bytes *tbf,
                    const struct tbf_header *header, struct link_begin *begin);

/**
 * Installs or updates an app.
 * @param what  what messages call the package
 * @param done  receives what was installed, when all is well
 */
int device_install(struct device *device, const char *what, struct tab *tab,
                   const struct install_options *options, struct install_done *done);

#endif
