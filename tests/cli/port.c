// SPDX-License-Identifier: Apache-2.0
#include "port.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <umockdev.h>
#include <unistd.h>

static UMockdevTestbed *testbed;
static int modem_lines;

static void must(bool ok, const char *what, const GError *error)
{
    if (!ok) {
        printf("umockdev: %s: %s\n", what, error != NULL ? error->message : "failed");
        exit(EXIT_FAILURE);
    }
}

static bool is_modem_request(gulong request)
{
    return request == TIOCMGET || request == TIOCMSET || request == TIOCMBIS || request == TIOCMBIC;
}

/* A pseudo terminal has no modem lines, and libserialport takes no port without. */
static void serve_modem_lines(gulong request, int *value)
{
    switch (request) {
    case TIOCMGET:
        *value = modem_lines | TIOCM_DSR | TIOCM_CAR;
        break;
    case TIOCMSET:
        modem_lines = *value;
        break;
    case TIOCMBIS:
        modem_lines |= *value;
        break;
    default:
        modem_lines &= ~*value;
        break;
    }
}

static gboolean on_ioctl(UMockdevIoctlBase *base, UMockdevIoctlClient *client, gpointer context)
{
    gulong request = umockdev_ioctl_client_get_request(client);
    GError *error = NULL;
    UMockdevIoctlData *data;
    int number = 0;
    long result;

    (void)base;
    (void)context;
    if (!is_modem_request(request)) {
        result = umockdev_ioctl_client_execute(client, &number, &error);
        umockdev_ioctl_client_complete(client, result, number);
        return TRUE;
    }
    data =
        umockdev_ioctl_data_resolve(umockdev_ioctl_client_get_arg(client), 0, sizeof(int), &error);
    if (data == NULL) {
        return FALSE;
    }
    serve_modem_lines(request, (int *)(void *)data->data);
    umockdev_ioctl_client_complete(client, 0, 0);
    g_object_unref(data);
    return TRUE;
}

/* Lets everybody use a file of the emulation itself; what the tool may do is another matter. */
static void open_up(const char *name)
{
    char path[256];
    gchar *root = umockdev_testbed_get_root_dir(testbed);

    snprintf(path, sizeof path, "%s%s", root, name);
    must(chmod(path, 0777) == 0, path, NULL);
    g_free(root);
}

void port_setup(void)
{
    testbed = umockdev_testbed_new();
}

int port_add(int number)
{
    char text[1024];
    char name[32];
    GError *error = NULL;
    UMockdevIoctlBase *handler = umockdev_ioctl_base_new();

    snprintf(text, sizeof text,
             "P: /devices/usb1/1-%d\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\n"
             "A: idVendor=1209\\n\nA: idProduct=0001\\n\nA: busnum=1\\n\nA: devnum=%d\\n\n\n",
             number + 1, number + 2);
    must(umockdev_testbed_add_from_string(testbed, text, &error), "usb device", error);
    snprintf(text, sizeof text,
             "P: /devices/usb1/1-%d/1-%d:1.0\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_interface\n"
             "E: DRIVER=cdc_acm\nA: bInterfaceNumber=00\\n\n\n",
             number + 1, number + 1);
    must(umockdev_testbed_add_from_string(testbed, text, &error), "usb interface", error);
    snprintf(text, sizeof text,
             "P: /devices/usb1/1-%d/1-%d:1.0/tty/ttyACM%d\nN: ttyACM%d\nE: SUBSYSTEM=tty\n"
             "E: DEVNAME=/dev/ttyACM%d\nE: MAJOR=166\nE: MINOR=%d\nA: dev=166:%d\\n\n"
             "L: device=../../../1-%d:1.0\n\n",
             number + 1, number + 1, number, number, number, number, number, number + 1);
    must(umockdev_testbed_add_from_string(testbed, text, &error), "tty", error);
    snprintf(name, sizeof name, "/dev/ttyACM%d", number);
    g_signal_connect(handler, "handle-ioctl", G_CALLBACK(on_ioctl), NULL);
    must(umockdev_testbed_attach_ioctl(testbed, name, handler, &error), "ioctl", error);
    snprintf(text, sizeof text, "/ioctl%s", name);
    open_up("");
    open_up("/ioctl");
    open_up("/ioctl/dev");
    open_up(text);
    return umockdev_testbed_get_dev_fd(testbed, name);
}

void port_permit(int number, bool everybody)
{
    char name[32];

    snprintf(name, sizeof name, "/dev/ttyACM%d", number);
    must(chmod(name, everybody ? 0666 : 0) == 0, "chmod", NULL);
}

unsigned port_rate(int file)
{
    struct termios settings;

    if (tcgetattr(file, &settings) != 0) {
        return 0;
    }
    return cfgetospeed(&settings) == B115200   ? 115200
           : cfgetospeed(&settings) == B230400 ? 230400
                                               : 0;
}
