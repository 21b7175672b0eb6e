// SPDX-License-Identifier: Apache-2.0
#include "udev.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

static bool succeeds(const char *const *word)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        int null = open("/dev/null", O_RDWR);

        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        execvp(word[0], (char *const *)(uintptr_t)word);
        _exit(127);
    }
    return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

bool udev_reload(void)
{
    static const char *const reload[] = {"udevadm", "control", "--reload", NULL};
    static const char *const trigger[] = {"udevadm", "trigger", "--subsystem-match=usb",
                                          "--subsystem-match=tty", NULL};

    return succeeds(reload) && succeeds(trigger);
}
