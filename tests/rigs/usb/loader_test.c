// SPDX-License-Identifier: Apache-2.0
/*
 * loader-cli over USB: the real tool with the unmodified libusb and libserialport, in front of the
 * real device stack. Three ports: two whole devices and one that has a serial port alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <libusb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <usb/composite.h>

#include "../../cli/fake.h"
#include "../../cli/package.h"
#include "../../cli/tool.h"
#include "bus.h"
#include "device.h"

enum { FIRST, SECOND, PORT_ALONE, DEVICES };

#define IDS   "usb:1209:0001"
#define ALPHA IDS ":ALPHA-1"
#define BETA  IDS ":BETA-2"
#define GAMMA IDS ":GAMMA-3"

static const char *const serials[DEVICES] = {"ALPHA-1", "BETA-2", "GAMMA-3"};
static const char *const list[] = {"list", NULL};
static struct tool_run run;
static struct package package;
static struct fake fake[DEVICES];
static struct device_plan *plan; /* of each */

static bool says(const char *text)
{
    return strstr(run.err, text) != NULL || strstr(run.out, text) != NULL;
}

/* How a run that has ended must have ended. */
static void check_run(int code, const char *text)
{
    const char *fault = tool_fault(&run, code);

    if (fault != NULL || !says(text)) {
        printf("wanted %d and '%s': %s\n", code, text, fault != NULL ? fault : "other words");
        tool_show(&run);
    }
    assert_null(fault);
    assert_true(says(text));
}

static void check(const char *device, const char *const *arguments, int code, const char *text)
{
    tool_run(&run, device, arguments);
    check_run(code, text);
}

static void plug(size_t device, bool in)
{
    plan[device].unplugged = !in;
    assert_true(bus_wait(device, in));
}

/* Has a device misbehave once, from a fresh connection on. */
static void arm(size_t device, uint8_t step, uint32_t offset, enum model_how how)
{
    plug(device, false);
    fake_arm(&fake[device], step, offset, how);
    plug(device, true);
}

static void without_devices_there_is_none(void **state)
{
    (void)state;
    check(NULL, list, 4, "hint: loader-cli emu start");
    check(IDS, list, 4, "there is no USB device 1209:0001");
    check(ALPHA, list, 4, "there is no USB device 1209:0001 with serial number ALPHA-1");
    check("usb:1209", list, 2, "is not usb:VID:PID[:SERIAL]");
    check("usb:12091:1", list, 2, "is not usb:VID:PID[:SERIAL]");
    check("usb:1209:0001:", list, 2, "is not usb:VID:PID[:SERIAL]");
}

/* It has a serial port, too, and counts as one device all the same. */
static void the_only_device_is_taken(void **state)
{
    (void)state;
    plug(FIRST, true);
    check(NULL, list, 0, "alpha");
    check(IDS, list, 0, "alpha");
    check(ALPHA, (const char *const[]){"info", NULL}, 0, "board      model");
}

static void session_works_over_the_vendor_interface(void **state)
{
    const char *const install[] = {"install", package.tab, NULL};

    (void)state;
    check(ALPHA, install, 0, "installed gamma");
    check(ALPHA, list, 0, "gamma");
    check(ALPHA, install, 3, "the same package is installed already");
    check(ALPHA, (const char *const[]){"remove", "gamma", NULL}, 0, "gamma");
}

static void session_works_over_the_serial_port(void **state)
{
    char selector[48];

    (void)state;
    snprintf(selector, sizeof selector, "serial:/dev/%s", bus_tty(FIRST));
    check(selector, list, 0, "alpha");
    check(selector, (const char *const[]){"install", package.tab, NULL}, 0, "installed gamma");
    check(selector, (const char *const[]){"remove", "gamma", NULL}, 0, "gamma");
}

static void among_two_devices_one_must_be_named(void **state)
{
    (void)state;
    plug(SECOND, true);
    check(NULL, list, 4, " " ALPHA " " BETA);
    check(IDS, list, 4, " " ALPHA " " BETA);
    check(BETA, (const char *const[]){"remove", "beta", NULL}, 0, "beta");
    check(ALPHA, list, 0, "beta");
    check(IDS ":OTHER", list, 4, "with serial number OTHER");
    plug(SECOND, false);
}

