// SPDX-License-Identifier: Apache-2.0
/*
 * vudc_bridge UART REDIR: the controller side of chips/uart_usb.h. The firmware of an emulated
 * board speaks to it over the socket UART; a USB host over the socket REDIR, in usbredir's
 * protocol.
 *
 * The board may stop and start again: that is a device that goes and comes. SIGUSR1 pulls the cable
 * out, SIGUSR2 plugs it in. Whatever the firmware does against the contract of hil/usb.h ends the
 * bridge with exit code 3.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <base/cobs.h>
#include <chips/uart_usb.h>

#include "redir_device.h"

enum { KIND = 0, ENDPOINT = 1, GENERATION = 2, TICKET = 3, RETRY_MS = 50, CONTRACT_BROKEN = 3 };

static struct {
    struct fake_usb usb;
    struct redir_device *redir;
    const char *path;
    int uart; /* -1: the board is off */
    uint8_t generation;
    uint8_t in_ticket[16];
    uint8_t out_ticket[16];
    uint8_t frame[UART_USB_CODED];
    size_t used;
    bool overlong;
    bool verbose;
} bridge;

static volatile sig_atomic_t cable = 1;
static volatile sig_atomic_t over;

static void on_signal(int number)
{
    if (number == SIGUSR1 || number == SIGUSR2) {
        cable = number == SIGUSR2;
    } else {
        over = 1;
    }
}

static void trace(const char *direction, const uint8_t *frame, size_t length)
{
    if (!bridge.verbose) {
        return;
    }
    fprintf(stderr, "%s %c %02x", direction, frame[KIND], frame[ENDPOINT]);
    for (size_t i = UART_USB_HEAD; i < length; i++) {
        fprintf(stderr, " %02x", frame[i]);
    }
    fputc('\n', stderr);
}

static void board_is_off(void)
{
    if (bridge.uart >= 0) {
        close(bridge.uart);
    }
    bridge.uart = -1;
    bridge.used = 0;
    bridge.usb.attached = false;
}

static void send_frame(char kind, uint8_t endpoint, uint8_t ticket, const uint8_t *data,
                       size_t length)
{
    uint8_t frame[UART_USB_FRAME] = {(uint8_t)kind, endpoint, bridge.generation, ticket};
    uint8_t coded[UART_USB_CODED + 1];
    uint8_t sum = 0;
    size_t size = UART_USB_HEAD;

    if (length > 0) {
        memcpy(frame + UART_USB_HEAD, data, length);
        size += length;
    }
    for (size_t i = 0; i < size; i++) {
        sum = (uint8_t)(sum + frame[i]);
    }
    trace(">", frame, size);
    frame[size++] = (uint8_t)(0u - sum);
    size = cobs_encode(frame, size, coded, sizeof coded - 1);
    coded[size++] = 0;
    for (size_t sent = 0; sent < size && bridge.uart >= 0;) {
        ssize_t count = send(bridge.uart, coded + sent, size - sent, MSG_NOSIGNAL);

        if (count > 0) {
            sent += (size_t)count;
        } else if (errno != EINTR) {
            board_is_off();
        }
    }
}

/* Tells the firmware what has happened on the bus. */
static void tell_events(void)
{
    struct hil_usb *usb = &bridge.usb.usb;
    struct hil_usb_event event;
    uint8_t data[HIL_USB_CONTROL_PACKET];

    while (usb->next(usb, &event)) {
        uint8_t number = event.endpoint & 15u;

        switch (event.kind) {
        case HIL_USB_RESET:
            bridge.generation = (uint8_t)((bridge.generation & 0xF0u) + 0x10u);
            send_frame('r', 0, 0, NULL, 0);
            break;
        case HIL_USB_SETUP:
            bridge.generation =
                (uint8_t)((bridge.generation & 0xF0u) | ((bridge.generation + 1u) & 0x0Fu));
            send_frame('s', 0, 0, event.setup, sizeof event.setup);
            break;
        case HIL_USB_OUT_DONE:
            (void)usb->take(usb, event.endpoint, data, sizeof data);
            send_frame('o', event.endpoint, bridge.out_ticket[number], data, event.length);
            break;
        case HIL_USB_IN_DONE:
            send_frame('i', event.endpoint, bridge.in_ticket[number], NULL, 0);
            break;
        default: /* a bus that sleeps is not shown */
            break;
        }
    }
}

/* Whether the firmware knew of the last reset (and setup) when it said this. */
static bool is_current(const uint8_t *frame)
{
    uint8_t mask = (frame[ENDPOINT] & 15u) == 0 ? 0xFF : 0xF0;

    return ((frame[GENERATION] ^ bridge.generation) & mask) == 0;
}

