// SPDX-License-Identifier: Apache-2.0
/*
 * The C library's standard streams on the console. Output is gathered by lines; input comes byte by
 * byte, after what was written has gone out.
 */
#include <stdio.h>

#include <gantry/console.h>

#include "streams.h"

enum { LINE = 64 };

static char line[LINE];
static size_t used;

int streams_flush(void)
{
    size_t length = used;

    used = 0;
    return length == 0 || console_write(line, length) == length ? 0 : EOF;
}

static int put_line(char c, FILE *stream)
{
    (void)stream;
    line[used++] = c;
    if ((c == '\n' || used == sizeof line) && streams_flush() != 0) {
        return EOF;
    }
    return (unsigned char)c;
}

static int put_now(char c, FILE *stream)
{
    int result = put_line(c, stream);

    return streams_flush() == 0 ? result : EOF;
}

static int flush(FILE *stream)
{
    (void)stream;
    return streams_flush();
}

static int get(FILE *stream)
{
    unsigned char byte;
    size_t length;

    (void)stream;
    (void)streams_flush();
    return console_read(&byte, 1, &length) == ABI_OK && length == 1 ? byte : EOF;
}

static FILE input = FDEV_SETUP_STREAM(NULL, get, NULL, _FDEV_SETUP_READ);
static FILE output = FDEV_SETUP_STREAM(put_line, NULL, flush, _FDEV_SETUP_WRITE);
static FILE errors = FDEV_SETUP_STREAM(put_now, NULL, flush, _FDEV_SETUP_WRITE);

FILE *const stdin = &input;
FILE *const stdout = &output;
FILE *const stderr = &errors;
