// SPDX-License-Identifier: Apache-2.0
/*
 * usb_device SOCKET [SERIAL]: a device with the real USB stack (device.h) and a model of a board
 * behind it, for a host to connect to, until it is killed. SIGUSR1 pulls the cable, or plugs it in.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../cli/fake.h"
#include "device.h"

static struct device_plan *plan;

static void on_cable(int number)
{
    (void)number;
    plan->unplugged = !plan->unplugged;
}

int main(int argc, char **argv)
{
    static const uint8_t no_key[64];
    struct fake fake;
    struct sigaction action = {.sa_handler = on_cable, .sa_flags = SA_RESTART};
    unsigned port;

    if (argc < 2 || argc > 3) {
        fprintf(stderr, "usage: usb_device SOCKET [SERIAL]\n");
        return 2;
    }
    plan = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (plan == MAP_FAILED) {
        return EXIT_FAILURE;
    }
    snprintf(plan->serial, sizeof plan->serial, "%s", argc > 2 ? argv[2] : "RIG-0001");
    fake_start(&fake, no_key);
    if (sscanf(fake.selector, "tcp:127.0.0.1:%u", &port) != 1) {
        return EXIT_FAILURE;
    }
    fake.plan->leaves = true;
    sigaction(SIGUSR1, &action, NULL);
    (void)device_start(plan, argv[1], (uint16_t)port);
    printf("ready\n");
    fflush(stdout);
    while (wait(NULL) > 0) {
    }
    return EXIT_SUCCESS;
}
