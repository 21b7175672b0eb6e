// SPDX-License-Identifier: Apache-2.0
/* USB devices: the vendor interface where there is one, else the serial port. */
#include <stdio.h>
#include <string.h>

#include <libserialport.h>

#include "connect.h"

enum { DEVICES_MAX = 16 };

static const char allow[] = "sudo loader-cli install-udev --apply, then plug it in again";

/* A description such as "1209:0001" or "1209:0001 with serial number X". */
static const char *describe(const struct usb_name *name, char *text, size_t size)
{
    char product[8] = "*";

    if (!name->any_product) {
        snprintf(product, sizeof product, "%04x", name->product);
    }
    snprintf(text, size, "%04x:%s%s%s", name->vendor, product,
             name->serial[0] != '\0' ? " with serial number " : "", name->serial);
    return text;
}

static int fail_none(struct cli *cli, const struct usb_name *name)
{
    char text[200];

    return cli_fail(cli, EXIT_DEVICE,
                    "check the cable and the ids: lsusb; a board that does not start shows up when "
                    "its recovery button is held at power-up",
                    "there is no USB device %s", describe(name, text, sizeof text));
}

static int fail_several(struct cli *cli, const struct usb_found *found, size_t count)
{
    char list[400] = "";
    char text[USB_NAME_SIZE];

    for (size_t i = 0; i < count; i++) {
        size_t used = strlen(list);

        snprintf(list + used, sizeof list - used, " %s", usb_name_text(&found[i], text));
    }
    return cli_fail(cli, EXIT_DEVICE,
                    "name one with its serial number: -d usb:VID:PID:SERIAL; unplug the others "
                    "when they have none, or the same",
                    "there are several such devices:%s", list);
}

/*
 * Those that may not be opened are out when another one is surely meant. Serial numbers ought to
 * differ; where they do not, it is not for the tool to choose.
 */
static size_t prefer_exact(const struct usb_name *name, struct usb_found *found, size_t count)
{
    size_t exact = 0;

    for (size_t i = 0; i < count && name->serial[0] != '\0'; i++) {
        if (strcmp(found[i].serial, name->serial) == 0) {
            found[exact++] = found[i];
        }
    }
    return exact > 0 ? exact : count;
}

/* The port of a device, by the place where it is plugged in, or else by name. */
static bool port_path(const struct usb_found *found, const struct usb_name *name, char *path,
                      size_t size)
{
    struct sp_port **ports;
    bool here = false;

    if (sp_list_ports(&ports) != SP_OK) {
        return false;
    }
    for (int i = 0; ports[i] != NULL && !here; i++) {
        const char *serial = sp_get_port_usb_serial(ports[i]);
        int first;
        int second;

        if (found != NULL) {
            here = sp_get_port_usb_bus_address(ports[i], &first, &second) == SP_OK &&
                   first == found->bus && second == found->address;
        } else {
            here = sp_get_port_usb_vid_pid(ports[i], &first, &second) == SP_OK &&
                   first == name->vendor && serial != NULL && strcmp(serial, name->serial) == 0;
        }
        if (here) {
            snprintf(path, size, "%s", sp_get_port_name(ports[i]));
        }
    }
    sp_free_port_list(ports);
    return here;
}

bool connect_serial_port_of(const struct usb_name *name, char *path, size_t size)
{
    return port_path(NULL, name, path, size);
}

static int open_bulk(struct cli *cli, const struct usb_found *found, struct line *line)
{
    char text[USB_NAME_SIZE];
    enum usb_result result = usb_open(found, &line->usb);

    usb_name_text(found, text);
    switch (result) {
    case USB_OK:
        return EXIT_DONE;
    case USB_FORBIDDEN:
        return cli_fail(cli, EXIT_PERMISSION, allow, "no permission to open %s", text);
    case USB_BUSY:
        return cli_fail(cli, EXIT_DEVICE, "wait for it, or end it",
                        "another program has the interface of %s", text);
    case USB_GONE:
        return cli_fail(cli, EXIT_DEVICE, "plug it in, then run the same command again",
                        "%s has just gone away", text);
    default:
        return cli_fail(cli, EXIT_DEVICE, "plug it in again, and run the same command",
                        "%s cannot be opened", text);
    }
}

static int open_found(struct cli *cli, const struct usb_found *found, struct line *line)
{
    char text[USB_NAME_SIZE];
    char path[256];

    if (found->bulk) {
        return open_bulk(cli, found, line);
    }
    if (port_path(found, NULL, path, sizeof path)) {
        return connect_serial(cli, path, line);
    }
    return cli_fail(cli, EXIT_DEVICE, "loader-cli list -d serial:PATH, when it has a port",
                    "%s has neither Gantry's interface nor a serial port",
                    usb_name_text(found, text));
}

int connect_usb_named(struct cli *cli, const struct usb_name *name, struct line *line)
{
    struct usb_found found[DEVICES_MAX];
    size_t count = usb_scan(name, found, DEVICES_MAX);
    struct usb_name twin = *name;
    int code;

    count = prefer_exact(name, found, count);
    if (count == 0) {
        return fail_none(cli, name);
    }
    if (count > 1) {
        return fail_several(cli, found, count);
    }
    code = open_found(cli, &found[0], line);
    /* Without a serial number nothing but the ids tells devices apart. */
    twin.any_product = found[0].serial[0] != '\0';
    memcpy(twin.serial, found[0].serial, sizeof twin.serial);
    line->twin = twin;
    return code;
}

int connect_usb(struct cli *cli, const char *address, struct line *line)
{
    struct usb_name name;

    if (!usb_name_parse(address, &name)) {
        return cli_fail(cli, EXIT_USAGE, "-d usb:1209:0001, or with a serial number behind it",
                        "'usb:%s' is not usb:VID:PID[:SERIAL]", address);
    }
    return connect_usb_named(cli, &name, line);
}

void connect_usb_identity(const char *address, char *identity, size_t size)
{
    struct usb_found found[DEVICES_MAX];
    struct usb_name name;
    char text[USB_NAME_SIZE];

    if (usb_name_parse(address, &name) &&
        prefer_exact(&name, found, usb_scan(&name, found, DEVICES_MAX)) == 1) {
        snprintf(identity, size, "%s", usb_name_text(&found[0], text));
    }
}
