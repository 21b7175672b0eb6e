// SPDX-License-Identifier: Apache-2.0
/* The host tool's way to an emulator's monitor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "posix/emulator.h"

static char folder[] = "/tmp/gantry-emulator.XXXXXX";

/* A monitor that greets whoever comes, and takes nothing: as one whose emulator is just ending. */
static pid_t start_ending_monitor(const struct emulator *e)
{
    static const char greeting[] = "{\"QMP\": {}}\r\n";
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    pid_t child;

    snprintf(address.sun_path, sizeof address.sun_path, "%.100s", e->monitor_socket);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 1), 0);
    child = fork();
    if (child == 0) {
        int fd = accept(listener, NULL, NULL);
        struct pollfd leaving = {.fd = fd};
        char byte;

        shutdown(fd, SHUT_RD); /* before the greeting: what is written after it finds nobody */
        if (write(fd, greeting, sizeof greeting - 1) < 0 || read(fd, &byte, 1) > 0) {
            _exit(1);
        }
        _exit(poll(&leaving, 1, 10000) == 1 ? 0 : 2);
    }
    close(listener);
    return child;
}

static void emulator_that_is_ending_does_not_end_the_tool(void **state)
{
    struct emulator e = {.folder = ""};
    uint32_t word;
    pid_t monitor;
    int status;

    (void)state;
    snprintf(e.monitor_socket, sizeof e.monitor_socket, "%s/qmp.sock", folder);
    monitor = start_ending_monitor(&e);
    /* Without protection SIGPIPE ends this process, and with it the test. */
    assert_false(emulator_word(&e, 0, &word));
    assert_int_equal(waitpid(monitor, &status, 0), monitor);
    assert_int_equal(status, 0);
    unlink(e.monitor_socket);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(emulator_that_is_ending_does_not_end_the_tool),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
