// SPDX-License-Identifier: Apache-2.0
/*
 * A plain terminal at an emulated board's line: terminal SOCKET UNTIL COMMAND... types each command
 * and prints what comes back, until the text UNTIL has come or some seconds have passed.
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { PATIENCE_MS = 5000, ROOM = 65536 };

static char seen[ROOM];
static size_t used;

static int open_line(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    if (fd < 0 || strlen(path) >= sizeof address.sun_path) {
        return -1;
    }
    strcpy(address.sun_path, path);
    return connect(fd, (const struct sockaddr *)&address, sizeof address) == 0 ? fd : -1;
}

/* Reads until the text has come, behind `from`. */
static int wait_for(int fd, const char *text, size_t from)
{
    struct pollfd line = {.fd = fd, .events = POLLIN};

    while (used < sizeof seen - 1 && poll(&line, 1, PATIENCE_MS) > 0) {
        ssize_t got = read(fd, seen + used, sizeof seen - 1 - used);

        if (got <= 0) {
            break;
        }
        used += (size_t)got;
        seen[used] = '\0';
        if (strstr(seen + from, text) != NULL) {
            return 1;
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    int missed = 0;
    int fd;

    if (argc < 4 || (fd = open_line(argv[1])) < 0) {
        fprintf(stderr, "usage: terminal SOCKET UNTIL COMMAND...\n");
        return 2;
    }
    for (int i = 3; i < argc; i++) {
        size_t from = used;

        if (write(fd, argv[i], strlen(argv[i])) < 0 || write(fd, "\r", 1) < 0) {
            missed++;
            break;
        }
        missed += !wait_for(fd, argv[2], from);
    }
    close(fd);
    fputs(seen, stdout);
    return missed != 0;
}
