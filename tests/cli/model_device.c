// SPDX-License-Identifier: Apache-2.0
/*
 * model_device COMMAND...: runs a command beside a model device. The word DEVICE in it stands for
 * the device's selector, PACKAGE for a package that the device takes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake.h"
#include "package.h"
#include "tool.h"

int main(int argc, char **argv)
{
    static struct fake device;
    static struct package package;
    int status = -1;
    pid_t pid;

    if (argc < 2) {
        return EXIT_FAILURE;
    }
    tool_setup();
    package_make(&package);
    fake_start(&device, package.public_key);
    for (int i = 1; i < argc; i++) {
        argv[i] = strcmp(argv[i], "DEVICE") == 0    ? device.selector
                  : strcmp(argv[i], "PACKAGE") == 0 ? package.tab
                                                    : argv[i];
    }
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    if (pid > 0 && waitpid(pid, &status, 0) != pid) {
        status = -1;
    }
    fake_stop(&device);
    return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}
