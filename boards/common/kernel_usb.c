// SPDX-License-Identifier: Apache-2.0
#include "kernel_usb.h"

#include "board.h"
#include "handoff.h"
#include "usb_port.h"

#include <kernel/work.h>
#include <usb/bulk.h>
#include <usb/cdc.h>
#include <usb/composite.h>
#include <usb/detach.h>

static struct usb_pipe_buffers cdc_buffers;
static struct usb_pipe_buffers bulk_buffers;
struct usb_cdc kernel_usb_cdc;
struct usb_pipe kernel_usb_bulk;

/* DFU's request to detach, and closing the port at 1200 baud. */
static void go_to_bootloader(void)
{
    BOARD_USB.detach(&BOARD_USB);
    handoff_set(HANDOFF_REQUEST, HANDOFF_RECOVER);
    handoff_set(HANDOFF_STARTS, 0);
    board_reset();
}

static struct usb_detach detach = {.detached = go_to_bootloader};

static const char *const texts[] = {"Gantry", BOARD_NAME, usb_serial_number, "kernel"};
USB_COMPOSITE(descriptors, GANTRY_USB_VENDOR, GANTRY_USB_PRODUCT, 0x0100, USB_DFU_RUNTIME,
              USB_DFU_CAN_DOWNLOAD | USB_DFU_MANIFEST_TOLERANT | USB_DFU_WILL_DETACH, 256, texts);

static const struct usb_function cdc_function =
    USB_CDC_TOUCH_FUNCTION(USB_COMPOSITE_CDC, &kernel_usb_cdc);
static const struct usb_function bulk_function =
    USB_BULK_FUNCTION(USB_COMPOSITE_BULK, &kernel_usb_bulk);
static const struct usb_function detach_function = USB_DETACH_FUNCTION(USB_COMPOSITE_DFU, &detach);
static const struct usb_function *const functions[] = {&cdc_function, &bulk_function,
                                                       &detach_function};

static const struct usb_device_config config = {
    .controller = &BOARD_USB,
    .descriptors = &descriptors,
    .functions = functions,
    .function_count = sizeof functions / sizeof functions[0],
};
static struct usb_device device;

/* What the driver's interrupt has recorded is handled in the kernel loop, a little at a time. */

static void poll_device(void *context);
static struct work polling = WORK(poll_device, NULL);

static void poll_device(void *context)
{
    (void)context;
    if (usb_device_poll(&device)) {
        work_post(&polling);
    }
}

static void controller_ready(void *context)
{
    (void)context;
    work_post(&polling);
}

static const struct hil_usb_client controller_client = {.ready = controller_ready};

void kernel_usb_init(void)
{
    usb_port_init();
    usb_cdc_init(&kernel_usb_cdc, &BOARD_USB, &cdc_buffers, USB_COMPOSITE_CDC_OUT,
                 USB_COMPOSITE_CDC_IN);
    kernel_usb_cdc.touched = go_to_bootloader;
    usb_pipe_init(&kernel_usb_bulk, &BOARD_USB, &bulk_buffers, USB_COMPOSITE_BULK_OUT,
                  USB_COMPOSITE_BULK_IN);
}

int kernel_usb_start(void)
{
    return usb_device_start(&device, &config, &controller_client);
}
