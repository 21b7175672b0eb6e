// SPDX-License-Identifier: Apache-2.0
#include "bus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "acm.h"
#include "redir.h"
#include "usbfs.h"

enum { PATIENCE = 4000, DESCRIPTOR = 18, CONFIGURATION_MAX = 1024, TEXT_MAX = 8192 };

enum { TYPE_CONFIGURATION = 2, TYPE_STRING = 3, TYPE_INTERFACE = 4, TYPE_ENDPOINT = 5 };

struct port {
    struct redir redir;
    int number; /* of the port, from 1 on */
    bool plugged;
    unsigned plug;  /* which one of the device's that is */
    unsigned shown; /* how often */
    char name[32];  /* the node below /dev, and the tty's; "" for none */
    char tty[32];
    struct usbfs *usbfs;
    struct acm *acm;
    uint8_t device[DESCRIPTOR];
    uint8_t configuration[CONFIGURATION_MAX];
    size_t length;
    struct acm_place place;
    bool has_acm;
    uint32_t acm_interfaces;
    size_t lie_at; /* a place in the configuration, and what programs are shown there */
    uint8_t lie;
};

static UMockdevTestbed *testbed;
static struct port ports[BUS_PORTS];
static int next_device = 2; /* 1 is the hub */
static int next_tty;
static pthread_mutex_t bus = PTHREAD_MUTEX_INITIALIZER;

static void must(bool ok, const char *what, const GError *error)
{
    if (!ok) {
        fprintf(stderr, "usb_host: %s: %s\n", what, error != NULL ? error->message : "failed");
        exit(EXIT_FAILURE);
    }
}

/* Reads a descriptor; answers its length, 0 when there is none. */
static size_t get_descriptor(struct port *port, uint8_t type, uint8_t index, uint16_t language,
                             uint8_t *data, size_t size)
{
    const uint8_t setup[8] = {0x80,
                              6,
                              index,
                              type,
                              (uint8_t)language,
                              (uint8_t)(language >> 8),
                              (uint8_t)size,
                              (uint8_t)(size >> 8)};
    size_t length = size;

    return redir_control_now(&port->redir, setup, data, &length) == 0 ? length : 0;
}

/* Finds the CDC-ACM function. */
static void find_acm(struct port *port)
{
    uint8_t class = 0;
    uint8_t interface = 0;

    port->has_acm = false;
    port->acm_interfaces = 0;
    for (size_t i = 0; i + 6 < port->length && port->configuration[i] > 1;
         i += port->configuration[i]) {
        const uint8_t *d = port->configuration + i;

        if (d[1] == TYPE_INTERFACE) {
            interface = d[2];
            class = d[5];
            if (class == 2 || class == 10) {
                port->acm_interfaces |= 1u << (interface & 31u);
            }
            if (class == 2) {
                port->place.interface = interface;
            }
        }
        if (d[1] == TYPE_ENDPOINT && class == 10) {
            *((d[2] & 0x80u) != 0 ? &port->place.in : &port->place.out) = d[2];
            port->has_acm = true;
        }
    }
}

/* What Linux does with a new device. */
static bool enumerate(struct port *port)
{
    uint8_t head[9];
    size_t total;

    if (get_descriptor(port, 1, 0, 0, port->device, DESCRIPTOR) != DESCRIPTOR ||
        get_descriptor(port, TYPE_CONFIGURATION, 0, 0, head, sizeof head) != sizeof head) {
        return false;
    }
    total = (size_t)(head[2] | head[3] << 8);
    if (total > CONFIGURATION_MAX) {
        return false;
    }
    port->length = get_descriptor(port, TYPE_CONFIGURATION, 0, 0, port->configuration, total);
    find_acm(port);
    return port->length == total && redir_configure_now(&port->redir, head[5]) == 0;
}

