// SPDX-License-Identifier: Apache-2.0
/*
 * One user's work with libgantry, of which everything that is answered is written down: so that it
 * can be compared with what is right, and with what another user got at the same time. Nothing in
 * here fails a test: that is not for threads.
 */
#ifndef GANTRY_COURSE_H
#define GANTRY_COURSE_H

#include <stddef.h>
#include <stdint.h>

/** A user. */
struct course {
    char image[128]; /* the file */
    char selector[160];
    size_t used;
    char text[8192]; /* what was answered */
};

/** A user of an image of this name in the test's folder; course_image() makes it. */
void course_init(struct course *course, const char *name);
/**
 * The whole of it: an erased image, a kernel and apps for it, those that are refused, changes, and
 * a look at what is left; in between a kernel runs.
 */
void course_image(struct course *course);
/** The same with a model device, which is as before afterwards. @param app  a package for it */
void course_device(struct course *course, const char *selector, const char *app);
/** The same with a key, encrypted or not, and an executable: what is packed is signed and verified.
 */
void course_key(struct course *course, const char *key, const char *elf);
/** The image's bytes, to be freed; NULL: it cannot be read. */
uint8_t *course_bytes(const struct course *course, size_t *size);

#endif
