// SPDX-License-Identifier: Apache-2.0
/* Text from outside, made fit to print. */
#include <stdio.h>
#include <string.h>

#include "report.h"

/* Characters that control a terminal, or change the order in which text is shown. */
static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || c == 0x200E || c == 0x200F ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

size_t cli_printable(const void *text, size_t left)
{
    const unsigned char *p = text;
    static const uint32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = p[0] < 0x80 ? 1 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    uint32_t c = length == 1 ? p[0] : p[0] & (0xFFu >> (length + 1));

    if ((p[0] >= 0x80 && p[0] < 0xC2) || p[0] > 0xF4 || length > left) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return 0;
        }
        c = c << 6 | (p[i] & 0x3Fu);
    }
    /* Neither longer than need be, nor half of a pair, nor beyond the last character. */
    if (c < lowest[length] || (c >= 0xD800 && c < 0xE000) || c > 0x10FFFF) {
        return 0;
    }
    return is_control(c) ? 0 : length;
}

char cli_stand_in(unsigned char byte)
{
    return byte == '\t' ? ' ' : '?';
}

const char *cli_clean(const void *text, size_t length, char *out, size_t size)
{
    const unsigned char *p = text;
    size_t used = 0;

    for (size_t i = 0; i < length && used + 5 < size;) {
        size_t step = cli_printable(p + i, length - i);

        if (step == 0) {
            out[used++] = cli_stand_in(p[i]);
            i++;
        } else {
            memcpy(out + used, p + i, step);
            used += step;
            i += step;
        }
    }
    out[used] = '\0';
    return out;
}

char *cli_word(char **rest, const char *separators)
{
    char *word = *rest + strspn(*rest, separators);
    char *end = word + strcspn(word, separators);

    *rest = *end != '\0' ? end + 1 : end;
    *end = '\0';
    return word != end ? word : NULL;
}

const char *cli_hex(const uint8_t *data, size_t length, char *out)
{
    for (size_t i = 0; i < length; i++) {
        snprintf(out + 2 * i, 3, "%02x", data[i]);
    }
    out[2 * length] = '\0';
    return out;
}