/* Lets everybody use what umockdev keeps of a node; the node's own mode is another matter. */
static void open_up(const char *format, const char *name)
{
    char path[512];
    char part[64];
    gchar *root = umockdev_testbed_get_root_dir(testbed);

    snprintf(part, sizeof part, format, name);
    snprintf(path, sizeof path, "%s%s", root, part);
    must(chmod(path, 0777) == 0, path, NULL);
    g_free(root);
}

static void open_up_node(const char *name)
{
    static const char *const folders[] = {"",
                                          "/dev",
                                          "/ioctl",
                                          "/ioctl/dev",
                                          "/dev/bus",
                                          "/dev/bus/usb",
                                          "/dev/bus/usb/001",
                                          "/ioctl/dev/bus",
                                          "/ioctl/dev/bus/usb",
                                          "/ioctl/dev/bus/usb/001"};
    gchar *root = umockdev_testbed_get_root_dir(testbed);

    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        gchar *path = g_strconcat(root, folders[i], NULL);

        (void)chmod(path, 0777);
        g_free(path);
    }
    g_free(root);
    open_up("/ioctl/dev/%s", name);
}

/* Adds what a text describes, and answers the node's requests with a handler. */
static void add(const char *text, const char *node, UMockdevIoctlBase *handler)
{
    GError *error = NULL;
    char path[64];
    bool good = umockdev_testbed_add_from_string(testbed, text, &error);

    must(good, node, error);
    snprintf(path, sizeof path, "/dev/%s", node);
    good = umockdev_testbed_attach_ioctl(testbed, path, handler, &error);
    must(good, node, error);
    open_up_node(node);
}

/* An attribute of sysfs from a string descriptor. */
static void add_string(struct port *port, uint8_t index, const char *name, char *text)
{
    uint8_t data[255];
    size_t length =
        index == 0 ? 0 : get_descriptor(port, TYPE_STRING, index, 0x0409, data, sizeof data);
    size_t used = strlen(text);

    if (length < 4) {
        return;
    }
    used += (size_t)snprintf(text + used, TEXT_MAX - used, "A: %s=", name);
    for (size_t i = 2; i + 1 < length && used + 2 < TEXT_MAX; i += 2) {
        text[used++] = data[i + 1] == 0 && data[i] > ' ' && data[i] < 0x7F ? (char)data[i] : '_';
    }
    snprintf(text + used, TEXT_MAX - used, "\\n\n");
}

static void add_hex(char *text, const uint8_t *data, size_t length)
{
    size_t used = strlen(text);

    for (size_t i = 0; i < length; i++) {
        used += (size_t)snprintf(text + used, TEXT_MAX - used, "%02X", data[i]);
    }
}

static void add_device(struct port *port, int device)
{
    static char text[TEXT_MAX];
    const uint8_t *d = port->device;

    snprintf(port->name, sizeof port->name, "bus/usb/001/%03d", device);
    snprintf(text, sizeof text,
             "P: /devices/usb1/1-%d\nN: %s\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\n"
             "E: DEVNAME=/dev/%s\nE: BUSNUM=001\nE: DEVNUM=%03d\nE: MAJOR=189\nE: MINOR=%d\n"
             "A: idVendor=%02x%02x\\n\nA: idProduct=%02x%02x\\n\nA: bcdDevice=%02x%02x\\n\n"
             "A: busnum=1\\n\nA: devnum=%d\\n\nA: devpath=%d\\n\nA: speed=12\\n\n"
             "A: bDeviceClass=%02x\\n\nA: bNumInterfaces=%2d\\n\nA: bConfigurationValue=%d\\n\n"
             "A: dev=189:%d\\n\n",
             port->number, port->name, port->name, device, device - 1, d[9], d[8], d[11], d[10],
             d[13], d[12], device, port->number, d[4], port->configuration[4],
             port->configuration[5], device - 1);
    add_string(port, d[14], "manufacturer", text);
    add_string(port, d[15], "product", text);
    add_string(port, d[16], "serial", text);
    snprintf(text + strlen(text), sizeof text - strlen(text), "H: descriptors=");
    add_hex(text, d, DESCRIPTOR);
    add_hex(text, port->configuration, port->length);
    snprintf(text + strlen(text), sizeof text - strlen(text), "\n\n");
    pthread_mutex_unlock(&port->redir.lock);
    add(text, port->name, usbfs_handler(port->usbfs));
    pthread_mutex_lock(&port->redir.lock);
}

