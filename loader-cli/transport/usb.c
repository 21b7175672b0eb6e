// SPDX-License-Identifier: Apache-2.0
#include "usb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libusb.h>

enum {
    TRANSFERS = 8,     /* reads that wait at the same time, one packet each */
    PACKET_MAX = 1024, /* the largest that USB knows for bulk endpoints */
    RING = 16384,      /* bytes read and not yet asked for */
    WRITE_MS = 2000,
    CLOSE_ROUNDS = 20, /* of 50 ms each, for the reads that are called off */
    CLOSE_ROUND_US = 50000
};

/* Where a vendor interface is. */
struct place {
    int interface;
    uint8_t in;
    uint8_t out;
    size_t packet; /* bytes in the largest packet of `in` */
};

struct usb_line {
    libusb_context *context;
    libusb_device_handle *handle;
    struct place place;
    struct libusb_transfer *transfer[TRANSFERS];
    bool waiting[TRANSFERS];
    uint8_t buffer[TRANSFERS][PACKET_MAX];
    uint8_t ring[RING];
    size_t first; /* of the bytes in the ring */
    size_t count;
    int happened; /* a read has ended: whoever waits for events looks */
    bool lost;
};

/* pid.codes keeps 1209:0001 for tests: products have ids of their own and are named by them. */
const uint16_t usb_known[][2] = {{0x1209, 0x0001}, {0, 0}};

/* One to four hexadecimal digits up to `end`; answers what follows, or NULL. */
static const char *parse_id(const char *text, uint16_t *id)
{
    size_t digits = strspn(text, "0123456789abcdefABCDEF");

    if (digits == 0 || digits > 4) {
        return NULL;
    }
    *id = (uint16_t)strtoul(text, NULL, 16);
    return text + digits;
}

bool usb_name_parse(const char *text, struct usb_name *name)
{
    const char *at = parse_id(text, &name->vendor);

    name->any_product = false;
    name->serial[0] = '\0';
    at = at != NULL && *at == ':' ? parse_id(at + 1, &name->product) : NULL;
    if (at == NULL || (*at != '\0' && *at != ':')) {
        return false;
    }
    if (*at == ':') {
        size_t length = strlen(at + 1);

        if (length == 0 || length >= sizeof name->serial) {
            return false;
        }
        memcpy(name->serial, at + 1, length + 1);
    }
    return true;
}

const char *usb_name_text(const struct usb_found *found, char *text)
{
    snprintf(text, USB_NAME_SIZE, "usb:%04x:%04x%s%s", found->vendor, found->product,
             found->serial[0] != '\0' ? ":" : "", found->serial);
    return text;
}

static bool ids_fit(const struct usb_name *name, const struct libusb_device_descriptor *device)
{
    if (name != NULL) {
        return device->idVendor == name->vendor &&
               (name->any_product || device->idProduct == name->product);
    }
    for (size_t i = 0; usb_known[i][0] != 0; i++) {
        if (device->idVendor == usb_known[i][0] && device->idProduct == usb_known[i][1]) {
            return true;
        }
    }
    return false;
}

/* Whether it is the vendor interface; place is filled in then. */
static bool is_vendor(const struct libusb_interface_descriptor *interface, struct place *place)
{
    bool in = false;
    bool out = false;

    if (interface->bInterfaceClass != LIBUSB_CLASS_VENDOR_SPEC ||
        interface->bAlternateSetting != 0) {
        return false;
    }
    for (int i = 0; i < interface->bNumEndpoints; i++) {
        const struct libusb_endpoint_descriptor *endpoint = &interface->endpoint[i];
        size_t packet = endpoint->wMaxPacketSize & 0x7FFu;

        if ((endpoint->bmAttributes & LIBUSB_TRANSFER_TYPE_MASK) != LIBUSB_TRANSFER_TYPE_BULK ||
            packet == 0 || packet > PACKET_MAX) {
            continue;
        }
        if ((endpoint->bEndpointAddress & LIBUSB_ENDPOINT_IN) == 0) {
            place->out = endpoint->bEndpointAddress;
            out = true;
        } else {
            place->in = endpoint->bEndpointAddress;
            place->packet = packet;
            in = true;
        }
    }
    place->interface = interface->bInterfaceNumber;
    return in && out;
}

/* Finds the vendor interface of the active configuration. */
static bool find_vendor(libusb_device *device, struct place *place)
{
    struct libusb_config_descriptor *config;
    bool found = false;

    if (libusb_get_active_config_descriptor(device, &config) != 0) {
        return false;
    }
    for (int i = 0; i < config->bNumInterfaces && !found; i++) {
        const struct libusb_interface *interface = &config->interface[i];

        for (int k = 0; k < interface->num_altsetting && !found; k++) {
            found = is_vendor(&interface->altsetting[k], place);
        }
    }
    libusb_free_config_descriptor(config);
    return found;
}