static void obey(const uint8_t *frame, const uint8_t *data, size_t length)
{
    struct hil_usb *usb = &bridge.usb.usb;
    uint8_t endpoint = frame[ENDPOINT];

    switch (frame[KIND]) {
    case 'N':
        usb->set_address(usb, length == 1 ? data[0] : 0xFF);
        return;
    case 'O':
        if (length == 2) {
            (void)usb->open(usb, endpoint, (enum hil_usb_type)data[0], data[1]);
        }
        break;
    case 'C':
        usb->close(usb, endpoint);
        break;
    case 'I':
        usb->arm_in(usb, endpoint, data, length);
        break;
    case 'R':
        usb->arm_out(usb, endpoint);
        break;
    case 'S':
    case 'U':
        usb->stall(usb, endpoint, frame[KIND] == 'S');
        break;
    default:
        return;
    }
    if ((endpoint & HIL_USB_IN) != 0) {
        bridge.in_ticket[endpoint & 15u] = frame[TICKET];
    } else {
        bridge.out_ticket[endpoint & 15u] = frame[TICKET];
    }
}

static void take_frame(const uint8_t *frame, size_t length)
{
    struct hil_usb *usb = &bridge.usb.usb;

    trace("<", frame, length);
    if (frame[KIND] == 'A' || frame[KIND] == 'D') {
        /* An attachment while attached is a board that has restarted: the host sees it go. */
        if (bridge.usb.attached) {
            usb->detach(usb);
            redir_device_work(bridge.redir);
        }
        if (frame[KIND] == 'A') {
            (void)usb->attach(usb, NULL);
        }
    } else if (bridge.usb.attached && is_current(frame)) {
        obey(frame, frame + UART_USB_HEAD, length - UART_USB_HEAD);
    }
    redir_device_work(bridge.redir);
    tell_events();
}

static void end_frame(void)
{
    size_t length = bridge.used;
    uint8_t sum = 0;
    bool fits = !bridge.overlong;

    bridge.used = 0;
    bridge.overlong = false;
    if (!fits || cobs_decode(bridge.frame, length, &length) != 0 || length <= UART_USB_HEAD ||
        length > UART_USB_FRAME) {
        return;
    }
    for (size_t i = 0; i < length; i++) {
        sum = (uint8_t)(sum + bridge.frame[i]);
    }
    if (sum == 0) {
        take_frame(bridge.frame, length - 1);
    }
}

static void read_uart(void)
{
    uint8_t bytes[512];
    ssize_t count = read(bridge.uart, bytes, sizeof bytes);

    if (count <= 0) {
        if (count == 0 || errno != EINTR) {
            board_is_off();
        }
        return;
    }
    for (ssize_t i = 0; i < count; i++) {
        if (bytes[i] == 0) {
            end_frame();
        } else if (bridge.used < sizeof bridge.frame) {
            bridge.frame[bridge.used++] = bytes[i];
        } else {
            bridge.overlong = true;
        }
    }
}

static void find_board(void)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};

    bridge.uart = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(name.sun_path, sizeof name.sun_path, "%s", bridge.path);
    if (bridge.uart < 0 || connect(bridge.uart, (struct sockaddr *)&name, sizeof name) != 0) {
        board_is_off();
        return;
    }
    send_frame('q', 0, 0, NULL, 0); /* perhaps it is attached already */
}

static void serve(void)
{
    struct pollfd polls[1 + REDIR_DEVICE_POLLS];
    bool plugged = cable != 0;

    if (bridge.uart < 0) {
        find_board();
    }
    polls[0] = (struct pollfd){.fd = bridge.uart, .events = POLLIN};
    redir_device_poll(bridge.redir, polls + 1);
    if (poll(polls, 1 + REDIR_DEVICE_POLLS, bridge.uart < 0 ? RETRY_MS : -1) < 0) {
        memset(polls, 0, sizeof polls); /* a signal */
    }
    if (bridge.uart >= 0 && polls[0].revents != 0) {
        read_uart();
    }
    if (plugged != (cable != 0)) {
        redir_device_cable(bridge.redir, cable != 0);
    }
    redir_device_serve(bridge.redir, polls + 1);
    tell_events();
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = on_signal};

    if (argc != 3) {
        fprintf(stderr, "usage: vudc_bridge UART REDIR\n");
        return 2;
    }
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGUSR2, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    bridge.verbose = getenv("VUDC_TRACE") != NULL;
    bridge.path = argv[1];
    bridge.uart = -1;
    fake_init(&bridge.usb);
    bridge.redir = redir_device_listen(argv[2], &bridge.usb);
    while (over == 0 && bridge.usb.broken == 0) {
        serve();
    }
    unlink(argv[2]);
    if (bridge.usb.broken > 0) {
        fprintf(stderr, "vudc_bridge: the firmware broke the contract: %s\n", bridge.usb.breach);
        return CONTRACT_BROKEN;
    }
    return 0;
}
