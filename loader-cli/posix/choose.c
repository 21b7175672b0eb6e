// SPDX-License-Identifier: Apache-2.0
/* Which device is meant when none is named. */
#include <stdio.h>
#include <string.h>

#include <libserialport.h>

#include "connect.h"
#include "emulator.h"

enum { DEVICES_MAX = 16 };

/* What has been found so far. */
struct choice {
    struct usb_found usb[DEVICES_MAX];
    size_t usb_count;
    size_t count;
    char last[300];
    char list[CONNECT_LIST_SIZE];
};

static void add(struct choice *choice, const char *selector)
{
    size_t used = strlen(choice->list);

    snprintf(choice->last, sizeof choice->last, "%s", selector);
    snprintf(choice->list + used, sizeof choice->list - used, " %s", selector);
    choice->count++;
}

static void add_usb(struct choice *choice)
{
    char text[USB_NAME_SIZE];

    choice->usb_count = usb_scan(NULL, choice->usb, DEVICES_MAX);
    for (size_t i = 0; i < choice->usb_count; i++) {
        add(choice, usb_name_text(&choice->usb[i], text));
    }
}

/* Whether a port is a second way to a device that is in the list already. */
static bool is_listed(const struct choice *choice, const struct sp_port *port)
{
    int bus;
    int address;

    if (sp_get_port_usb_bus_address(port, &bus, &address) != SP_OK) {
        return false;
    }
    for (size_t i = 0; i < choice->usb_count; i++) {
        if (choice->usb[i].bus == bus && choice->usb[i].address == address) {
            return true;
        }
    }
    return false;
}

/* Ports on USB; ttyS* are taken only by name. */
static void add_serial(struct choice *choice)
{
    char selector[300];
    struct sp_port **ports;

    if (sp_list_ports(&ports) != SP_OK) {
        return;
    }
    for (int i = 0; ports[i] != NULL; i++) {
        if (sp_get_port_transport(ports[i]) == SP_TRANSPORT_USB && !is_listed(choice, ports[i])) {
            snprintf(selector, sizeof selector, "serial:%s", sp_get_port_name(ports[i]));
            add(choice, selector);
        }
    }
    sp_free_port_list(ports);
}

static void add_emulators(struct choice *choice)
{
    for (unsigned number = 0; number <= EMULATOR_NUMBER_MAX; number++) {
        char selector[40] = "emu:mps2_an386";
        struct emulator emulator;

        if (number > 0) {
            snprintf(selector, sizeof selector, "emu:mps2_an386/%u", number);
        }
        if (emulator_locate(selector + 4, &emulator) && emulator_pid(&emulator) > 0) {
            add(choice, selector);
        }
    }
}

static void find(struct choice *choice)
{
    *choice = (struct choice){.count = 0};
    add_usb(choice);
    add_serial(choice);
    add_emulators(choice);
}

void connect_list(char *list, size_t size)
{
    struct choice choice;

    find(&choice);
    snprintf(list, size, "%s", choice.list);
}

void connect_list_known(char *list, size_t size)
{
    struct choice choice = {.count = 0};

    add_usb(&choice);
    add_emulators(&choice);
    snprintf(list, size, "%s", choice.list);
}

int connect_choose(struct cli *cli, char *selector, size_t size)
{
    struct choice choice;

    find(&choice);
    if (choice.count == 0) {
        return cli_fail(cli, EXIT_DEVICE, "loader-cli emu start", "there is no device");
    }
    if (choice.count > 1) {
        return cli_fail(cli, EXIT_DEVICE, "name one with -d, or in LOADER_DEVICE",
                        "there are several devices:%s", choice.list);
    }
    snprintf(selector, size, "%s", choice.last);
    return EXIT_DONE;
}
