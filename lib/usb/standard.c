// SPDX-License-Identifier: Apache-2.0
/*
 * Standard requests (USB 2.0, 9.4). What the specification calls a request error, or leaves
 * undefined, is answered with a stall.
 */
#include <string.h>

#include <base/bytes.h>

#include "internal.h"

enum { ADDRESS_MAX = 127, INTERFACES = 4, LENGTH = 0, TYPE = 1 };

/* Fields of endpoint descriptors (USB 2.0, table 9-13). */
enum { ENDPOINT_ADDRESS = 2, ENDPOINT_TYPE = 3, ENDPOINT_PACKET = 4 };

static const struct hil_usb *controller(const struct usb_device *device)
{
    return device->config->controller;
}

static uint8_t interface_count(const struct usb_device *device)
{
    return device->config->descriptors->configuration[INTERFACES];
}

/* The bit of an endpoint in sets of them; 0 for what cannot be one. */
static uint32_t bit_of(uint16_t endpoint)
{
    if ((endpoint & ~(15u | HIL_USB_IN)) != 0) {
        return 0;
    }
    return 1u << ((endpoint & 15u) | ((endpoint & HIL_USB_IN) >> 3));
}

static bool is_control(uint16_t endpoint)
{
    return (endpoint & ~(uint16_t)HIL_USB_IN) == 0;
}

static bool open_endpoint(struct usb_device *device, const uint8_t *descriptor)
{
    uint8_t address = descriptor[ENDPOINT_ADDRESS];

    if (controller(device)->open(controller(device), address,
                                 (enum hil_usb_type)descriptor[ENDPOINT_TYPE],
                                 bytes_get_u16(descriptor + ENDPOINT_PACKET)) != 0) {
        return false;
    }
    device->open |= bit_of(address);
    device->halted &= ~bit_of(address);
    return true;
}

/*
 * Opens the endpoints of all interfaces; or opens those of one anew and tells so. False: the
 * controller refused.
 */
static bool open_endpoints(struct usb_device *device, uint8_t only, bool all)
{
    const struct usb_descriptors *d = device->config->descriptors;
    uint8_t interface = 0;

    for (uint32_t at = 0; at < d->configuration_length; at += d->configuration[at + LENGTH]) {
        const uint8_t *p = d->configuration + at;

        if (p[TYPE] == USB_INTERFACE) {
            interface = p[2];
        }
        if (p[TYPE] != USB_ENDPOINT || (!all && interface != only)) {
            continue;
        }
        if (!open_endpoint(device, p)) {
            return false;
        }
        if (!all) {
            usb_tell_pipes(device, USB_PIPE_RESUMED, p[ENDPOINT_ADDRESS]);
        }
    }
    return true;
}

static void tell_functions(const struct usb_device *device, bool usable)
{
    usb_tell_pipes(device, usable ? USB_PIPE_OPEN : USB_PIPE_CLOSED, 0);
    for (uint8_t i = 0; i < device->config->function_count; i++) {
        const struct usb_function *f = device->config->functions[i];

        if (f->configured != NULL) {
            f->configured(f->context, usable);
        }
    }
}

static void close_endpoints(struct usb_device *device)
{
    for (uint32_t i = 0; i < 32; i++) {
        if ((device->open >> i & 1u) != 0) {
            controller(device)->close(controller(device), (uint8_t)((i & 15u) | ((i & 16u) << 3)));
        }
    }
    device->open = 0;
    device->halted = 0;
}

void usb_unconfigure(struct usb_device *device)
{
    if (device->state == USB_CONFIGURED) {
        close_endpoints(device);
        device->state = USB_ADDRESSED;
        tell_functions(device, false);
    }
}

/* An answer of one or two bytes. */
static bool send_small(struct usb_device *device, uint8_t value, size_t length)
{
    device->reply[0] = value;
    device->reply[1] = 0;
    return usb_device_send(device, device->reply, length);
}

/* Only endpoints have a feature here, and endpoint 0 does not take it in. */
static bool set_feature(struct usb_device *device, uint8_t endpoint, bool on)
{
    if (is_control(endpoint)) {
        return true;
    }
    controller(device)->stall(controller(device), endpoint, on);
    device->halted &= ~bit_of(endpoint);
    if (on) {
        device->halted |= bit_of(endpoint);
    } else {
        usb_tell_pipes(device, USB_PIPE_RESUMED, endpoint);
    }
    return true;
}

static bool set_address(struct usb_device *device, uint16_t address)
{
    if (address > ADDRESS_MAX || device->state == USB_CONFIGURED) {
        return false;
    }
    controller(device)->set_address(controller(device), (uint8_t)address);
    device->state = address != 0 ? USB_ADDRESSED : USB_DEFAULT;
    return true;
}

static bool send_languages(struct usb_device *device)
{
    device->reply[0] = 4;
    device->reply[1] = USB_STRING;
    bytes_put_u16(device->reply + 2, USB_LANGUAGE);
    return usb_device_send(device, device->reply, 4);
}

static bool send_string(struct usb_device *device, const char *text)
{
    size_t used = 2;

    for (; *text != '\0' && used < sizeof device->reply; text++) {
        device->reply[used++] = (uint8_t)*text;
        device->reply[used++] = 0;
    }
    device->reply[0] = (uint8_t)used;
    device->reply[1] = USB_STRING;
    return usb_device_send(device, device->reply, used);
}

