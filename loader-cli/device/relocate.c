// SPDX-License-Identifier: Apache-2.0
#include "relocate.h"

#include "rate.h"
#include "transfer.h"

bool relocate_is_known(const struct device *device)
{
    return (device->info.flags & LINK_INFO_MOVES) != 0;
}

/*
 * Announces the move. A transfer of the same object that was cut off goes on at its own place: when
 * that is another, it is given up first.
 */
static int announce(struct device *device, const struct link_begin *begin, struct link_begun *begun)
{
    const uint8_t *result;
    size_t length;
    int error = device_begin(device, begin, begun);

    if (error == 0 && begun->address != begin->address) {
        error = device_ask(device, LINK_ABORT, NULL, 0, &result, &length);
        error = error != 0 ? error : device_begin(device, begin, begun);
    }
    return error;
}

int relocate(struct device *device, const char *name, const struct device_package *package,
             uint32_t to)
{
    struct link_begin begin = package->begin;
    struct link_begun begun;
    int error = device_raise_rate(device, begin.size);

    if (error != EXIT_DONE) {
        return error;
    }
    if ((begin.flags & LINK_BEGIN_FIXED) == 0) {
        begin.ram_address = UINT32_MAX;
    }
    begin.flags = LINK_BEGIN_FIXED | LINK_BEGIN_MOVE;
    begin.address = to;
    error = announce(device, &begin, &begun);
    if (error == LINK_NOTHING) {
        return cli_fail(device->cli, EXIT_FAILED, "loader-cli list shows what is installed",
                        "%s: the package is not what is installed", name);
    }
    if (error != 0) {
        return device_fail(device, error, name);
    }
    if (begun.address != to) {
        return cli_fail(device->cli, EXIT_FAILED, "loader-cli list shows what is there",
                        "%s: the device would put it to 0x%08x, not to 0x%08x", name, begun.address,
                        to);
    }
    return device_transfer(device, name, package->tbf.data, begin.size, &begun);
}
