// SPDX-License-Identifier: Apache-2.0
/*
 * The command line as a user of libgantry: a handle that is set as the command line is, and whose
 * errors, remarks and progress are printed as its own.
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include <gantry/gantry.h>

#include "cli.h"

struct device;

struct session {
    struct cli *cli;
    struct gantry *gantry;
    bool transfers; /* progress has begun to be shown */
    uint32_t first; /* where that was */
    int kept;       /* what a callback has ended with, whose report is kept; EXIT_DONE: none */
};

/**
 * Makes the handle.
 * @param session  must stay until session_end(), which is due when this answers EXIT_DONE
 * @return an exit code; reported
 */
int session_begin(struct cli *cli, struct session *session);
/** Makes the handle and opens the device that the command line is about. The same. */
int session_open(struct cli *cli, struct session *session);
/** The same for commands about apps: a device in its bootloader is refused. */
int session_open_kernel(struct cli *cli, struct session *session);
/** The two for a command that installs apps: asks for the first key in the same breath. */
int session_open_installer(struct cli *cli, struct session *session);
int session_open_kernel_installer(struct cli *cli, struct session *session);
/** Reports what a call has answered, unless all is well. @return an exit code */
int session_result(struct session *session, enum gantry_error error);
/**
 * For callbacks: keeps the report of what one ends with, for session_result().
 * @param held  what cli_hold() has answered before it began
 * @return code
 */
int session_keep(struct session *session, uint32_t held, int code);
/**
 * The device below the library's surface, for what that has no functions for; its errors are
 * reported at once from then on.
 */
struct device *session_device(struct session *session);
void session_end(struct session *session);

#endif