static void add_tty(struct port *port)
{
    char text[1024];
    char node[48];
    int n = port->number;
    int interface = port->place.interface;

    snprintf(port->tty, sizeof port->tty, "ttyACM%d", next_tty);
    snprintf(text, sizeof text,
             "P: /devices/usb1/1-%d/1-%d:1.%d\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_interface\n"
             "E: DRIVER=cdc_acm\nA: bInterfaceNumber=%02x\\n\nA: bInterfaceClass=02\\n\n\n"
             "P: /devices/usb1/1-%d/1-%d:1.%d/tty/%s\nN: %s\nE: SUBSYSTEM=tty\n"
             "E: DEVNAME=/dev/%s\nE: MAJOR=166\nE: MINOR=%d\nA: dev=166:%d\\n\n"
             "L: device=../../../1-%d:1.%d\n\n",
             n, n, interface, interface, n, n, interface, port->tty, port->tty, port->tty, next_tty,
             next_tty, n, interface);
    next_tty++;
    port->acm = acm_new(&port->redir, &port->place);
    pthread_mutex_unlock(&port->redir.lock);
    add(text, port->tty, acm_handler(port->acm));
    snprintf(node, sizeof node, "/dev/%s", port->tty);
    acm_start(port->acm, umockdev_testbed_get_dev_fd(testbed, node));
    pthread_mutex_lock(&port->redir.lock);
}

/* A device has appeared. A device that cannot be enumerated is one that Linux would not show. */
static void plug(struct port *port)
{
    pthread_mutex_unlock(&port->redir.lock);
    pthread_mutex_lock(&bus);
    pthread_mutex_lock(&port->redir.lock);
    port->plugged = true;
    port->plug = port->redir.plugs;
    if (!enumerate(port)) {
        if (port->redir.present) {
            fprintf(stderr, "usb_host: the device does not enumerate\n");
        }
        port->name[0] = '\0';
    } else {
        port->usbfs = usbfs_new(&port->redir, port->configuration[5]);
        usbfs_kernel_driver(port->usbfs, port->acm_interfaces);
        if (port->lie_at > 0) {
            port->configuration[port->lie_at] = port->lie;
        }
        add_device(port, next_device++);
        port->shown++;
        if (port->has_acm) {
            add_tty(port);
        }
    }
    pthread_mutex_unlock(&bus);
}

static void unplug(struct port *port)
{
    char path[128];
    char node[48];

    pthread_mutex_unlock(&port->redir.lock);
    pthread_mutex_lock(&bus);
    port->plugged = false;
    if (port->tty[0] != '\0') {
        acm_gone(port->acm);
        snprintf(node, sizeof node, "/dev/%s", port->tty);
        umockdev_testbed_detach_ioctl(testbed, node, NULL);
        snprintf(path, sizeof path, "/sys/devices/usb1/1-%d/1-%d:1.%d/tty/%s", port->number,
                 port->number, port->place.interface, port->tty);
        umockdev_testbed_remove_device(testbed, path);
        snprintf(path, sizeof path, "/sys/devices/usb1/1-%d/1-%d:1.%d", port->number, port->number,
                 port->place.interface);
        umockdev_testbed_remove_device(testbed, path);
        port->tty[0] = '\0';
    }
    if (port->name[0] != '\0') {
        usbfs_gone(port->usbfs);
        snprintf(node, sizeof node, "/dev/%s", port->name);
        umockdev_testbed_detach_ioctl(testbed, node, NULL);
        snprintf(path, sizeof path, "/sys/devices/usb1/1-%d", port->number);
        umockdev_testbed_uevent(testbed, path, "remove");
        umockdev_testbed_remove_device(testbed, path);
        port->name[0] = '\0';
    }
    pthread_mutex_unlock(&bus);
    pthread_mutex_lock(&port->redir.lock);
}

