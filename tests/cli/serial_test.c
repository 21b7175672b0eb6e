// SPDX-License-Identifier: Apache-2.0
/*
 * The serial line through libserialport, on a terminal whose modem lines are emulated: a session,
 * the rate, and ports that are missing, closed to the user, no terminal, or in use.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <umockdev.h>
#include <unistd.h>

#include "fake.h"
#include "package.h"
#include "tool.h"

#define PORT "/dev/ttyACM0"

static struct package package;
static struct fake fake;
static struct tool_run run;
static int master;
static int failed;
static int checks;
static int modem_lines;

/* A bare pseudo-terminal has no modem lines, and libserialport takes nothing without. */
static gboolean on_ioctl(UMockdevIoctlBase *base, UMockdevIoctlClient *client, gpointer ignored)
{
    gulong request = umockdev_ioctl_client_get_request(client);
    UMockdevIoctlData *argument = umockdev_ioctl_client_get_arg(client);
    UMockdevIoctlData *data;
    int error = 0;
    int bits;

    (void)base;
    (void)ignored;
    if (request != TIOCMGET && request != TIOCMSET && request != TIOCMBIS && request != TIOCMBIC) {
        long result = umockdev_ioctl_client_execute(client, &error, NULL);

        umockdev_ioctl_client_complete(client, result, error);
        return TRUE;
    }
    data = umockdev_ioctl_data_resolve(argument, 0, sizeof bits, NULL);
    if (data == NULL) {
        return FALSE;
    }
    memcpy(&bits, data->data, sizeof bits);
    if (request == TIOCMGET) {
        bits = modem_lines | TIOCM_DSR | TIOCM_CAR;
        memcpy(data->data, &bits, sizeof bits);
    } else {
        modem_lines = request == TIOCMSET   ? bits
                      : request == TIOCMBIS ? modem_lines | bits
                                            : modem_lines & ~bits;
    }
    umockdev_ioctl_client_complete(client, 0, 0);
    g_object_unref(data);
    return TRUE;
}

static UMockdevTestbed *make_port(void)
{
    UMockdevTestbed *testbed = umockdev_testbed_new();
    UMockdevIoctlBase *lines = umockdev_ioctl_base_new();

    g_signal_connect(lines, "handle-ioctl", G_CALLBACK(on_ioctl), NULL);
    if (!umockdev_testbed_add_from_string(
            testbed, "P: /devices/platform/serial0\nE: SUBSYSTEM=platform\n", NULL) ||
        !umockdev_testbed_add_from_string(testbed,
                                          "P: /devices/platform/serial0/tty/ttyACM0\nN: ttyACM0\n"
                                          "E: SUBSYSTEM=tty\nE: DEVNAME=" PORT "\nE: MAJOR=166\n"
                                          "E: MINOR=0\nA: dev=166:0\nL: device=../../../serial0\n",
                                          NULL) ||
        !umockdev_testbed_attach_ioctl(testbed, PORT, lines, NULL)) {
        fprintf(stderr, "the port cannot be emulated\n");
        exit(EXIT_FAILURE);
    }
    master = umockdev_testbed_get_dev_fd(testbed, PORT);
    return testbed;
}

static void verdict(const char *what, const char *fault)
{
    checks++;
    if (fault != NULL) {
        printf("FAIL: %s: %s\n", what, fault);
        tool_show(&run);
        failed++;
    }
}

/* Runs a command, which must end with `code` and say `text` (NULL: anything). */
static void expect(const char *what, const char *selector, const char *const *arguments, int code,
                   const char *text)
{
    const char *fault;

    tool_run(&run, selector, arguments);
    fault = tool_fault(&run, code);
    if (fault == NULL && text != NULL && strstr(run.out, text) == NULL &&
        strstr(run.err, text) == NULL) {
        fault = "it does not say what it should";
    }
    verdict(what, fault);
}

static const char *const list[] = {"list", NULL};

