// SPDX-License-Identifier: Apache-2.0
#include "offline.h"

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
