// SPDX-License-Identifier: Apache-2.0
/* Where the tickv commands look, and how they begin and end. */
#include "tickv.h"

#include <stdlib.h>
#include <string.h>

#include <base/checked.h>
#include <hil/error.h>

#include "../cli/number.h"

char *tickv_start;
char *tickv_size;
char *tickv_count;
int tickv_force;
int tickv_hashed;

int tickv_key(struct cli *cli, const char *key, uint8_t hash[SIPHASH_SIZE])
{
    const size_t digits = strspn(key, "0123456789abcdefABCDEF");
    char pair[3] = "";

    if (key[0] == '\0') {
        return cli_fail(cli, EXIT_USAGE, NULL, "a key has at least one character");
    }
    if (tickv_hashed == 0) {
        siphash_zero_key(key, strlen(key), hash);
        return EXIT_DONE;
    }
    if (digits != (size_t)2 * SIPHASH_SIZE || key[digits] != '\0') {
        return cli_fail(cli, EXIT_USAGE, "loader-cli tickv dump shows the hashes",
                        "'%s' is not a hash of %u digits", key, 2 * SIPHASH_SIZE);
    }
    for (size_t i = 0; i < SIPHASH_SIZE; i++) {
        memcpy(pair, key + 2 * i, 2);
        hash[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return EXIT_DONE;
}

static bool option(const char *text, uint32_t *value)
{
    return text == NULL || number_read(text, value);
}

/* What board and options say. Spare pages are the board's: they go with its own regions only. */
static int find_place(struct cli *cli, const struct board *board, struct tickv_place *place)
{
    const struct store_extent *values = &board->values;
    uint32_t start;
    uint32_t page = 0;

    memset(place, 0, sizeof *place);
    if (values->size != 0) {
        (void)hil_flash_page(&board->geometry, values->address, &start, &page);
        *place = (struct tickv_place){values->address, page, values->size / page, 0, 0};
    }
    if (!option(tickv_start, &place->address) || !option(tickv_size, &place->region_size) ||
        !option(tickv_count, &place->regions)) {
        return cli_fail(cli, EXIT_USAGE, "as in 4096 or 0x21070000",
                        "--start-address, --region-size and --number-regions are numbers");
    }
    if (values->size == 0 && (tickv_start == NULL || tickv_size == NULL || tickv_count == NULL)) {
        return cli_fail(cli, EXIT_USAGE,
                        "--start-address, --region-size and --number-regions say where",
                        "it is not known where %s keeps values", board->name);
    }
    if (values->size != 0 && place->address == values->address && place->region_size == page &&
        place->regions == values->size / page) {
        place->spares = board->spares.address;
        place->spare_count = board->spares.size / page;
    }
    return EXIT_DONE;
}

/* What the store has is not for values, whatever the options say. */
static int check_place(struct cli *cli, const struct board *board, const struct tickv_place *place)
{
    const struct store_extent *taken[] = {&board->journal[0], &board->journal[1], &board->apps,
                                          &board->slot[0], &board->slot[1]};
    uint32_t length;

    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        if (taken[i]->size != 0 && ck_mul(place->region_size, place->regions, &length) &&
            ck_ranges_overlap(place->address, length, taken[i]->address, taken[i]->size)) {
            return cli_fail(cli, EXIT_USAGE, NULL,
                            "%u bytes at 0x%x are where %s has its journal, its kernels or its "
                            "apps",
                            length, place->address, board->name);
        }
    }
    return EXIT_DONE;
}

int tickv_finish(struct device *device, int error, const char *what)
{
    static const struct {
        int error;
        int code;
        const char *hint;
    } known[] = {
        {KV_E_NOT_FOUND, EXIT_NOTHING, "loader-cli tickv dump shows what there is"},
        {KV_E_FULL, EXIT_SPACE, "loader-cli tickv cleanup, or invalidate what is not needed"},
        {KV_E_SIZE, EXIT_SPACE, "a value has up to 2039 bytes, and fits into a region"},
        {TICKV_E_EXISTS, EXIT_FAILED, "--replace stores the new value in place of the old one"},
        {TICKV_E_UNSAFE, EXIT_REFUSED, "--force does it all the same"},
        {TICKV_E_HIDDEN, EXIT_REFUSED,
         "loader-cli tickv dump shows them as hidden; save them, then --force"},
        {TICKV_E_FOREIGN, EXIT_FAILED,
         "loader-cli tickv dump shows what is there, and reset makes an empty store of it"},
        {TICKV_E_PLACE, EXIT_USAGE,
         "--start-address and --region-size are multiples of the flash's pages"},
    };
    const int lost = offline_settle(device->line.offline);

    if (lost != 0 || error == 0) {
        return lost != 0 ? device_fail_offline(device, lost, what) : EXIT_DONE;
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].error == error) {
            return cli_fail(device->cli, known[i].code, known[i].hint, "%s: %s", what,
                            tickv_error_text(error));
        }
    }
    return tickv_error_text(error) != NULL
               ? cli_fail(device->cli, EXIT_FAILED, NULL, "%s: %s", what, tickv_error_text(error))
               : device_fail_offline(device, error, what);
}

static int open_area(struct device *device, struct tickv_area *area, bool change)
{
    const struct board *board = offline_board(device->line.offline);
    const struct hil_flash *flash;
    struct tickv_place place;
    int error;
    int code = find_place(device->cli, board, &place);

    code = code == EXIT_DONE ? check_place(device->cli, board, &place) : code;
    if (code != EXIT_DONE) {
        return code;
    }
    flash = offline_hil(device->line.offline, change, &error);
    error = flash != NULL ? tickv_open(area, flash, &place, tickv_force != 0) : error;
    return tickv_finish(device, error, "tickv");
}

int tickv_begin(struct cli *cli, struct device *device, struct tickv_area *area)
{
    int code = device_open_offline(cli, device);

    if (code != EXIT_DONE) {
        return code;
    }
    code = open_area(device, area, false);
    if (code != EXIT_DONE) {
        device_close(device);
    }
    return code;
}

int tickv_change(struct device *device, struct tickv_area *area)
{
    tickv_close(area);
    return open_area(device, area, true);
}

void tickv_end(struct device *device, struct tickv_area *area)
{
    tickv_close(area);
    device_close(device);
}
