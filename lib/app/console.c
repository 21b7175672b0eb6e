// SPDX-License-Identifier: Apache-2.0
#include <gantry/console.h>
#include <gantry/memory.h>
#include <gantry/syscall.h>

/* What is under way without anybody waiting; function NULL: nothing. */
static struct {
    console_write_function *function;
    void *context;
} writing;

static struct {
    console_read_function *function;
    void *context;
} reading;

static void end_write(uint32_t written)
{
    console_write_function *function = writing.function;

    (void)syscall_allow_ro(ABI_DRIVER_CONSOLE, ABI_CONSOLE_RO_WRITE, NULL, 0);
    writing.function = NULL; /* first: the function may begin the next write */
    if (function != NULL) {
        function(writing.context, written);
    }
}

static void written(uint32_t count, uint32_t unused1, uint32_t unused2, void *userdata)
{
    (void)unused1;
    (void)unused2;
    (void)userdata;
    end_write(count);
}

static void received(uint32_t status, uint32_t length, uint32_t unused, void *userdata)
{
    console_read_function *function = reading.function;

    (void)unused;
    (void)userdata;
    (void)syscall_allow_rw(ABI_DRIVER_CONSOLE, ABI_CONSOLE_RW_READ, NULL, 0);
    reading.function = NULL;
    if (function != NULL) {
        function(reading.context, (enum abi_error)status, length);
    }
}

static enum abi_error begin_write(const void *data, size_t length)
{
    enum abi_error error =
        syscall_error(syscall_allow_ro(ABI_DRIVER_CONSOLE, ABI_CONSOLE_RO_WRITE, data, length));

    return error != ABI_OK ? error
                           : syscall_error(syscall_command(ABI_DRIVER_CONSOLE, ABI_CONSOLE_WRITE,
                                                           (uint32_t)length, 0));
}

static enum abi_error begin_read(void *data, size_t capacity)
{
    enum abi_error error =
        syscall_error(syscall_allow_rw(ABI_DRIVER_CONSOLE, ABI_CONSOLE_RW_READ, data, capacity));

    return error != ABI_OK ? error
                           : syscall_error(syscall_command(ABI_DRIVER_CONSOLE, ABI_CONSOLE_READ,
                                                           (uint32_t)capacity, 0));
}

size_t console_write(const void *data, size_t length)
{
    uint32_t got[3] = {0, 0, 0};

    while (writing.function != NULL) {
        syscall_yield_wait_for(ABI_DRIVER_CONSOLE, ABI_CONSOLE_UPCALL_WRITTEN, got);
        end_write(got[0]);
    }
    got[0] = 0;
    if (begin_write(data, length) == ABI_OK) {
        syscall_yield_wait_for(ABI_DRIVER_CONSOLE, ABI_CONSOLE_UPCALL_WRITTEN, got);
    }
    end_write(got[0]);
    return got[0];
}

void console_print(const char *text)
{
    (void)console_write(text, strlen(text));
}

enum abi_error console_write_async(const void *data, size_t length,
                                   console_write_function *function, void *context)
{
    enum abi_error error;

    if (function == NULL) {
        return ABI_INVAL;
    }
    if (writing.function != NULL) {
        return ABI_BUSY;
    }
    error = syscall_error(
        syscall_subscribe(ABI_DRIVER_CONSOLE, ABI_CONSOLE_UPCALL_WRITTEN, written, NULL));
    error = error == ABI_OK ? begin_write(data, length) : error;
    if (error != ABI_OK) {
        end_write(0);
        return error;
    }
    writing.function = function;
    writing.context = context;
    return ABI_OK;
}

enum abi_error console_read(void *data, size_t capacity, size_t *length)
{
    uint32_t got[3] = {ABI_OK, 0, 0};
    enum abi_error error;

    *length = 0;
    if (reading.function != NULL) {
        return ABI_BUSY;
    }
    error = begin_read(data, capacity);
    if (error == ABI_OK) {
        syscall_yield_wait_for(ABI_DRIVER_CONSOLE, ABI_CONSOLE_UPCALL_READ, got);
        error = (enum abi_error)got[0];
        *length = got[1];
    }
    (void)syscall_allow_rw(ABI_DRIVER_CONSOLE, ABI_CONSOLE_RW_READ, NULL, 0);
    return error;
}

enum abi_error console_read_async(void *data, size_t capacity, console_read_function *function,
                                  void *context)
{
    enum abi_error error;

    if (function == NULL) {
        return ABI_INVAL;
    }
    if (reading.function != NULL) {
        return ABI_BUSY;
    }
    error = syscall_error(
        syscall_subscribe(ABI_DRIVER_CONSOLE, ABI_CONSOLE_UPCALL_READ, received, NULL));
    error = error == ABI_OK ? begin_read(data, capacity) : error;
    if (error != ABI_OK) {
        (void)syscall_allow_rw(ABI_DRIVER_CONSOLE, ABI_CONSOLE_RW_READ, NULL, 0);
        return error;
    }
    reading.function = function;
    reading.context = context;
    return ABI_OK;
}

void console_read_cancel(void)
{
    (void)syscall_command(ABI_DRIVER_CONSOLE, ABI_CONSOLE_ABORT_READ, 0, 0);
}
