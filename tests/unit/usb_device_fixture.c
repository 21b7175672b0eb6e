// SPDX-License-Identifier: Apache-2.0
#include "usb_device_fixture.h"

#include <string.h>

struct fake_usb fixture_fake;
struct usb_device fixture_device;
struct usb_cdc fixture_cdc;
struct usb_pipe fixture_bulk;
struct usb_dfu fixture_dfu;
struct usb_detach fixture_detach;
struct fixture_target fixture_target;
unsigned fixture_touches;
unsigned fixture_detaches;
uint16_t fixture_break;

static struct usb_pipe_buffers cdc_buffers;
static struct usb_pipe_buffers bulk_buffers;
static uint8_t block_buffer[FIXTURE_TRANSFER];

static const char *const texts[] = {"Gantry", "test device", "SN-0123456789", "kernel"};

USB_COMPOSITE(runtime_set, FIXTURE_VENDOR, FIXTURE_PRODUCT, 0x0100, USB_DFU_RUNTIME,
              USB_DFU_CAN_DOWNLOAD | USB_DFU_MANIFEST_TOLERANT | USB_DFU_WILL_DETACH,
              FIXTURE_TRANSFER, texts);
USB_COMPOSITE(dfu_set, FIXTURE_VENDOR, FIXTURE_PRODUCT, 0x0100, USB_DFU_MODE,
              USB_DFU_CAN_DOWNLOAD | USB_DFU_MANIFEST_TOLERANT, FIXTURE_TRANSFER, texts);

static uint32_t duration_ms(void *context, size_t length)
{
    (void)context;
    return length > 0 ? 70 : 700;
}

static uint8_t block(void *context, const uint8_t *data, size_t length)
{
    struct fixture_target *t = context;

    t->blocks++;
    if (length <= sizeof t->data - t->length) {
        memcpy(t->data + t->length, data, length);
        t->length += length;
    }
    return t->block_status;
}

static bool complete(void *context)
{
    const struct fixture_target *t = context;

    return t->length >= t->wanted;
}

static uint8_t finish(void *context)
{
    struct fixture_target *t = context;

    t->finishes++;
    return t->verdict;
}

static void abort_download(void *context)
{
    struct fixture_target *t = context;

    t->aborts++;
    t->length = 0;
}

static void leave(void *context)
{
    struct fixture_target *t = context;

    t->leaves++;
}

static const struct usb_dfu_target target = {.duration_ms = duration_ms,
                                             .block = block,
                                             .complete = complete,
                                             .finish = finish,
                                             .abort = abort_download,
                                             .leave = leave,
                                             .context = &fixture_target};

static void touched(void)
{
    fixture_touches++;
}

static void detached(void)
{
    fixture_detaches++;
}

static void broken(uint16_t duration_ms_asked)
{
    fixture_break = duration_ms_asked;
}

static const struct usb_function cdc_function =
    USB_CDC_TOUCH_FUNCTION(USB_COMPOSITE_CDC, &fixture_cdc);
static const struct usb_function bulk_function =
    USB_BULK_FUNCTION(USB_COMPOSITE_BULK, &fixture_bulk);
static const struct usb_function dfu_function = USB_DFU_FUNCTION(USB_COMPOSITE_DFU, &fixture_dfu);
static const struct usb_function detach_function =
    USB_DETACH_FUNCTION(USB_COMPOSITE_DFU, &fixture_detach);

static const struct usb_function *const dfu_functions[] = {&cdc_function, &bulk_function,
                                                           &dfu_function};
static const struct usb_function *const runtime_functions[] = {&cdc_function, &bulk_function,
                                                               &detach_function};

static const struct usb_device_config dfu_config = {.controller = &fixture_fake.usb,
                                                    .descriptors = &dfu_set,
                                                    .functions = dfu_functions,
                                                    .function_count = 3};
static const struct usb_device_config runtime_config = {.controller = &fixture_fake.usb,
                                                        .descriptors = &runtime_set,
                                                        .functions = runtime_functions,
                                                        .function_count = 3};

void fixture_start(bool dfu_mode)
{
    fake_init(&fixture_fake);
    memset(&fixture_cdc, 0, sizeof fixture_cdc);
    memset(&fixture_bulk, 0, sizeof fixture_bulk);
    memset(&fixture_dfu, 0, sizeof fixture_dfu);
    usb_cdc_init(&fixture_cdc, &fixture_fake.usb, &cdc_buffers, USB_COMPOSITE_CDC_OUT,
                 USB_COMPOSITE_CDC_IN);
    fixture_cdc.touched = touched;
    fixture_cdc.broken = broken;
    usb_pipe_init(&fixture_bulk, &fixture_fake.usb, &bulk_buffers, USB_COMPOSITE_BULK_OUT,
                  USB_COMPOSITE_BULK_IN);
    usb_dfu_init(&fixture_dfu, &target, block_buffer, sizeof block_buffer);
    fixture_detach = (struct usb_detach){.detached = detached};
    memset(&fixture_target, 0, sizeof fixture_target);
    fixture_touches = 0;
    fixture_detaches = 0;
    fixture_break = 0;
    (void)usb_device_start(&fixture_device, dfu_mode ? &dfu_config : &runtime_config, NULL);
}

void fixture_poll(void *unused)
{
    (void)unused;
    for (int i = 0; i < 100 && usb_device_poll(&fixture_device); i++) {
    }
}

int fixture_control(uint8_t type, uint8_t request, uint16_t value, uint16_t index, uint16_t length,
                    void *data)
{
    const uint8_t setup[8] = {type,
                              request,
                              (uint8_t)value,
                              (uint8_t)(value >> 8),
                              (uint8_t)index,
                              (uint8_t)(index >> 8),
                              (uint8_t)length,
                              (uint8_t)(length >> 8)};

    return fake_control(&fixture_fake, fixture_poll, NULL, setup, data);
}

bool fixture_configure(void)
{
    fake_reset(&fixture_fake);
    fixture_poll(NULL);
    return fixture_control(0, USB_SET_ADDRESS, 5, 0, 0, NULL) == 0 && fixture_fake.address == 5 &&
           fixture_control(0, USB_SET_CONFIGURATION, 1, 0, 0, NULL) == 0 &&
           fixture_device.state == USB_CONFIGURED;
}
