// SPDX-License-Identifier: Apache-2.0
#include "composite.h"

#include <string.h>

#include <base/bytes.h>
#include <usb/bulk.h>
#include <usb/cdc.h>
#include <usb/composite.h>
#include <usb/dfu.h>

/* Ids for tests (pid.codes): no device that leaves the workshop may have them. */
enum { VENDOR = 0x1209, PRODUCT = 0x0001, BLOCK = 256, ID_PRODUCT = 10 };

struct fake_usb composite_controller;

static struct device_plan *plan;
static struct usb_device device;
static struct usb_cdc cdc;
static struct usb_pipe bulk;
static struct usb_pipe_buffers cdc_buffers;
static struct usb_pipe_buffers bulk_buffers;
static struct usb_dfu dfu;
static uint8_t dfu_buffer[BLOCK];
static struct usb_pipe *last; /* the stream that spoke last */

static const char *texts[] = {"Gantry", "device in a process", "", "kernel"};

/* clang-format off */
USB_COMPOSITE(whole, VENDOR, PRODUCT, 0x0100, USB_DFU_MODE,
              USB_DFU_CAN_DOWNLOAD | USB_DFU_MANIFEST_TOLERANT, BLOCK, texts);

static const uint8_t port_configuration[] = {
    USB_CONFIGURATION_BYTES(USB_CDC_SIZE, 2, 100),
    USB_CDC_BYTES(USB_COMPOSITE_CDC, USB_COMPOSITE_NOTIFICATION, USB_COMPOSITE_CDC_OUT,
                  USB_COMPOSITE_CDC_IN)};
/* clang-format on */

static const struct usb_descriptors port_alone = {.device = whole_device,
                                                  .configuration = port_configuration,
                                                  .bos = whole_bos,
                                                  .ms_os = whole_ms_os,
                                                  .configuration_length = sizeof port_configuration,
                                                  .bos_length = sizeof whole_bos,
                                                  .ms_os_length = sizeof whole_ms_os,
                                                  .strings = texts,
                                                  .string_count = 4};

static uint8_t own_device[sizeof whole_device]; /* with the product's number of the plan */
static struct usb_descriptors own_whole;

static uint32_t duration_ms(void *context, size_t length)
{
    (void)context;
    return length > 0 ? 1 : 10;
}

static uint8_t block(void *context, const uint8_t *data, size_t length)
{
    (void)context;
    (void)data;
    plan->downloaded += (uint32_t)length;
    return USB_DFU_OK;
}

static bool complete(void *context)
{
    (void)context;
    return plan->downloaded > 0;
}

static uint8_t finish(void *context)
{
    (void)context;
    return USB_DFU_OK;
}

static void nothing(void *context)
{
    (void)context;
}

static const struct usb_dfu_target target = {.duration_ms = duration_ms,
                                             .block = block,
                                             .complete = complete,
                                             .finish = finish,
                                             .abort = nothing,
                                             .leave = nothing};

static void touched(void)
{
    plan->touched++;
}

static const struct usb_function cdc_function = USB_CDC_TOUCH_FUNCTION(USB_COMPOSITE_CDC, &cdc);
static const struct usb_function bulk_function = USB_BULK_FUNCTION(USB_COMPOSITE_BULK, &bulk);
static const struct usb_function dfu_function = USB_DFU_FUNCTION(USB_COMPOSITE_DFU, &dfu);
static const struct usb_function *const functions[] = {&cdc_function, &bulk_function,
                                                       &dfu_function};
static const struct usb_device_config whole_config = {.controller = &composite_controller.usb,
                                                      .descriptors = &own_whole,
                                                      .functions = functions,
                                                      .function_count = 3};
static const struct usb_device_config port_config = {.controller = &composite_controller.usb,
                                                     .descriptors = &port_alone,
                                                     .functions = functions,
                                                     .function_count = 1};

void composite_start(struct device_plan *what)
{
    const struct hil_usb *usb = &composite_controller.usb;

    plan = what;
    texts[USB_STRING_SERIAL - 1] = plan->serial;
    memcpy(own_device, whole_device, sizeof own_device);
    bytes_put_u16(own_device + ID_PRODUCT, plan->product != 0 ? plan->product : PRODUCT);
    own_whole = whole;
    own_whole.device = own_device;
    fake_init(&composite_controller);
    usb_cdc_init(&cdc, usb, &cdc_buffers, USB_COMPOSITE_CDC_OUT, USB_COMPOSITE_CDC_IN);
    cdc.touched = touched;
    usb_pipe_init(&bulk, usb, &bulk_buffers, USB_COMPOSITE_BULK_OUT, USB_COMPOSITE_BULK_IN);
    usb_dfu_init(&dfu, &target, dfu_buffer, sizeof dfu_buffer);
    last = plan->without_bulk ? &cdc.pipe : &bulk;
    (void)usb_device_start(&device, plan->without_bulk ? &port_config : &whole_config, NULL);
    (void)cdc.pipe.serial.open(&cdc.pipe.serial, 0, NULL);
    (void)bulk.serial.open(&bulk.serial, 0, NULL);
}

bool composite_step(void)
{
    bool moved = usb_device_poll(&device);

    plan->breaches = composite_controller.broken;
    return moved;
}

size_t composite_read(uint8_t *data, size_t capacity)
{
    struct usb_pipe *const pipes[] = {&cdc.pipe, &bulk};

    for (size_t i = 0; i < 2; i++) {
        size_t count = pipes[i]->serial.read(&pipes[i]->serial, data, capacity);

        if (count > 0) {
            last = pipes[i];
            return count;
        }
    }
    return 0;
}

size_t composite_write(const uint8_t *data, size_t length)
{
    return last->serial.write(&last->serial, data, length);
}
