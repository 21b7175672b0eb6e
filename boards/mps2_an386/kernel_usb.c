// SPDX-License-Identifier: Apache-2.0
/* The kernel on USB as well as on its serial line (kernel/lines.h). */
#include "board.h"
#include "handoff.h"
#include "usb_serial.h"

#include <chips/uart_usb.h>
#include <kernel/lines.h>
#include <kernel/work.h>
#include <usb/bulk.h>
#include <usb/cdc.h>
#include <usb/composite.h>
#include <usb/detach.h>

#define NVIC_PRIORITY(n) (*(volatile uint8_t *)(0xE000E400u + (n)))

enum { PRIORITY_INTERRUPT = 0x80 };

static struct uart_usb controller;
static struct usb_pipe_buffers cdc_buffers;
static struct usb_pipe_buffers bulk_buffers;
static struct usb_cdc cdc;
static struct usb_pipe bulk;

/* DFU's request to detach, and closing the port at 1200 baud. */
static void go_to_bootloader(void)
{
    controller.usb.detach(&controller.usb);
    handoff_set(HANDOFF_REQUEST, HANDOFF_RECOVER);
    handoff_set(HANDOFF_STARTS, 0);
    board_reset();
}

static struct usb_detach detach = {.detached = go_to_bootloader};

static const char *const texts[] = {"Gantry", BOARD_NAME, usb_serial_number, "kernel"};
USB_COMPOSITE(descriptors, GANTRY_USB_VENDOR, GANTRY_USB_PRODUCT, 0x0100, USB_DFU_RUNTIME,
              USB_DFU_CAN_DOWNLOAD | USB_DFU_MANIFEST_TOLERANT | USB_DFU_WILL_DETACH, 256, texts);

static const struct usb_function cdc_function = USB_CDC_TOUCH_FUNCTION(USB_COMPOSITE_CDC, &cdc);
static const struct usb_function bulk_function = USB_BULK_FUNCTION(USB_COMPOSITE_BULK, &bulk);
static const struct usb_function detach_function = USB_DETACH_FUNCTION(USB_COMPOSITE_DFU, &detach);
static const struct usb_function *const functions[] = {&cdc_function, &bulk_function,
                                                       &detach_function};
static const struct usb_device_config config = {
    .controller = &controller.usb,
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

void board_usb_interrupt(void)
{
    uart_usb_interrupt(&controller);
}

/* The three lines as one. */

static int open_lines(const struct hil_serial *serial, uint32_t rate,
                      const struct hil_serial_client *client)
{
    const struct hil_serial *const lines[] = {&board_uart.serial, &bulk.serial, &cdc.pipe.serial};

    uart_usb_init(&controller, BOARD_UART1, 1u << BOARD_IRQ_UART1_RX);
    NVIC_PRIORITY(BOARD_IRQ_UART1_RX) = PRIORITY_INTERRUPT;
    usb_cdc_init(&cdc, &controller.usb, &cdc_buffers, USB_COMPOSITE_CDC_OUT, USB_COMPOSITE_CDC_IN);
    cdc.touched = go_to_bootloader;
    usb_pipe_init(&bulk, &controller.usb, &bulk_buffers, USB_COMPOSITE_BULK_OUT,
                  USB_COMPOSITE_BULK_IN);
    usb_serial_init();
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
