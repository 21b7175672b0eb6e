// SPDX-License-Identifier: Apache-2.0
/* The kernel on USB as well as on its serial line (kernel/lines.h). */
#include "board.h"
#include "handoff.h"

#include <chips/rp2040_uart.h>
#include <chips/rp2040_usb.h>
#include <kernel/lines.h>
#include <kernel/work.h>
#include <usb/bulk.h>
#include <usb/cdc.h>
#include <usb/composite.h>
#include <usb/detach.h>

static char serial_number[2u * RP2040_FLASH_ID_SIZE + 1u];
static struct usb_pipe_buffers cdc_buffers;
static struct usb_pipe_buffers bulk_buffers;
static struct usb_cdc cdc;
static struct usb_pipe bulk;

/* DFU's request to detach, and closing the port at 1200 baud. */
static void go_to_bootloader(void)
{
    handoff_set(HANDOFF_REQUEST, HANDOFF_RECOVER);
    handoff_set(HANDOFF_STARTS, 0);
    board_reset();
}

static struct usb_detach detach = {.detached = go_to_bootloader};

static const char *const texts[] = {"Gantry", BOARD_NAME, serial_number, "Gantry flash protocol"};
USB_COMPOSITE(descriptors, GANTRY_USB_VENDOR, GANTRY_USB_PRODUCT, 0x0100, USB_DFU_RUNTIME,
              USB_DFU_CAN_DOWNLOAD | USB_DFU_MANIFEST_TOLERANT | USB_DFU_WILL_DETACH, 256, texts);

static const struct usb_function cdc_function = USB_CDC_TOUCH_FUNCTION(USB_COMPOSITE_CDC, &cdc);
static const struct usb_function bulk_function = USB_BULK_FUNCTION(USB_COMPOSITE_BULK, &bulk);
static const struct usb_function detach_function = USB_DETACH_FUNCTION(USB_COMPOSITE_DFU, &detach);
static const struct usb_function *const functions[] = {&cdc_function, &bulk_function,
                                                       &detach_function};
static const struct usb_device_config config = {
    .controller = &rp2040_usb,
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

/* The three lines as one. */

static int open_lines(const struct hil_serial *serial, uint32_t rate,
                      const struct hil_serial_client *client)
{
    const struct hil_serial *const lines[] = {&rp2040_uart, &bulk.serial, &cdc.pipe.serial};

    rp2040_flash_id_text(&board_flash, serial_number);
    usb_cdc_init(&cdc, &rp2040_usb, &cdc_buffers, USB_COMPOSITE_CDC_OUT, USB_COMPOSITE_CDC_IN);
    cdc.touched = go_to_bootloader;
    usb_pipe_init(&bulk, &rp2040_usb, &bulk_buffers, USB_COMPOSITE_BULK_OUT, USB_COMPOSITE_BULK_IN);
    lines_init(lines, sizeof lines / sizeof lines[0]);
    (void)lines_open(serial, rate, client);
    return usb_device_start(&device, &config, &controller_client);
}

const struct hil_serial board_lines = {
    .receive_capacity = 2 * HIL_USB_CONTROL_PACKET,
    .open = open_lines,
    .read = lines_read,
    .write = lines_write,
    .pending = lines_pending,
    .overruns = lines_overruns,
};
