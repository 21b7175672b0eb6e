// SPDX-License-Identifier: Apache-2.0
/* What the tickv commands share. */
#ifndef COMMANDS_TICKV_H
#define COMMANDS_TICKV_H

#include "../cli/cli.h"
#include "../device/offline.h"
#include "../tickv/area.h"
#include "commands.h"

/** Values of the options below; 0 and NULL: not given. */
extern char *tickv_start;
extern char *tickv_size;
extern char *tickv_count;
extern int tickv_force;
extern int tickv_hashed;
extern char *tickv_writer;
extern int tickv_replace;

/* Where the regions are: lines of a table of options. popt's own inclusion would keep them from the
 * manual and the completions. */
#define TICKV_PLACE_OPTIONS                                                                        \
    {"start-address", 0, POPT_ARG_STRING,                                                          \
     &tickv_start,    0, "where the first region is (the board's)",                                \
     "ADDRESS"},                                                                                   \
        {"region-size",                                                                            \
         0,                                                                                        \
         POPT_ARG_STRING,                                                                          \
         &tickv_size,                                                                              \
         0,                                                                                        \
         "bytes of a region, a whole page or several (the board's)",                               \
         "N"},                                                                                     \
    {                                                                                              \
        "number-regions", 0, POPT_ARG_STRING, &tickv_count, 0,                                     \
            "how many regions there are (the board's)", "N"                                        \
    }
#define TICKV_FORCE_OPTION                                                                         \
    {                                                                                              \
        "force", 0, POPT_ARG_NONE, &tickv_force, 0,                                                \
            "also when values may be lost: what is hidden, or by a power cut", NULL                \
    }
#define TICKV_HASH_OPTION                                                                          \
    {                                                                                              \
        "hash", 0, POPT_ARG_NONE, &tickv_hashed, 0,                                                \
            "the keys are hashes, 16 digits as dump shows them", NULL                              \
    }
#define TICKV_WRITER_OPTION                                                                        \
    {                                                                                              \
        "write-id", 0, POPT_ARG_STRING, &tickv_writer, 0,                                          \
            "the id of the app that the value is of (0)", "ID"                                     \
    }
#define TICKV_REPLACE_OPTION                                                                       \
    {                                                                                              \
        "replace", 0, POPT_ARG_NONE, &tickv_replace, 0, "also when the key has a value", NULL      \
    }

/** Hashes a key, or reads it as a hash if --hash was given. @return an exit code; reported */
int tickv_key(struct cli *cli, const char *key, uint8_t hash[SIPHASH_SIZE]);

/** Opens a session with flash and the area in it that board and options name, to look at. */
int tickv_begin(struct cli *cli, struct device *device, struct tickv_area *area);
/** Opens the area anew, to change it: nothing was changed before. */
int tickv_change(struct device *device, struct tickv_area *area);
/**
 * Ends a change: what it has answered is reported.
 * @param error  what a tickv_*() function has answered
 */
int tickv_finish(struct device *device, int error, const char *what);
/** Lets go of both. */
void tickv_end(struct device *device, struct tickv_area *area);

/** Stores a value for append and append-rsa-key. @return an exit code; reported */
int tickv_put(struct device *device, struct tickv_area *area, const char *key, const uint8_t *data,
              size_t length);

#endif