static bool get_string(struct usb_device *device, const struct usb_setup *s, uint8_t number)
{
    const struct usb_descriptors *d = device->config->descriptors;

    if (number == 0) {
        return s->index == 0 && send_languages(device);
    }
    return s->index == USB_LANGUAGE && number <= d->string_count &&
           send_string(device, d->strings[number - 1]);
}

static bool get_descriptor(struct usb_device *device, const struct usb_setup *s)
{
    const struct usb_descriptors *d = device->config->descriptors;
    uint8_t number = (uint8_t)s->value;

    if (s->value >> 8 == USB_STRING) {
        return get_string(device, s, number);
    }
    if (number != 0 || s->index != 0) {
        return false;
    }
    switch (s->value >> 8) {
    case USB_DEVICE:
        return usb_device_send(device, d->device, d->device[LENGTH]);
    case USB_CONFIGURATION:
        return usb_device_send(device, d->configuration, d->configuration_length);
    case USB_BOS:
        return usb_device_send(device, d->bos, d->bos_length);
    default: /* a full-speed device has no qualifier and no other speed */
        return false;
    }
}

static bool set_configuration(struct usb_device *device, uint16_t value)
{
    if (value > USB_CONFIGURATION_VALUE) {
        return false;
    }
    usb_unconfigure(device);
    if (value == 0) {
        return true;
    }
    if (!open_endpoints(device, 0, true)) {
        close_endpoints(device);
        return false;
    }
    device->state = USB_CONFIGURED;
    tell_functions(device, true);
    return true;
}

/* What a request must be like to be looked at. */
enum { VALUE_0 = 1, INDEX_0 = 2, LENGTH_0 = 4, OF_INTERFACE = 8, OF_ENDPOINT = 16 };

struct rule {
    uint8_t request;
    uint8_t type;
    uint8_t state; /* from this one on; enum usb_state */
    uint8_t form;
};

/* Requests that are not here, in this form, are errors: nobody has what they ask for. */
static const struct rule rules[] = {
    {USB_GET_STATUS, 0x80, USB_ADDRESSED, VALUE_0 | INDEX_0},
    {USB_GET_STATUS, 0x81, USB_CONFIGURED, VALUE_0 | OF_INTERFACE},
    {USB_GET_STATUS, 0x82, USB_ADDRESSED, VALUE_0 | OF_ENDPOINT},
    {USB_CLEAR_FEATURE, 0x02, USB_ADDRESSED, VALUE_0 | LENGTH_0 | OF_ENDPOINT}, /* ENDPOINT_HALT */
    {USB_SET_FEATURE, 0x02, USB_ADDRESSED, VALUE_0 | LENGTH_0 | OF_ENDPOINT},
    {USB_SET_ADDRESS, 0x00, USB_DEFAULT, INDEX_0 | LENGTH_0},
    {USB_GET_DESCRIPTOR, 0x80, USB_DEFAULT, 0},
    {USB_GET_CONFIGURATION, 0x80, USB_ADDRESSED, VALUE_0 | INDEX_0},
    {USB_SET_CONFIGURATION, 0x00, USB_ADDRESSED, INDEX_0 | LENGTH_0},
    {USB_GET_INTERFACE, 0x81, USB_CONFIGURED, VALUE_0 | OF_INTERFACE},
    {USB_SET_INTERFACE, 0x01, USB_CONFIGURED, VALUE_0 | LENGTH_0 | OF_INTERFACE}, /* setting 0 */
};

/* Endpoint 0 is there from the address on, the others are when they are open. */
static bool has_endpoint(const struct usb_device *device, uint16_t endpoint)
{
    return is_control(endpoint) || (device->open & bit_of(endpoint)) != 0;
}

static bool fits(const struct usb_device *device, const struct usb_setup *s, uint8_t form)
{
    return ((form & VALUE_0) == 0 || s->value == 0) && ((form & INDEX_0) == 0 || s->index == 0) &&
           ((form & LENGTH_0) == 0 || s->length == 0) &&
           ((form & OF_INTERFACE) == 0 || s->index < interface_count(device)) &&
           ((form & OF_ENDPOINT) == 0 || has_endpoint(device, s->index));
}

static bool is_allowed(const struct usb_device *device, const struct usb_setup *s)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const struct rule *r = &rules[i];

        if (s->request == r->request && s->type == r->type) {
            return device->state >= r->state && fits(device, s, r->form);
        }
    }
    return false;
}

bool usb_standard_request(struct usb_device *device, const struct usb_setup *s)
{
    if (!is_allowed(device, s)) {
        return false;
    }
    switch (s->request) {
    case USB_GET_STATUS: /* powered by the bus, no remote wake-up; only endpoints have a state */
        return send_small(device,
                          s->type == (USB_TYPE_IN | USB_TO_ENDPOINT) &&
                              (device->halted & bit_of(s->index)) != 0,
                          2);
    case USB_CLEAR_FEATURE:
    case USB_SET_FEATURE:
        return set_feature(device, (uint8_t)s->index, s->request == USB_SET_FEATURE);
    case USB_SET_ADDRESS:
        return set_address(device, s->value);
    case USB_GET_DESCRIPTOR:
        return get_descriptor(device, s);
    case USB_GET_CONFIGURATION:
        return send_small(device, device->state == USB_CONFIGURED ? USB_CONFIGURATION_VALUE : 0, 1);
    case USB_SET_CONFIGURATION:
        return set_configuration(device, s->value);
    case USB_GET_INTERFACE:
        return send_small(device, 0, 1);
    default: /* SET_INTERFACE: the endpoints start afresh */
        return open_endpoints(device, (uint8_t)s->index, false);
    }
}
