// SPDX-License-Identifier: Apache-2.0
/*
 * Memory maps are a small XML language: elements `memory` with three attributes, those of flash
 * with a property. They are looked for as text; what is not found as it has to be is left out, and
 * what is left out is not written to.
 */
#include "gdb.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <base/checked.h>

/* The number that follows `name` and a quotation mark, before `end`. */
static bool attribute(const char *text, const char *end, const char *name, uint32_t *value)
{
    const char *at = strstr(text, name);
    char *stop;
    unsigned long long n;

    if (at == NULL || at >= end) {
        return false;
    }
    at += strlen(name);
    if (*at != '"' && *at != '\'') {
        return false;
    }
    errno = 0;
    n = strtoull(at + 1, &stop, 0);
    *value = (uint32_t)n;
    return stop != at + 1 && errno == 0 && n <= UINT32_MAX;
}

static bool block_size(const char *text, const char *end, uint32_t *value)
{
    const char *at = strstr(text, "blocksize");
    char *stop;
    unsigned long n;

    at = at != NULL && at < end ? strchr(at, '>') : NULL;
    if (at == NULL || at >= end) {
        return false;
    }
    errno = 0;
    n = strtoul(at + 1, &stop, 0);
    *value = (uint32_t)n;
    return stop != at + 1 && errno == 0 && n <= UINT32_MAX && ck_is_power_of_two((uint32_t)n);
}

static bool is_flash(const char *text, const char *end)
{
    const char *at = strstr(text, "type=");

    return at != NULL && at < end &&
           (strncmp(at + 5, "\"flash\"", 7) == 0 || strncmp(at + 5, "'flash'", 7) == 0);
}

size_t gdb_map_read(const char *text, struct gdb_region *region)
{
    size_t count = 0;

    for (const char *at = strstr(text, "<memory "); at != NULL && count < GDB_REGIONS_MAX;
         at = strstr(at + 1, "<memory ")) {
        struct gdb_region r;
        const char *head = strchr(at, '>');
        const char *end = strstr(at, "</memory>");
        uint32_t last;

        if (head == NULL || end == NULL || end < head || !is_flash(at, head)) {
            continue;
        }
        if (attribute(at, head, "start=", &r.start) && attribute(at, head, "length=", &r.length) &&
            block_size(head, end, &r.block) && r.length != 0 &&
            ck_add(r.start, r.length - 1, &last)) {
            region[count++] = r;
        }
    }
    return count;
}