/* The serial number as printable ASCII; what else is in it would not fit a selector. */
static void read_serial(libusb_device *device, uint8_t index, struct usb_found *found)
{
    libusb_device_handle *handle;
    int error = libusb_open(device, &handle);
    int length;

    found->serial[0] = '\0';
    found->forbidden = error == LIBUSB_ERROR_ACCESS;
    if (error != 0) {
        return;
    }
    length = index == 0 ? 0
                        : libusb_get_string_descriptor_ascii(
                              handle, index, (unsigned char *)found->serial, USB_SERIAL_SIZE - 1);
    found->serial[length > 0 ? length : 0] = '\0';
    for (char *at = found->serial; *at != '\0'; at++) {
        if (*at <= ' ' || *at >= 0x7F) {
            *at = '?';
        }
    }
    libusb_close(handle);
}

/* Looks at one device; true when it may be meant. */
static bool examine(libusb_device *device, const struct usb_name *name, struct usb_found *found)
{
    struct libusb_device_descriptor descriptor;
    struct place place;

    if (libusb_get_device_descriptor(device, &descriptor) != 0 || !ids_fit(name, &descriptor)) {
        return false;
    }
    found->vendor = descriptor.idVendor;
    found->product = descriptor.idProduct;
    found->bus = libusb_get_bus_number(device);
    found->address = libusb_get_device_address(device);
    found->bulk = find_vendor(device, &place);
    read_serial(device, descriptor.iSerialNumber, found);
    return name == NULL || name->serial[0] == '\0' || found->forbidden ||
           strcmp(name->serial, found->serial) == 0;
}

/* By the place where they are plugged in: the same list each time. */
static int by_place(const void *a, const void *b)
{
    const struct usb_found *first = a;
    const struct usb_found *second = b;

    return first->bus != second->bus ? first->bus - second->bus : first->address - second->address;
}

size_t usb_scan(const struct usb_name *name, struct usb_found *found, size_t capacity)
{
    libusb_context *context;
    libusb_device **list;
    size_t count = 0;

    if (libusb_init(&context) != 0) {
        return 0; /* a system without USB */
    }
    if (libusb_get_device_list(context, &list) >= 0) {
        for (size_t i = 0; list[i] != NULL && count < capacity; i++) {
            count += examine(list[i], name, &found[count]) ? 1 : 0;
        }
        libusb_free_device_list(list, 1);
    }
    libusb_exit(context);
    qsort(found, count, sizeof *found, by_place);
    return count;
}

static enum usb_result result_of(int error)
{
    switch (error) {
    case 0:
        return USB_OK;
    case LIBUSB_ERROR_NO_DEVICE:
    case LIBUSB_ERROR_NOT_FOUND:
        return USB_GONE;
    case LIBUSB_ERROR_ACCESS:
        return USB_FORBIDDEN;
    case LIBUSB_ERROR_BUSY:
        return USB_BUSY;
    default:
        return USB_FAILED;
    }
}

/* Opens the device at the place where it was found, and claims its vendor interface. */
static int claim(struct usb_line *line, const struct usb_found *found)
{
    libusb_device **list;
    int error = LIBUSB_ERROR_NO_DEVICE;

    if (libusb_get_device_list(line->context, &list) < 0) {
        return LIBUSB_ERROR_OTHER;
    }
    for (size_t i = 0; list[i] != NULL; i++) {
        if (libusb_get_bus_number(list[i]) == found->bus &&
            libusb_get_device_address(list[i]) == found->address &&
            find_vendor(list[i], &line->place)) {
            error = libusb_open(list[i], &line->handle);
            break;
        }
    }
    libusb_free_device_list(list, 1);
    error = error != 0 ? error : libusb_claim_interface(line->handle, line->place.interface);
    return error;
}

static void store(struct usb_line *line, const uint8_t *data, size_t length)
{
    for (size_t i = 0; i < length && line->count < RING; i++) {
        line->ring[(line->first + line->count) % RING] = data[i];
        line->count++;
    }
}

/* Has as many reads waiting as there is room for what they may bring. */
static void refill(struct usb_line *line)
{
    size_t promised = line->count;

    for (size_t i = 0; i < TRANSFERS; i++) {
        promised += line->waiting[i] ? line->place.packet : 0;
    }
    for (size_t i = 0; i < TRANSFERS && !line->lost; i++) {
        if (line->waiting[i] || promised + line->place.packet > RING) {
            continue;
        }
        line->waiting[i] = libusb_submit_transfer(line->transfer[i]) == 0;
        line->lost = !line->waiting[i];
        promised += line->place.packet;
    }
}

