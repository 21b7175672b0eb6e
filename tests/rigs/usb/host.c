// SPDX-License-Identifier: Apache-2.0
/*
 * usb_host SOCKET... -- PROGRAM [ARGUMENT...]: runs a program in front of a bus (bus.h) with the
 * devices behind these sockets. Ends with the program, with its exit code.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bus.h"

static int run(char **word)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        execvp(word[0], word);
        perror(word[0]);
        _exit(127);
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
    size_t count = 0;

    bus_setup();
    while ((int)count + 1 < argc && strcmp(argv[count + 1], "--") != 0 && count < BUS_PORTS) {
        bus_add(count, argv[count + 1]);
        count++;
    }
    for (size_t i = 0; i < count; i++) {
        if (!bus_wait(i, true)) {
            fprintf(stderr, "usb_host: no device shows up at %s\n", argv[i + 1]);
            return EXIT_FAILURE;
        }
    }
    if ((int)count + 2 >= argc) {
        fprintf(stderr, "usage: usb_host SOCKET... -- PROGRAM [ARGUMENT...]\n");
        return 2;
    }
    return run(argv + count + 2);
}