static void a_session(void)
{
    const char *const info[] = {"info", NULL};
    const char *const install[] = {"install", package.tab, NULL};
    const char *const again[] = {"list", NULL};
    const char *const remove[] = {"remove", "gamma", NULL};

    expect("info", "serial:" PORT, info, 0, NULL);
    expect("an app is installed", "serial:" PORT, install, 0, "installed gamma");
    expect("it is in the list", "serial:" PORT, again, 0, "gamma");
    expect("it is removed", "serial:" PORT, remove, 0, NULL);
}

/* The rate while a session is open; the terminal forgets it afterwards. */
static void rate_is(const char *what, const char *selector, speed_t wanted)
{
    const char *const monitor[] = {"monitor", "--for", "1", NULL};
    const struct timespec moment = {0, 5000000};
    struct termios settings = {.c_iflag = 0};
    pid_t pid = tool_begin(selector, monitor, false);

    for (int i = 0; i < 150 && cfgetospeed(&settings) != wanted; i++) {
        nanosleep(&moment, NULL);
        (void)tcgetattr(master, &settings);
    }
    tool_end(&run, pid);
    verdict(what, cfgetospeed(&settings) == wanted ? tool_fault(&run, 0) : "the line has another");
}

static void the_rate(void)
{
    rate_is("a rate that is named", "serial:" PORT ":57600", B57600);
    rate_is("the usual rate", "serial:" PORT, B115200);
    expect("no rate", "serial:" PORT ":fast", list, 2, NULL);
}

static void ports_that_are_none(void)
{
    char selector[200];
    char path[160];
    FILE *file = fopen(tool_path(path, sizeof path, "plain"), "w");

    if (file != NULL) {
        fclose(file);
    }
    snprintf(selector, sizeof selector, "serial:%s", path);
    expect("a port that is not there", "serial:/dev/ttyACM7", list, 4, NULL);
    expect("a file that is no terminal", selector, list, 4, NULL);
}

/* The user may not open the port: as root the tool is run as nobody. */
static void a_closed_port(UMockdevTestbed *testbed)
{
    char path[256];
    char *root = umockdev_testbed_get_root_dir(testbed);
    char *device;

    snprintf(path, sizeof path, "%s" PORT, root);
    device = realpath(path, NULL);
    if (device == NULL || chmod(root, 0755) != 0 || chmod(tool_folder(), 01777) != 0 ||
        chmod(device, geteuid() == 0 ? 0600 : 0) != 0) {
        verdict("a port without permission", strerror(errno));
        return;
    }
    tool_end(&run, tool_begin("serial:" PORT, list, true));
    verdict("a port without permission", tool_fault(&run, 8));
    (void)chmod(device, 0600);
    free(device);
    g_free(root);
}

static void a_port_in_use(void)
{
    const char *const install[] = {"install", package.tab, NULL};
    const struct timespec moment = {0, 10000000};
    char pid[32];
    pid_t first;

    fake.plan->step = LINK_BEGIN;
    fake.plan->how = MODEL_STUCK;
    setenv("LOADER_PATIENCE_MS", "200", 1);
    first = tool_begin("serial:" PORT, install, false);
    for (int i = 0; i < 1000 && fake.plan->happened == 0; i++) {
        nanosleep(&moment, NULL);
    }
    snprintf(pid, sizeof pid, "%ld", (long)first);
    expect("a second tool is told which process holds the port", "serial:" PORT, list, 4, pid);
    tool_end(&run, first);
    verdict("the first gives up a device that does not get on", tool_fault(&run, 7));
    unsetenv("LOADER_PATIENCE_MS");
    fake.plan->how = MODEL_GOOD;
    expect("then the port is free again", "serial:" PORT, list, 0, "alpha");
}

int main(void)
{
    UMockdevTestbed *testbed;

    if (getenv("LD_PRELOAD") == NULL || strstr(getenv("LD_PRELOAD"), "umockdev") == NULL) {
        fprintf(stderr, "run it by umockdev-wrapper\n");
        return EXIT_FAILURE;
    }
    tool_setup();
    package_make(&package);
    testbed = make_port();
    fake_start_on(&fake, master, package.public_key);
    a_session();
    the_rate();
    ports_that_are_none();
    a_port_in_use();
    a_closed_port(testbed);
    fake_stop(&fake);
    g_object_unref(testbed);
    printf("%d checks, %d failed\n", checks, failed);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
