// SPDX-License-Identifier: Apache-2.0
/* A small printf: integers, characters, strings. */
#include <gantry/console.h>
#include <gantry/memory.h>

#include <stdbool.h>

enum { CHUNK = 64, DIGITS_MAX = 20 };

/* Where formatted text goes: a buffer of the caller's, or the console chunk by chunk. */
struct sink {
    char *buffer;
    size_t size;
    size_t used;  /* bytes in the buffer */
    size_t total; /* bytes of the whole text */
    bool flush;   /* a full buffer is written to the console */
};

/* One conversion, such as "%-08lx". */
struct conversion {
    bool left;
    bool zero;
    bool is_long;
    unsigned width;
    char kind;
};

static void put(struct sink *sink, char c)
{
    if (sink->flush && sink->used == sink->size) {
        (void)console_write(sink->buffer, sink->used);
        sink->used = 0;
    }
    if (sink->used < sink->size) {
        sink->buffer[sink->used++] = c;
    }
    sink->total++;
}

static void pad(struct sink *sink, char c, unsigned width, size_t length)
{
    for (; width > length; width--) {
        put(sink, c);
    }
}

static void put_text(struct sink *sink, const struct conversion *c, const char *text, size_t length)
{
    if (!c->left) {
        pad(sink, ' ', c->width, length);
    }
    for (size_t i = 0; i < length; i++) {
        put(sink, text[i]);
    }
    if (c->left) {
        pad(sink, ' ', c->width, length);
    }
}

static void put_number(struct sink *sink, const struct conversion *c, unsigned long value,
                       bool negative)
{
    static const struct conversion plain = {.width = 0};
    const char *digits = c->kind == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    unsigned base = c->kind == 'x' || c->kind == 'X' || c->kind == 'p' ? 16 : 10;
    char text[DIGITS_MAX + 2];
    size_t at = sizeof text;

    do {
        text[--at] = digits[value % base];
        value /= base;
    } while (value != 0);
    if (c->kind == 'p') {
        text[--at] = 'x';
        text[--at] = '0';
    }
    if (c->zero && !c->left) {
        if (negative) {
            put(sink, '-');
        }
        pad(sink, '0', c->width, sizeof text - at + (negative ? 1 : 0));
        negative = false;
    }
    if (negative) {
        text[--at] = '-';
    }
    put_text(sink, c->zero && !c->left ? &plain : c, text + at, sizeof text - at);
}

/* Reads a conversion behind its '%'; answers where the format goes on. */
static const char *parse(const char *format, struct conversion *c)
{
    *c = (struct conversion){0};
    for (;; format++) {
        if (*format == '-') {
            c->left = true;
        } else if (*format == '0') {
            c->zero = true;
        } else {
            break;
        }
    }
    while (*format >= '0' && *format <= '9') {
        c->width = c->width * 10 + (unsigned)(*format++ - '0');
    }
    while (*format == 'l' || *format == 'z' || *format == 'h') {
        c->is_long |= *format++ != 'h';
    }
    c->kind = *format;
    return *format != '\0' ? format + 1 : format;
}

static void format_text(struct sink *sink, const char *format, va_list arguments)
{
    while (*format != '\0') {
        struct conversion c;
        const char *text;
        long value;
        char single;

        if (*format != '%') {
            put(sink, *format++);
            continue;
        }
        format = parse(format + 1, &c);
        switch (c.kind) {
        case 'd':
        case 'i':
            value = c.is_long ? va_arg(arguments, long) : va_arg(arguments, int);
            put_number(sink, &c, value < 0 ? 0ul - (unsigned long)value : (unsigned long)value,
                       value < 0);
            break;
        case 'u':
        case 'x':
        case 'X':
            put_number(sink, &c,
                       c.is_long ? va_arg(arguments, unsigned long)
                                 : va_arg(arguments, unsigned int),
                       false);
            break;
        case 'p':
            put_number(sink, &c, (unsigned long)(uintptr_t)va_arg(arguments, void *), false);
            break;
        case 's':
            text = va_arg(arguments, const char *);
            text = text != NULL ? text : "(null)";
            put_text(sink, &c, text, strlen(text));
            break;
        case 'c':
            single = (char)va_arg(arguments, int);
            put_text(sink, &c, &single, 1);
            break;
        case '\0':
            break;
        default:
            put(sink, c.kind); /* "%%", and what is not known */
            break;
        }
    }
}

int vprintf(const char *format, va_list arguments)
{
    char chunk[CHUNK];
    struct sink sink = {.buffer = chunk, .size = sizeof chunk, .flush = true};

    format_text(&sink, format, arguments);
    if (sink.used > 0) {
        (void)console_write(chunk, sink.used);
    }
    return (int)sink.total;
}

int printf(const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vprintf(format, arguments);
    va_end(arguments);
    return length;
}

int vsnprintf(char *buffer, size_t size, const char *format, va_list arguments)
{
    struct sink sink = {.buffer = buffer, .size = size > 0 ? size - 1 : 0};

    format_text(&sink, format, arguments);
    if (size > 0) {
        buffer[sink.used] = '\0';
    }
    return (int)sink.total;
}

int snprintf(char *buffer, size_t size, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}