/* Two devices that say that they are the same: none of them is taken. */
static void same_serial_number_twice_is_no_choice(void **state)
{
    const char *const reboot[] = {"reboot", NULL};
    char twins[] = " " ALPHA " " ALPHA;

    (void)state;
    strcpy(plan[SECOND].serial, serials[FIRST]);
    plug(SECOND, true);
    check(NULL, list, 4, twins);
    check(ALPHA, list, 4, twins);
    check(ALPHA, reboot, 4, twins);
    plug(SECOND, false);
    check(ALPHA, list, 0, "beta");
}

/* What would move the cursor or look like another line is no part of what is shown. */
static void serial_number_is_shown_as_text(void **state)
{
    static const char shown[] = IDS ":?[2J?hint:?OK";

    (void)state;
    strcpy(plan[SECOND].serial, "\x1b[2J\nhint:\x9bOK");
    plug(SECOND, true);
    check(IDS, list, 4, shown);
    check(shown, list, 0, "alpha");
    plug(SECOND, false);
    strcpy(plan[SECOND].serial, serials[SECOND]);
}

/* A configuration descriptor that is not what it says: another way to the device, or none. */
static void descriptor_that_lies_is_got_over(void **state)
{
    enum { VENDOR = 9 + USB_CDC_SIZE + USB_ASSOCIATION_SIZE, OUT = VENDOR + 9, IN = OUT + 7 };
    static const struct {
        size_t offset;
        uint8_t value;
    } lies[] = {
        {0, 0},    /* none: it works */
        {2, 9},    /* the whole is shorter than it is */
        {2, 0xFF}, /* longer */
        {4, 0xFF}, /* more interfaces */
        {9, 0},    /* a descriptor without length */
        {VENDOR + 4, 0xFF} /* more endpoints */,
        {VENDOR + 4, 1}, /* fewer */
        {OUT, 0},        /* again without length */
        {OUT, 3},        /* too short for what it is */
        {IN, 0xFF},      /* longer than the rest */
        {IN + 1, 0x24},  /* of another kind */
        {IN + 2, 0x03},  /* two endpoints in one direction */
        {IN + 2, 0x80},  /* endpoint 0 */
        {IN + 4, 0},     /* no bytes in a packet */
        {IN + 5, 0xFF},  /* many */
    };

    char *options = strdup(getenv("ASAN_OPTIONS") != NULL ? getenv("ASAN_OPTIONS") : "");

    (void)state;
    /* libusb 1.0.26 itself loses what it has of a descriptor that it gives up. */
    setenv("ASAN_OPTIONS", "exitcode=99:verify_asan_link_order=0:detect_leaks=0", 1);
    setenv("LOADER_PATIENCE_MS", "500", 1);
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        plug(FIRST, false);
        bus_lie(FIRST, lies[i].offset, lies[i].value);
        plug(FIRST, true);
        tool_run(&run, ALPHA, list);
        if (run.code != 0 && run.code != 4 && run.code != 7) {
            printf("byte %zu is %u:\n", lies[i].offset, lies[i].value);
            tool_show(&run);
        }
        assert_true(run.code == 0 || run.code == 4 || run.code == 7);
        check_run(run.code, run.code == 0 ? "beta" : "hint: ");
    }
    bus_lie(FIRST, 0, 0);
    plug(FIRST, false);
    plug(FIRST, true);
    unsetenv("LOADER_PATIENCE_MS");
    setenv("ASAN_OPTIONS", options, 1);
    free(options);
    check(ALPHA, list, 0, "beta");
}

static void serial_port_is_taken_when_it_is_all_there_is(void **state)
{
    (void)state;
    plug(PORT_ALONE, true);
    check(GAMMA, list, 0, "alpha");
    check(GAMMA, (const char *const[]){"install", package.tab, NULL}, 0, "installed gamma");
    plug(PORT_ALONE, false);
}

