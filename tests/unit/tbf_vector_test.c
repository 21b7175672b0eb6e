// SPDX-License-Identifier: Apache-2.0
/* Headers and footers as they must be understood: tests/vectors/tbf/objects.txt. */
#include <base/bytes.h>
#include <tbf/footer.h>
#include <tbf/header.h>
#include <tbf/storage.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LINE_SIZE = 8192, OBJECT_SIZE = 4096, FOOTERS_AT = 0x40 };

static char line[LINE_SIZE];
static uint8_t object[OBJECT_SIZE];

/* Takes what comes before the separator, terminated, and moves behind it; NULL at the end. */
static char *take(char **at, char separator)
{
    char *word = *at;
    char *end = strchr(word, separator);

    if (*word == '\0') {
        return NULL;
    }
    *at = end != NULL ? end + 1 : word + strlen(word);
    if (end != NULL) {
        *end = '\0';
    }
    return word;
}

/* Reads digits; "-" stands for none. Answers the number of bytes. */
static uint32_t take_bytes(const char *digits, uint8_t *out, uint32_t room)
{
    uint32_t count = 0;
    unsigned byte;

    while (count < room && sscanf(digits + (size_t)2 * count, "%2x", &byte) == 1) {
        out[count++] = (uint8_t)byte;
    }
    assert_true(digits[0] == '-' || strlen(digits) == (size_t)2 * count);
    return count;
}

static void check_number(const struct tbf_header *h, const char *key, uint32_t value)
{
    const struct {
        const char *key;
        uint32_t value;
    } fields[] = {
        {"entry", h->entry},
        {"app_start", h->app_start},
        {"min_ram", h->min_ram},
        {"binary_end", h->binary_end},
        {"version", h->version},
        {"short_id", tbf_short_id(h)},
        {"padding", h->padding},
        {"fixed_ram", h->fixed_ram},
        {"fixed_flash", h->fixed_flash},
        {"kernel", (uint32_t)h->kernel_major << 16 | h->kernel_minor},
        {"fault", (uint32_t)h->fault.policy << 8 | h->fault.restarts},
    };

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (strcmp(fields[i].key, key) == 0) {
            assert_int_equal(fields[i].value, value);
            return;
        }
    }
    fail_msg("no field %s", key);
}

/* "100+20,120+8": all of them, in this order. */
static void check_regions(const struct tbf_header *h, char *list)
{
    uint32_t index = 0;
    char *at;

    while ((at = take(&list, ',')) != NULL) {
        uint32_t offset;
        uint32_t size;
        char *rest;

        assert_true(tbf_writeable_region(&h->tlvs, h->total_size, index++, &offset, &size));
        assert_int_equal(strtoul(at, &rest, 16), offset);
        assert_int_equal(strtoul(rest + 1, NULL, 16), size);
    }
    assert_int_equal(tbf_writeable_count(&h->tlvs), index);
}

/* "1:2,5:127": driver (hexadecimal) and command; without a command: the driver. */
static void check_permissions(const struct tbf_header *h, char *list, bool wanted)
{
    char *at;

    while ((at = take(&list, ',')) != NULL) {
        char *rest;
        uint32_t driver = (uint32_t)strtoul(at, &rest, 16);

        if (*rest == ':') {
            assert_int_equal(tbf_permits_command(h->permissions.data, driver,
                                                 (uint32_t)strtoul(rest + 1, NULL, 10)),
                             wanted);
        } else {
            assert_int_equal(tbf_permits_driver(h->permissions.data, driver), wanted);
        }
    }
}

/* "OWN:w1,r7,m9": the own ShortID, and what it may do with which. */
static void check_storage(const struct tbf_header *h, char *list, bool wanted)
{
    uint32_t own = (uint32_t)strtoul(list, &list, 16);
    char *at;

    assert_int_equal(own, tbf_short_id(h));
    list++;
    while ((at = take(&list, ',')) != NULL) {
        enum tbf_storage_access access = *at == 'w'   ? TBF_STORAGE_WRITE
                                         : *at == 'r' ? TBF_STORAGE_READ
                                                      : TBF_STORAGE_MODIFY;

        assert_int_equal(
            tbf_storage_permits(h->storage.data, own, access, (uint32_t)strtoul(at + 1, NULL, 16)),
            wanted);
    }
}

static void check_field(const struct tbf_header *h, const char *key, char *value)
{
    if (strcmp(key, "regions") == 0) {
        check_regions(h, value);
    } else if (strcmp(key, "permits") == 0 || strcmp(key, "drivers") == 0) {
        check_permissions(h, value, true);
    } else if (strcmp(key, "forbids") == 0 || strcmp(key, "no_drivers") == 0) {
        check_permissions(h, value, false);
    } else if (strcmp(key, "storage") == 0) {
        check_storage(h, value, true);
    } else if (strcmp(key, "no_storage") == 0) {
        check_storage(h, value, false);
    } else {
        check_number(h, key, (uint32_t)strtoul(value, NULL, 16));
    }
}

static void check_object(char *rest)
{
    const char *name = take(&rest, ' ');
    uint32_t room = (uint32_t)strtoul(take(&rest, ' '), NULL, 16);
    const char *header = take(&rest, ' ');
    const char *result = take(&rest, ' ');
    struct tbf_header h;
    char *field;
    int error;

    memset(object, 0xA5, sizeof object);
    (void)take_bytes(header, object, sizeof object);
    error = tbf_header_parse(object, room, &h);
    if (strcmp(error == 0 ? "ok" : tbf_error_name(error), result) != 0) {
        fail_msg("%s: %s instead of %s", name, error == 0 ? "ok" : tbf_error_name(error), result);
    }
    while ((field = take(&rest, ' ')) != NULL) {
        char *value = strchr(field, '=');

        assert_non_null(value);
        *value = '\0';
        check_field(&h, field, value + 1);
    }
}

static void check_footers(char *rest)
{
    struct tbf_header h = {.binary_end = FOOTERS_AT};
    struct tbf_credential credential;
    uint32_t cursor = 0;
    const char *word;
    int end = TBF_E_END;

    (void)take(&rest, ' ');
    h.total_size =
        FOOTERS_AT + take_bytes(take(&rest, ' '), object + FOOTERS_AT, sizeof object - FOOTERS_AT);
    while ((word = take(&rest, ' ')) != NULL) {
        char found[40];

        if (strcmp(word, "bad") == 0) {
            end = TBF_E_FOOTER;
            continue;
        }
        assert_int_equal(tbf_credential_next(object, &h, &cursor, &credential), 0);
        snprintf(found, sizeof found, "%u:%u:%d", credential.format, credential.length,
                 tbf_credential_is_sound(&credential));
        assert_string_equal(found, word);
    }
    assert_int_equal(tbf_credential_next(object, &h, &cursor, &credential), end);
}

/* Runs check() on what is behind this word at the start of a line. */
static void each_line(const char *word, unsigned least, void (*check)(char *rest))
{
    FILE *file = fopen(GANTRY_SOURCE_DIR "/tests/vectors/tbf/objects.txt", "r");
    size_t length = strlen(word);
    unsigned count = 0;

    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, word, length) == 0 && line[length] == ' ') {
            check(line + length + 1);
            count++;
        }
    }
    fclose(file);
    assert_true(count >= least);
}

static void headers_are_understood_as_written_down(void **state)
{
    (void)state;
    each_line("object", 75, check_object);
}

static void footers_are_walked_as_written_down(void **state)
{
    (void)state;
    each_line("footers", 11, check_footers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_understood_as_written_down),
        cmocka_unit_test(footers_are_walked_as_written_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
