// SPDX-License-Identifier: Apache-2.0
/*
 * Terminals that libserialport does not take, for the system does not list them as ports:
 * pseudo-terminals, such as socat and simulators make, and ports in a container.
 */
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "connect.h"

int connect_terminal(const char *path, long rate)
{
    int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    struct termios settings;

    if (fd < 0) {
        return -1;
    }
    if (tcgetattr(fd, &settings) == 0) {
        cfmakeraw(&settings);
        settings.c_cflag |= CLOCAL | CREAD;
        (void)cfsetspeed(&settings, (speed_t)rate);
        if (tcsetattr(fd, TCSANOW, &settings) == 0) {
            return fd;
        }
    }
    close(fd);
    return -1;
}
