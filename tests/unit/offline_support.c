// SPDX-License-Identifier: Apache-2.0
#include "offline_support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <base/bytes.h>
#include <link/error.h>
#include <tbf/header.h>
#include <tbf/write.h>
#include <trust/sha256.h>

enum { UNIT = 4, MIN_RAM = 4096 };

const struct board small_board = {
    .name = "small",
    .architecture = "cortex-m4",
    .run = {{FLASH_PAGE, FLASH_BYTES / FLASH_PAGE}},
    .geometry = {.base = FLASH_BASE,
                 .run_count = 1,
                 .write_unit = UNIT,
                 .erase_value = 0xFF,
                 .programs_per_unit = 1},
    .journal = {{FLASH_BASE, 2 * FLASH_PAGE}, {FLASH_BASE + 2 * FLASH_PAGE, 2 * FLASH_PAGE}},
    .spares = {FLASH_BASE + 4 * FLASH_PAGE, 4 * FLASH_PAGE},
    .values = {FLASH_BASE + 8 * FLASH_PAGE, 4 * FLASH_PAGE},
    .apps = {FLASH_BASE + 0x10000, 0x30000},
    .app_ram_size = 0x10000,
    .identities_max = 8,
    .regions = true,
};

void ram_flash_init(struct ram_flash *flash)
{
    *flash = (struct ram_flash){.cut_after = NEVER, .read_fails = NEVER};
    memset(flash->bytes, 0xFF, sizeof flash->bytes);
}

static int ram_read(void *context, uint32_t address, void *data, uint32_t length)
{
    struct ram_flash *flash = context;

    if (flash->reads++ >= flash->read_fails) {
        return LINK_E_IO;
    }
    memcpy(data, flash->bytes + (address - FLASH_BASE), length);
    return 0;
}

/* How many of length bytes a change may still change; *error: power is gone with it. */
static uint32_t allowed(struct ram_flash *flash, uint32_t length, int *error)
{
    const int index = flash->changes++;

    *error = index >= flash->cut_after ? (int)LINK_E_IO : 0;
    if (index < flash->cut_after) {
        return length;
    }
    return index == flash->cut_after && flash->torn ? length / 2 / UNIT * UNIT : 0;
}

static int ram_erase(void *context, uint32_t address, uint32_t size)
{
    struct ram_flash *flash = context;
    int error;
    uint32_t length = allowed(flash, size, &error);

    memset(flash->bytes + (address - FLASH_BASE), 0xFF, length);
    return error;
}

static int ram_program(void *context, uint32_t address, const void *data, uint32_t length)
{
    struct ram_flash *flash = context;
    uint8_t *to = flash->bytes + (address - FLASH_BASE);
    int error;

    length = allowed(flash, length, &error);
    for (uint32_t i = 0; i < length; i += UNIT) {
        const uint8_t *from = (const uint8_t *)data + i;

        flash->violations += !bytes_all(to + i, UNIT, 0xFF) && !bytes_all(from, UNIT, 0);
    }
    memcpy(to, data, length);
    return error;
}

static int ram_barrier(void *context)
{
    (void)context;
    return 0;
}

static void ram_close(void *context)
{
    (void)context;
}

struct memory ram_flash_memory(struct ram_flash *flash)
{
    static const struct memory_ops ops = {ram_read, ram_erase, ram_program, ram_barrier, ram_close};

    return (struct memory){&ops, flash};
}

static int host_read(void *context, uint8_t *data, size_t capacity, uint32_t timeout_ms)
{
    (void)timeout_ms;
    return offline_receive(context, data, capacity);
}

static int host_write(void *context, const uint8_t *data, size_t length)
{
    return offline_send(context, data, length);
}

/* Time that passes whenever somebody looks: a device that is silent is found so soon. */
static uint32_t host_now(void *context)
{
    static uint32_t now;

    (void)context;
    return now++;
}

void session_open(struct session *session, struct ram_flash *flash)
{
    const struct memory memory = ram_flash_memory(flash);

    session->offline = offline_open(&small_board, &memory);
    assert_non_null(session->offline);
    session->transport = (struct link_transport){host_read, host_write, host_now, session->offline};
    link_host_init(&session->host, &session->transport, NULL);
    assert_int_equal(link_host_hello(&session->host), 0);
}

void session_close(struct session *session)
{
    (void)link_host_bye(&session->host, 100); /* it may have been cut off */
    offline_close(session->offline);
}

void app_make(struct app *app, const char *name, uint32_t version, uint32_t size)
{
    uint8_t program[20] = {0};
    struct tbf_writer writer;
    struct tbf_header header;

    memset(app, 0, sizeof *app);
    assert_true(size <= sizeof app->object);
    for (uint32_t i = 0; i < size; i++) {
        app->object[i] = (uint8_t)(i * 7 + i / 251 + version);
    }
    bytes_put_u32(program + 8, MIN_RAM);
    bytes_put_u32(program + 12, size);
    bytes_put_u32(program + 16, version);
    tbf_write_begin(&writer, app->object, size);
    tbf_write_tlv(&writer, TBF_TLV_PROGRAM, program, sizeof program);
    tbf_write_tlv(&writer, TBF_TLV_NAME, name, (uint16_t)strlen(name));
    assert_true(tbf_write_end(&writer, size, TBF_FLAG_ENABLED) > 0);
    assert_int_equal(tbf_header_parse(app->object, size, &header), 0);
    app->size = size;
    app->begin = (struct link_begin){
        .kind = LINK_KIND_APP,
        .size = size,
        .binary_end = header.binary_end,
        .min_ram = MIN_RAM,
        .short_id = tbf_short_id(&header),
        .version = version,
    };
    link_name_set(&app->begin.name, name, strlen(name));
    trust_sha256(app->object, header.binary_end, app->begin.digest);
}

int app_install(struct session *session, const struct app *app, uint8_t flags)
{
    struct link_begin begin = app->begin;
    uint8_t arguments[LINK_REQUEST_MAX];
    const uint8_t *result;
    struct link_begun begun;
    size_t length;
    int error;

    begin.flags = flags;
    length = link_put_begin(&begin, arguments, sizeof arguments);
    error = link_host_request(&session->host, LINK_BEGIN, arguments, length, &result, &length);
    if (error != 0) {
        return error;
    }
    return link_get_begun(result, length, &begun)
               ? link_host_transfer(&session->host, app->object, app->size, &begun)
               : (int)LINK_E_PROTOCOL;
}

int app_at(struct session *session, uint8_t index, struct link_entry *entry)
{
    const uint8_t *result;
    size_t length;
    int error = link_host_request(&session->host, LINK_LIST, &index, 1, &result, &length);

    if (error != 0) {
        return error;
    }
    return link_get_entry(result, length, entry) ? 0 : (int)LINK_E_PROTOCOL;
}

bool app_find(struct session *session, const char *name, struct link_entry *entry)
{
    int error = 0;

    for (uint8_t i = 0; error == 0; i++) {
        error = app_at(session, i, entry);
        if (error == 0 && entry->name.length == strlen(name) &&
            memcmp(entry->name.text, name, entry->name.length) == 0) {
            return true;
        }
    }
    assert_int_equal(error, LINK_NOT_FOUND);
    return false;
}

int app_ask(struct session *session, uint8_t command, const struct link_entry *entry)
{
    uint8_t arguments[8];
    const uint8_t *result;
    size_t length = link_put_app(&entry->app, arguments, sizeof arguments);

    return link_host_request(&session->host, command, arguments, length, &result, &length);
}
