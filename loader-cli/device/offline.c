// SPDX-License-Identifier: Apache-2.0
#include "offline.h"

#include <string.h>

#include <hil/error.h>
#include <link/error.h>
#include <store/error.h>

int device_open_offline(struct cli *cli, struct device *device)
{
    int code = device_open(cli, device, NULL);

    if (code == EXIT_DONE && device->line.offline == NULL) {
        code = cli_fail(cli, EXIT_DEVICE,
                        "-d file:IMAGE, or a debug probe: -d openocd:, gdb:HOST:PORT ...",
                        "%s does not give its flash out: this needs an image or a debug probe",
                        device->line.name);
        device_close(device);
    }
    return code;
}

int device_fail_not_running(struct device *device, const char *what, const char *hint)
{
    return cli_fail(device->cli, EXIT_DEVICE,
                    hint != NULL ? hint
                                 : "list, info, install, update, remove, enable, disable, compact "
                                   "and kernel install work there, the rest once the board runs",
                    strncmp(device->line.name, "file:", 5) == 0
                        ? "%s: %s is an image of a flash, in which nothing runs"
                        : "%s: %s is a flash that a debug probe reaches: no kernel answers there",
                    what, device->line.name);
}

void device_note_strange(struct device *device)
{
    if (offline_is_strange(device->line.offline)) {
        cli_note(device->cli,
                 "%s holds neither erased flash nor a journal of Gantry's where the board %s has "
                 "it: is it a whole flash of that board?",
                 device->line.name, offline_board(device->line.offline)->name);
    }
}

int device_fail_offline(struct device *device, int error, const char *what)
{
    const int lost = offline_error(device->line.offline);
    const char *text = store_error_text(error);

    if (lost != 0 || link_error_text(error) != NULL) {
        return device_fail(device, lost != 0 ? lost : error, what);
    }
    text = text != NULL ? text : hil_error_text(error);
    return cli_fail(device->cli,
                    error == STORE_E_READ_ONLY || error == STORE_E_JOURNAL ? EXIT_DEVICE
                                                                           : EXIT_FAILED,
                    "loader-cli info shows the state of the flash", "%s: %s", what,
                    text != NULL ? text : "unknown error");
}
