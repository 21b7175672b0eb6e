// SPDX-License-Identifier: Apache-2.0
/*
 * What picolibc asks of the system below it: memory, the end of the program, the time, and files,
 * of which there are the console's three.
 */
#include <errno.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <gantry/console.h>
#include <gantry/date_time.h>
#include <gantry/memory.h>
#include <gantry/syscall.h>

#include "streams.h"

void *sbrk(ptrdiff_t increment)
{
    void *former = memory_grow(increment);

    if (former == NULL) {
        errno = ENOMEM;
        return (void *)UINTPTR_MAX; /* -1, as POSIX has it */
    }
    return former;
}

_Noreturn void _exit(int code)
{
    (void)streams_flush();
    syscall_exit((uint32_t)code);
}

ssize_t write(int file, const void *data, size_t length)
{
    size_t written;

    if (file != STDOUT_FILENO && file != STDERR_FILENO) {
        errno = EBADF;
        return -1;
    }
    (void)streams_flush(); /* in the order of the calls */
    written = length == 0 ? 0 : console_write(data, length);
    if (written == 0 && length > 0) {
        errno = EIO;
        return -1;
    }
    return (ssize_t)written;
}

ssize_t read(int file, void *data, size_t capacity)
{
    size_t length;

    if (file != STDIN_FILENO) {
        errno = EBADF;
        return -1;
    }
    (void)streams_flush();
    /* One byte: the console answers only when all that was asked for has come. */
    if (capacity > 0 && console_read(data, 1, &length) != ABI_OK) {
        errno = EIO;
        return -1;
    }
    return capacity > 0 ? 1 : 0;
}

int isatty(int file)
{
    if (file < STDIN_FILENO || file > STDERR_FILENO) {
        errno = EBADF;
        return 0;
    }
    return 1;
}

int close(int file)
{
    (void)file;
    errno = EBADF; /* the console stays */
    return -1;
}

off_t lseek(int file, off_t offset, int whence)
{
    (void)offset;
    (void)whence;
    errno = file >= STDIN_FILENO && file <= STDERR_FILENO ? ESPIPE : EBADF;
    return -1;
}

/* For time(). The board's clock is taken for UTC. */
int gettimeofday(struct timeval *time, void *zone)
{
    struct date_time now;
    struct tm date = {0};

    (void)zone;
    if (date_time_get(&now) != ABI_OK) {
        errno = ENODEV;
        return -1;
    }
    date.tm_year = now.year - 1900;
    date.tm_mon = now.month - 1;
    date.tm_mday = now.day;
    date.tm_hour = now.hour;
    date.tm_min = now.minute;
    date.tm_sec = now.second;
    *time = (struct timeval){.tv_sec = mktime(&date)};
    return 0;
}

/*
 * strerror() asks whether the program has this hook. A weak reference that nothing satisfies is no
 * null pointer in a position-independent app: address 0 is relocated too.
 */
char *_user_strerror(int error, int internal, int *status);
char *_user_strerror(int error, int internal, int *status)
{
    (void)error;
    (void)internal;
    (void)status;
    return NULL;
}
