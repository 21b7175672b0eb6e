// SPDX-License-Identifier: Apache-2.0
/* Flash alone: what needs a device that runs is refused in words, and the rules of a kernel hold.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "package.h"
#include "tool.h"

static struct package package;
static struct tool_run run;
static char image[128];    /* a file */
static char selector[160]; /* it as a device */

static void check(const char *const *words, int code, const char *text)
{
    const char *fault;

    tool_run(&run, selector, words);
    fault = tool_fault(&run, code);
    if (fault != NULL || (strstr(run.out, text) == NULL && strstr(run.err, text) == NULL)) {
        tool_show(&run);
        fail_msg("%s: %s, wanted %d and '%s'", words[0], fault != NULL ? fault : "other text", code,
                 text);
    }
}

#define CHECK(code, text, ...) check((const char *const[]){__VA_ARGS__, NULL}, code, text)

static int make_image(void **state)
{
    (void)state;
    (void)remove(image);
    CHECK(0, "", "image", "new", image, "--board", "mps2_an386");
    return 0;
}

/* Packs the executable; answers the name of the package, which stays until the next one. */
static const char *pack(const char *version, const char *kernel_version)
{
    static char path[128];

    tool_path(path, sizeof path, "packed.tab");
    CHECK(0, "", "pack", package.elf, "--name", "app", "--app-version", version, "--kernel-version",
          kernel_version, "--key", package.key, "-o", path);
    return path;
}

static void what_needs_a_running_device_is_refused(void **state)
{
    static const char *const of_an_app[] = {"start",  "stop",  "restart", "pause",
                                            "resume", "fault", NULL};

    (void)state;
    CHECK(0, "installed", "install", package.tab);
    CHECK(4, "in which nothing runs", "monitor");
    CHECK(4, "in which nothing runs", "monitor", "--reset", "--for", "1");
    CHECK(4, "in which nothing runs", "ps");
    CHECK(4, "in which nothing runs", "ps", "-v");
    CHECK(4, "in which nothing runs", "reboot");
    CHECK(4, "in which nothing runs", "reboot", "--bootloader");
    CHECK(4, "in which nothing runs", "kernel", "revert");
    CHECK(4, "kernel install writes one", "kernel", "update", package.tab);
    for (size_t i = 0; of_an_app[i] != NULL; i++) {
        CHECK(4, "in which nothing runs", of_an_app[i], "gamma");
    }
    CHECK(0, "disabled", "disable", "gamma");
}

/* The plan, the install and the kernel agree on who gets in. */
static void a_kernel_that_is_too_old_is_found_before_anything_is_sent(void **state)
{
    (void)state;
    CHECK(5, "needs kernel 9.9, this one has 2.", "install", "--dry-run", pack("1", "9.9"));
    CHECK(5, "needs kernel 9.9, this one has 2.", "install", pack("1", "9.9"));
    CHECK(5, "needs kernel 2.4", "install", pack("1", "2.4"));
    CHECK(5, "needs kernel 3.0", "install", pack("1", "3.0"));
    /* Nor by whoever is not asked first. */
    CHECK(5, "header does not say", "install", "--unchecked", pack("1", "9.9"));
    CHECK(0, "no apps", "list");
    CHECK(0, "would install", "install", "--dry-run", pack("1", "2.3"));
    CHECK(0, "installed", "install", pack("1", "2.3"));
    CHECK(0, "installed", "install", pack("2", "none"));
}

static void an_app_that_waits_for_a_kernel_is_not_replaced_by_an_older_one(void **state)
{
    (void)state;
    CHECK(0, "version 2", "install", pack("2", "2.2"));
    CHECK(5, "version 1, the device accepts 2", "install", "--dry-run", pack("1", "2.2"));
    CHECK(5, "version 1, the device accepts 2", "install", pack("1", "2.2"));
    CHECK(5, "version 1, the device accepts 2", "install", "--unchecked", pack("1", "2.2"));
    CHECK(0, "version   2", "list", "-v");
    CHECK(0, "from version 2 to 3", "install", "--dry-run", pack("3", "2.2"));
    CHECK(0, "version 3", "install", pack("3", "2.2"));
    /* No kernel has accepted one: once it is gone, nothing speaks against an older one. */
    CHECK(0, "removed", "remove", "app");
    CHECK(0, "version 1", "install", pack("1", "2.2"));
}

/* Several packages are planned as if those before them were installed. */
static void a_plan_of_several_refuses_what_would_be_older_then(void **state)
{
    char first[128];

    (void)state;
    tool_path(first, sizeof first, "first.tab");
    assert_int_equal(rename(pack("2", "2.2"), first), 0);
    CHECK(5, "version 1, the device accepts 2", "install", "--dry-run", first, pack("1", "2.2"));
}

/* A kernel was written, and nothing says that it runs. */
static void recovering_an_image_writes_it_and_says_so(void **state)
{
    char key[128];
    char foreign[128];

    (void)state;
    package_make_kernel(&package, "4");
    tool_path(key, sizeof key, "foreign.pem");
    tool_path(foreign, sizeof foreign, "foreign.tab");
    CHECK(0, "", "keygen", key);
    CHECK(0, "", "pack", package.elf, "--name", "foreign", "--key", key, "-o", foreign);
    CHECK(0, "written: a kernel; the bootloader decides", "recover", package.kernel);
    assert_non_null(strstr(run.out, "nothing runs"));
    assert_null(strstr(run.out, "recovered"));
    CHECK(1, "for the slot", "recover", package.kernel);
    (void)make_image(NULL);
    CHECK(0, "written: a kernel, 1 app for it to verify", "recover", package.kernel, package.tab);
    CHECK(0, "gamma", "list");
    /* The keys of the kernel that was just written count. */
    (void)make_image(NULL);
    CHECK(5, "none of the keys", "recover", package.kernel, foreign);
}

static void spoil(long at, size_t length)
{
    FILE *file = fopen(image, "r+b");

    assert_true(file != NULL && fseek(file, at, SEEK_SET) == 0);
    for (size_t i = 0; i < length; i++) {
        assert_int_not_equal(fputc((int)(i * 73 % 251), file), EOF);
    }
    assert_int_equal(fclose(file), 0);
}

static void a_file_that_is_no_flash_is_remarked_upon(void **state)
{
    static const char remark[] = "is it a whole flash of that board?";

    (void)state;
    CHECK(0, "no apps", "list");
    assert_null(strstr(run.err, remark));
    CHECK(0, "installed", "install", package.tab);
    assert_null(strstr(run.err, remark));
    CHECK(0, "gamma", "list");
    assert_null(strstr(run.err, remark));
    (void)make_image(NULL);
    spoil(0, 4 << 20);
    CHECK(0, remark, "list");
    CHECK(0, remark, "install", package.tab);
    CHECK(0, "gamma", "list"); /* now it has a journal */
    assert_null(strstr(run.err, remark));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_needs_a_running_device_is_refused, make_image),
        cmocka_unit_test_setup(a_kernel_that_is_too_old_is_found_before_anything_is_sent,
                               make_image),
        cmocka_unit_test_setup(an_app_that_waits_for_a_kernel_is_not_replaced_by_an_older_one,
                               make_image),
        cmocka_unit_test_setup(a_plan_of_several_refuses_what_would_be_older_then, make_image),
        cmocka_unit_test_setup(recovering_an_image_writes_it_and_says_so, make_image),
        cmocka_unit_test_setup(a_file_that_is_no_flash_is_remarked_upon, make_image),
    };

    tool_setup();
    package_make(&package);
    tool_path(image, sizeof image, "flash.img");
    snprintf(selector, sizeof selector, "file:%s", image);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