static void forbidden_device_is_a_matter_of_permission(void **state)
{
    const char *fault;

    (void)state;
    bus_permit(FIRST, false);
    tool_end(&run, tool_begin(IDS, list, true));
    bus_permit(FIRST, true);
    fault = tool_fault(&run, 8);
    if (fault != NULL) {
        tool_show(&run);
    }
    assert_null(fault);
    assert_true(says("hint: sudo loader-cli install-udev --apply"));
    tool_end(&run, tool_begin(IDS, list, true));
    check_run(0, "beta");
}

static void second_tool_is_told_who_holds_the_device(void **state)
{
    static struct tool_run first;
    char wanted[64];
    pid_t pid;

    (void)state;
    arm(FIRST, LINK_LIST, 0, MODEL_SILENT);
    pid = tool_begin(IDS, list, false);
    assert_true(fake_misbehaves(&fake[FIRST]));
    snprintf(wanted, sizeof wanted, "is in use by process %ld", (long)pid);
    check(ALPHA, list, 4, wanted);
    tool_end(&first, pid);
    assert_null(tool_fault(&first, 7));
}

/* A program that is none of ours has the interface: usb_loader_test itself, as `hold`. */
static void interface_that_is_taken_is_said_to_be(void **state)
{
    int ready[2];
    char byte;
    pid_t pid;

    (void)state;
    arm(FIRST, 0, 0, MODEL_GOOD);
    assert_int_equal(pipe(ready), 0);
    pid = fork();
    if (pid == 0) {
        dup2(ready[1], STDOUT_FILENO);
        execl("/proc/self/exe", "usb_loader_test", "hold", NULL);
        _exit(EXIT_FAILURE);
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    check(ALPHA, list, 4, "another program has the interface of " ALPHA);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    close(ready[0]);
    check(ALPHA, list, 0, "beta");
}

/* Claims the vendor interface and keeps it until it is ended. */
static int hold(void)
{
    libusb_context *context;
    libusb_device_handle *handle;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (libusb_init(&context) != 0) {
        return EXIT_FAILURE;
    }
    handle = libusb_open_device_with_vid_pid(context, 0x1209, 0x0001);
    if (handle == NULL || libusb_claim_interface(handle, USB_COMPOSITE_BULK) != 0 ||
        write(STDOUT_FILENO, "!", 1) != 1) {
        return EXIT_FAILURE;
    }
    for (;;) {
        pause();
    }
}

/* It hangs, or sends garbage: the tool must not. */
static void device_that_goes_wrong_is_reported(void **state)
{
    static const enum model_how hows[] = {MODEL_SILENT, MODEL_GARBAGE, MODEL_FLOOD, MODEL_DAMAGED};

    (void)state;
    setenv("LOADER_PATIENCE_MS", "500", 1);
    for (size_t i = 0; i < sizeof hows / sizeof hows[0]; i++) {
        arm(FIRST, LINK_LIST, 0, hows[i]);
        check(ALPHA, list, 7, "hint: check the cable");
    }
    unsetenv("LOADER_PATIENCE_MS");
    arm(FIRST, LINK_LIST, 0, MODEL_GOOD);
    check(ALPHA, list, 0, "beta");
}

static void pulled_cable_loses_nothing(void **state)
{
    const char *const install[] = {"install", package.tab, NULL};
    const struct timespec moment = {0, 5000000};
    unsigned before;

    (void)state;
    arm(FIRST, MODEL_DATA, 10 * 1024, MODEL_CLOSED);
    before = bus_shown(FIRST);
    check(ALPHA, install, 7, "hint: check the cable and the device, then run the same command");
    for (int i = 0; i < 4000 && bus_shown(FIRST) == before; i++) {
        nanosleep(&moment, NULL);
    }
    check(ALPHA, install, 0, "resumed at byte 10240");
    check(ALPHA, (const char *const[]){"remove", "gamma", NULL}, 0, "gamma");
}

/* Whatever it was about to say: it is gone, which is said, and it is not asked for more. */
static void device_that_vanishes_at_any_step_is_reported(void **state)
{
    static const uint8_t steps[] = {LINK_HELLO, LINK_INFO,  LINK_KEY,
                                    LINK_LIST,  LINK_BEGIN, LINK_COMMIT};
    const char *const install[] = {"install", package.tab, NULL};

    (void)state;
    for (size_t i = 0; i < sizeof steps; i++) {
        arm(FIRST, steps[i], 0, MODEL_CLOSED);
        check(ALPHA, steps[i] == LINK_LIST ? list : install, steps[i] == LINK_HELLO ? 4 : 7,
              "hint: ");
    }
    arm(FIRST, 0, 0, MODEL_GOOD);
    check(ALPHA, install, 0, "installed gamma");
}

/* The same over a serial port; which tty it is changes with each time that it is plugged in. */
static void serial_port_that_goes_wrong_is_reported(void **state)
{
    static const enum model_how hows[] = {MODEL_SILENT, MODEL_GARBAGE, MODEL_FLOOD};
    const char *const install[] = {"install", package.tab, NULL};
    char selector[48];

    (void)state;
    setenv("LOADER_PATIENCE_MS", "500", 1);
    for (size_t i = 0; i < sizeof hows / sizeof hows[0]; i++) {
        arm(FIRST, LINK_LIST, 0, hows[i]);
        snprintf(selector, sizeof selector, "serial:/dev/%s", bus_tty(FIRST));
        check(selector, list, 7, "hint: check the cable");
    }
    unsetenv("LOADER_PATIENCE_MS");
    arm(FIRST, MODEL_DATA, 10 * 1024, MODEL_CLOSED);
    snprintf(selector, sizeof selector, "serial:/dev/%s", bus_tty(FIRST));
    check(selector, install, 7, "hint: check the cable and the device, then run the same command");
    check(selector, install, 4, "there is no serial port");
    assert_true(bus_wait(FIRST, true));
    snprintf(selector, sizeof selector, "serial:/dev/%s", bus_tty(FIRST));
    check(selector, install, 0, "resumed at byte 10240");
    check(ALPHA, (const char *const[]){"remove", "gamma", NULL}, 0, "gamma");
}

/* It leaves the bus, and comes back with another number and another tty. */
static void restart_is_survived(void **state)
{
    const char *const reboot[] = {"reboot", NULL};
    char selector[48];

    (void)state;
    arm(FIRST, 0, 0, MODEL_GOOD);
    fake[FIRST].plan->leaves = true;
    check(ALPHA, reboot, 0, "is up: kernel");
    check(IDS, reboot, 0, "is up: kernel");
    snprintf(selector, sizeof selector, "serial:/dev/%s", bus_tty(FIRST));
    check(selector, reboot, 0, "is up: kernel");
    /* Bootloader and kernel may be different products. */
    plan[FIRST].product = 0x7D02;
    check(ALPHA, reboot, 0, "is up: kernel");
    check("usb:1209:7d02:"
          "ALPHA-1",
          list, 0, "beta");
    plan[FIRST].product = 0;
    check("usb:1209:7d02:"
          "ALPHA-1",
          reboot, 0, "is up: kernel");
    fake[FIRST].plan->leaves = false;
}

static void monitor_survives_a_restart_and_lends_the_device(void **state)
{
    const char *const monitor[] = {"monitor", "--for", "6", NULL};
    const struct timespec moment = {1, 0};
    static struct tool_run watched;
    pid_t pid;

    (void)state;
    pid = tool_begin(ALPHA, monitor, false);
    nanosleep(&moment, NULL);
    check(IDS, list, 0, "beta");
    plug(FIRST, false);
    plug(FIRST, true);
    nanosleep(&moment, NULL);
    check(ALPHA, list, 0, "beta");
    tool_end(&watched, pid);
    if (tool_fault(&watched, 0) != NULL) {
        tool_show(&watched);
    }
    assert_null(tool_fault(&watched, 0));
}

static void recover_waits_for_the_device(void **state)
{
    const char *const never[] = {"recover", "--wait", "1", package.tab, NULL};

    (void)state;
    plug(FIRST, false);
    check(ALPHA, never, 4, "there is no USB device 1209:0001 with serial number ALPHA-1");
    assert_true(says("waiting for the device"));
    /* Two are no device either, and it says so at once, not at the end. */
    plug(FIRST, true);
    plug(SECOND, true);
    check(IDS, never, 4,
          "there are several such devices: " ALPHA " " BETA "\nwaiting for the device");
    plug(SECOND, false);
}

static void the_stack_kept_its_contract(void **state)
{
    (void)state;
    for (size_t i = 0; i < DEVICES; i++) {
        assert_int_equal(plan[i].breaches, 0);
    }
}

static void start_device(size_t i)
{
    char path[128];
    char name[16];
    unsigned port;

    snprintf(plan[i].serial, sizeof plan[i].serial, "%s", serials[i]);
    plan[i].without_bulk = i == PORT_ALONE;
    plan[i].unplugged = true;
    fake_start(&fake[i], package.public_key);
    assert_int_equal(sscanf(fake[i].selector, "tcp:127.0.0.1:%u", &port), 1);
    snprintf(name, sizeof name, "usb%zu", i);
    (void)device_start(&plan[i], tool_path(path, sizeof path, name), (uint16_t)port);
}

/* Whether all tests of one of the two lists pass: what loader-cli does, or (`hostile`) what is done
 * to it. */
static int run_list(bool hostile)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_devices_there_is_none),
        cmocka_unit_test(the_only_device_is_taken),
        cmocka_unit_test(session_works_over_the_vendor_interface),
        cmocka_unit_test(session_works_over_the_serial_port),
        cmocka_unit_test(among_two_devices_one_must_be_named),
        cmocka_unit_test(serial_port_is_taken_when_it_is_all_there_is),
        cmocka_unit_test(forbidden_device_is_a_matter_of_permission),
        cmocka_unit_test(second_tool_is_told_who_holds_the_device),
        cmocka_unit_test(interface_that_is_taken_is_said_to_be),
        cmocka_unit_test(device_that_goes_wrong_is_reported),
        cmocka_unit_test(pulled_cable_loses_nothing),
        cmocka_unit_test(serial_port_that_goes_wrong_is_reported),
        cmocka_unit_test(restart_is_survived),
        cmocka_unit_test(monitor_survives_a_restart_and_lends_the_device),
        cmocka_unit_test(recover_waits_for_the_device),
        cmocka_unit_test(the_stack_kept_its_contract),
    };
    const struct CMUnitTest hostile_tests[] = {
        cmocka_unit_test(the_only_device_is_taken),
        cmocka_unit_test(same_serial_number_twice_is_no_choice),
        cmocka_unit_test(serial_number_is_shown_as_text),
        cmocka_unit_test(descriptor_that_lies_is_got_over),
        cmocka_unit_test(device_that_vanishes_at_any_step_is_reported),
        cmocka_unit_test(the_stack_kept_its_contract),
    };

    return hostile ? cmocka_run_group_tests(hostile_tests, NULL, NULL)
                   : cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char **argv)
{
    char path[128];
    char name[16];
    int failed;

    if (argc > 1 && strcmp(argv[1], "hold") == 0) {
        return hold();
    }
    tool_setup();
    package_make(&package);
    plan = mmap(NULL, DEVICES * sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                -1, 0);
    if (plan == MAP_FAILED) {
        return EXIT_FAILURE;
    }
    /* All processes are there before this one has threads. */
    for (size_t i = 0; i < DEVICES; i++) {
        start_device(i);
    }
    bus_setup();
    for (size_t i = 0; i < DEVICES; i++) {
        snprintf(name, sizeof name, "usb%zu", i);
        bus_add(i, tool_path(path, sizeof path, name));
    }
    failed = run_list(argc > 1 && strcmp(argv[1], "hostile") == 0);
    for (size_t i = 0; i < DEVICES; i++) {
        fake_stop(&fake[i]);
    }
    return failed;
}
