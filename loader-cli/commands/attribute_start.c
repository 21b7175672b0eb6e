// SPDX-License-Identifier: Apache-2.0
/* attribute start: the start address that Tock's host tool is shown. It is never used for booting.
 */
#include <base/bytes.h>
#include <store/store.h>

#include "../cli/number.h"
#include "../device/offline.h"
#include "commands.h"

enum { START_INDEX = 16, START_SIZE = 4 }; /* docs/store.md, behind the sixteen attributes */

static int show(struct device *device, const struct store *store)
{
    struct store_frame frame;
    uint32_t address;

    if (store_find(store, STORE_RECORD_ATTRIBUTE, START_INDEX, &frame) != 0 ||
        frame.length < START_SIZE) {
        cli_say(device->cli, "no start address is set");
        json_object_set_new(device->cli->result, "address", json_null());
        return EXIT_DONE;
    }
    address = bytes_get_u32(frame.body);
    cli_say(device->cli, "0x%08x", address);
    json_object_set_new(device->cli->result, "address", json_integer(address));
    return EXIT_DONE;
}

static int set(struct device *device, struct store *store, uint32_t address)
{
    uint8_t body[START_SIZE];
    int error;

    bytes_put_u32(body, address);
    error = offline_finish(device->line.offline, store_put_begin(store, STORE_RECORD_ATTRIBUTE,
                                                                 START_INDEX, body, sizeof body));
    if (error != 0) {
        return device_fail_offline(device, error, "attribute start");
    }
    cli_say(device->cli, "0x%08x: set", address);
    json_object_set_new(device->cli->result, "address", json_integer(address));
    return EXIT_DONE;
}

static int run(struct cli *cli, int count, const char **argument)
{
    struct device device;
    struct store *store;
    uint32_t address = 0;
    int error;
    int code;

    if (count > 1 || (count == 1 && !number_read(argument[0], &address))) {
        return cli_fail(cli, EXIT_USAGE, "as in 0x21020000",
                        "attribute start takes an address, or nothing to show it");
    }
    code = device_open_offline(cli, &device);
    if (code != EXIT_DONE) {
        return code;
    }
    store = offline_store(device.line.offline, count == 1, &error);
    code = store == NULL ? device_fail_offline(&device, error, "attribute start")
           : count == 1  ? set(&device, store, address)
                         : show(&device, store);
    device_close(&device);
    return code;
}

const struct command command_attribute_start = {
    .name = "attribute start",
    .group = "Flash",
    .summary = "Show or set the start address that Tock's bootloader has",
    .usage = "[ADDRESS]",
    .help =
        "Gantry stores it and shows it to Tock's host tool, and never boots by it: which kernel "
        "runs\nis what its signature and the journal decide.",
    .run = run,
};