static void LIBUSB_CALL on_packet(struct libusb_transfer *transfer)
{
    struct usb_line *line = transfer->user_data;

    for (size_t i = 0; i < TRANSFERS; i++) {
        line->waiting[i] = line->waiting[i] && line->transfer[i] != transfer;
    }
    line->happened = 1;
    if (transfer->status == LIBUSB_TRANSFER_COMPLETED) {
        store(line, transfer->buffer, (size_t)transfer->actual_length);
        refill(line);
    } else {
        line->lost = true; /* gone, stalled or called off: there is nothing to repair it with */
    }
}

static bool start_reading(struct usb_line *line)
{
    for (size_t i = 0; i < TRANSFERS; i++) {
        line->transfer[i] = libusb_alloc_transfer(0);
        if (line->transfer[i] == NULL) {
            return false;
        }
        libusb_fill_bulk_transfer(line->transfer[i], line->handle, line->place.in, line->buffer[i],
                                  (int)line->place.packet, on_packet, line, 0);
    }
    refill(line);
    return !line->lost;
}

enum usb_result usb_open(const struct usb_found *found, struct usb_line **opened)
{
    struct usb_line *line = calloc(1, sizeof *line);
    int error;

    *opened = NULL;
    if (line == NULL) {
        return USB_FAILED;
    }
    error = libusb_init(&line->context);
    if (error != 0) {
        free(line);
        return USB_FAILED;
    }
    error = claim(line, found);
    if (error == 0 && !start_reading(line)) {
        error = LIBUSB_ERROR_NO_DEVICE;
    }
    if (error != 0) {
        usb_close(line);
        return result_of(error);
    }
    *opened = line;
    return USB_OK;
}

static bool any_waiting(const struct usb_line *line)
{
    for (size_t i = 0; i < TRANSFERS; i++) {
        if (line->waiting[i]) {
            return true;
        }
    }
    return false;
}

/* Calls off what waits; false when the system does not give the buffers back. */
static bool stop_reading(struct usb_line *line)
{
    line->lost = true; /* nothing is asked for again */
    for (size_t i = 0; i < TRANSFERS; i++) {
        if (line->waiting[i]) {
            (void)libusb_cancel_transfer(line->transfer[i]);
        }
    }
    for (int i = 0; i < CLOSE_ROUNDS && any_waiting(line); i++) {
        struct timeval round = {0, CLOSE_ROUND_US};

        line->happened = 0;
        (void)libusb_handle_events_timeout_completed(line->context, &round, &line->happened);
    }
    return !any_waiting(line);
}

void usb_close(struct usb_line *line)
{
    if (line == NULL) {
        return;
    }
    if (!stop_reading(line)) {
        return; /* its buffers are the system's still: they go with the process */
    }
    for (size_t i = 0; i < TRANSFERS; i++) {
        libusb_free_transfer(line->transfer[i]);
    }
    if (line->handle != NULL) {
        (void)libusb_release_interface(line->handle, line->place.interface);
        libusb_close(line->handle);
    }
    libusb_exit(line->context);
    free(line);
}

int usb_read(struct usb_line *line, uint8_t *data, size_t capacity, uint32_t timeout_ms)
{
    size_t count;

    if (line->count == 0 && !line->lost) {
        struct timeval wait = {(time_t)(timeout_ms / 1000), (long)(timeout_ms % 1000) * 1000L};

        line->happened = 0;
        (void)libusb_handle_events_timeout_completed(line->context, &wait, &line->happened);
    }
    if (line->count == 0) {
        return line->lost ? -1 : 0;
    }
    count = line->count < capacity ? line->count : capacity;
    for (size_t i = 0; i < count; i++) {
        data[i] = line->ring[line->first];
        line->first = (line->first + 1) % RING;
    }
    line->count -= count;
    refill(line);
    return (int)count;
}

bool usb_write(struct usb_line *line, const uint8_t *data, size_t length)
{
    while (length > 0) {
        int done = 0;
        /* libusb does not write to it: its interface has no type for buffers that go out. */
        int error =
            libusb_bulk_transfer(line->handle, line->place.out, (unsigned char *)(uintptr_t)data,
                                 (int)length, &done, WRITE_MS);

        if (error != 0 || done <= 0) {
            return false;
        }
        data += done;
        length -= (size_t)done;
    }
    return true;
}
