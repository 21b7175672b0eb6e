// SPDX-License-Identifier: Apache-2.0
/* What the tests of loader-cli/package share: a folder of their own, a tool whose errors are kept.
 */
#ifndef PACKAGE_SUPPORT_H
#define PACKAGE_SUPPORT_H

#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <base/bytes.h>
#include <cli/cli.h>
#include <package/package.h>
#include <tbf/footer.h>
#include <tbf/write.h>

static struct cli cli;
static char folder[] = "/tmp/gantry-test-XXXXXX";
static char path[64]; /* the file that a test is about */
static int loud;      /* where complaints go otherwise */

static int package_setup(void **state)
{
    (void)state;
    cli = (struct cli){.hooks = &cli_hooks, .quiet = 1, .result = json_object()};
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    snprintf(path, sizeof path, "%s/file", folder);
    return 0;
}

/* Errors are asked for, by the thousand: they are read from cli.result and not shown. */
static inline void hush(void)
{
    int fd = open("/dev/null", O_WRONLY);

    fflush(stderr);
    loud = dup(STDERR_FILENO);
    assert_true(fd >= 0 && loud >= 0 && dup2(fd, STDERR_FILENO) >= 0);
    close(fd);
}

static inline int speak(int code)
{
    fflush(stderr);
    assert_true(dup2(loud, STDERR_FILENO) >= 0);
    close(loud);
    return code;
}
/* Calls something that may complain. */
#define HUSHED(call) (hush(), speak(call))

static int package_teardown(void **state)
{
    (void)state;
    unlink(path);
    json_decref(cli.result);
    return rmdir(folder);
}

/* What the latest error said. */
static inline const char *complaint(void)
{
    const char *text = json_string_value(json_object_get(cli.result, "error"));

    return text != NULL ? text : "";
}

static inline void put_file(const void *data, size_t size)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* An app of so many bytes of code, at the start of a PIC binary. */
static inline struct elf_app app_of_size(size_t size)
{
    struct elf_app app = {.ram_size = 1000, .position_independent = true};

    assert_true(bytes_resize(&app.binary, size));
    for (size_t i = 0; i < size; i++) {
        app.binary.data[i] = (uint8_t)(i * 3);
    }
    return app;
}

static inline void make_tbf(size_t size, const struct image_options *options, struct bytes *tbf)
{
    struct elf_app app = app_of_size(size);

    assert_int_equal(image_build(&cli, &app, options, tbf), EXIT_DONE);
    bytes_free(&app.binary);
}

#endif