/* Follows the plugging of one port, for ever. */
static void *follow(void *context)
{
    struct port *port = context;

    pthread_mutex_lock(&port->redir.lock);
    for (;;) {
        bool here = port->redir.present && port->redir.plugs == port->plug;

        if (port->redir.present && !port->plugged) {
            plug(port);
        } else if (!here && port->plugged) {
            unplug(port);
        } else {
            pthread_cond_wait(&port->redir.changed, &port->redir.lock);
        }
        pthread_cond_broadcast(&port->redir.changed);
    }
    return NULL;
}

static void add_hub(void)
{
    static const uint8_t descriptors[] = {18, 1, 0, 2, 9, 0,  1, 64, 0x6B, 0x1D, 2,    0, 1, 6, 0,
                                          0,  0, 1, 9, 2, 25, 0, 1,  1,    0,    0xE0, 0, 9, 4, 0,
                                          0,  1, 9, 0, 0, 0,  7, 5,  0x81, 3,    4,    0, 12};
    gchar *path = umockdev_testbed_add_device(
        testbed, "usb", "usb1", NULL, "idVendor", "1d6b\n", "idProduct", "0002\n", "busnum", "1\n",
        "devnum", "1\n", "speed", "480\n", "bNumInterfaces", " 1\n", "bConfigurationValue", "1\n",
        NULL, "DEVTYPE", "usb_device", "DEVNAME", "/dev/bus/usb/001/001", "BUSNUM", "001", "DEVNUM",
        "001", NULL);

    must(path != NULL, "hub", NULL);
    umockdev_testbed_set_attribute_binary(testbed, path, "descriptors",
                                          (guint8 *)(uintptr_t)descriptors, sizeof descriptors);
    g_free(path);
}

void bus_setup(void)
{
    testbed = umockdev_testbed_new();
    add_hub();
}

void bus_add(size_t number, const char *path)
{
    struct port *port = &ports[number];
    pthread_t thread;

    must(number < BUS_PORTS, "too many devices", NULL);
    port->number = (int)number + 1;
    redir_open(&port->redir, path);
    must(pthread_create(&thread, NULL, follow, port) == 0, "thread", NULL);
    pthread_detach(thread);
}

/* Whether programs see a device there. */
static bool is_shown(struct port *port)
{
    bool shown;

    pthread_mutex_lock(&bus);
    shown = port->name[0] != '\0';
    pthread_mutex_unlock(&bus);
    return shown;
}

bool bus_wait(size_t number, bool shown)
{
    const struct timespec moment = {0, 5000000};

    for (int i = 0; i < PATIENCE && is_shown(&ports[number]) != shown; i++) {
        nanosleep(&moment, NULL);
    }
    return is_shown(&ports[number]) == shown;
}

unsigned bus_shown(size_t number)
{
    unsigned shown;

    pthread_mutex_lock(&bus);
    shown = ports[number].shown;
    pthread_mutex_unlock(&bus);
    return shown;
}

void bus_permit(size_t number, bool everybody)
{
    gchar *root = umockdev_testbed_get_root_dir(testbed);
    gchar *path = g_strconcat(root, "/dev/", ports[number].name, NULL);

    must(chmod(path, everybody ? 0666 : 0) == 0, path, NULL);
    g_free(path);
    g_free(root);
}

void bus_lie(size_t number, size_t offset, uint8_t value)
{
    pthread_mutex_lock(&bus);
    ports[number].lie_at = offset;
    ports[number].lie = value;
    pthread_mutex_unlock(&bus);
}

const char *bus_tty(size_t number)
{
    return ports[number].tty;
}
