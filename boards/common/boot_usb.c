// SPDX-License-Identifier: Apache-2.0
/* The bootloader's lines: the UART; on USB a serial port and the vendor interface; and DFU. */
#include "boot_board.h"
#include "boot_lines.h"
#include "usb_port.h"

#include <bootloader/download.h>
#include <usb/bulk.h>
#include <usb/cdc.h>
#include <usb/composite.h>
#include <usb/dfu.h>

static struct usb_pipe_buffers cdc_buffers;
static struct usb_pipe_buffers bulk_buffers;
static struct usb_cdc cdc;
static struct usb_pipe bulk;
static uint8_t dfu_buffer[BOOT_DOWNLOAD_BLOCK];
static struct usb_dfu dfu;

static const char *const texts[] = {"Gantry", BOARD_NAME " boot", usb_serial_number, "kernel"};
USB_COMPOSITE(descriptors, GANTRY_USB_VENDOR, GANTRY_USB_BOOT_PRODUCT, 0x0100, USB_DFU_MODE,
              USB_DFU_CAN_DOWNLOAD | USB_DFU_MANIFEST_TOLERANT, BOOT_DOWNLOAD_BLOCK, texts);

static const struct usb_function cdc_function = USB_CDC_FUNCTION(USB_COMPOSITE_CDC, &cdc);
static const struct usb_function bulk_function = USB_BULK_FUNCTION(USB_COMPOSITE_BULK, &bulk);
static const struct usb_function dfu_function = USB_DFU_FUNCTION(USB_COMPOSITE_DFU, &dfu);
static const struct usb_function *const functions[] = {&cdc_function, &bulk_function,
                                                       &dfu_function};

static const struct usb_device_config config = {
    .controller = &BOARD_USB,
    .descriptors = &descriptors,
    .functions = functions,
    .function_count = sizeof functions / sizeof functions[0],
};
static struct usb_device device;

const struct boot_transport boot_lines[BOOT_LINES] = {
    {&boot_line.serial, BOARD_LINE_RATE, BOARD_LINE_RATE_MAX},
    {&bulk.serial, 0, 0},
    {&cdc.pipe.serial, 0, 0}};

void boot_lines_init(void)
{
    usb_port_init();
    usb_cdc_init(&cdc, &BOARD_USB, &cdc_buffers, USB_COMPOSITE_CDC_OUT, USB_COMPOSITE_CDC_IN);
    usb_pipe_init(&bulk, &BOARD_USB, &bulk_buffers, USB_COMPOSITE_BULK_OUT, USB_COMPOSITE_BULK_IN);
    usb_dfu_init(&dfu, &boot_download, dfu_buffer, sizeof dfu_buffer);
}

/* On the bus from the first time on: only recovery polls. */
bool boot_lines_poll(void)
{
    if (device.config == NULL) {
        (void)usb_device_start(&device, &config, NULL);
    }
    return usb_device_poll(&device);
}

void boot_lines_close(void)
{
    if (device.config != NULL) {
        BOARD_USB.detach(&BOARD_USB);
    }
}
