// SPDX-License-Identifier: Apache-2.0
/*
 * Any bytes as a package: reading, showing and editing it ends, stays inside its bytes, and gives
 * everything back. What is read can be written and read again.
 *
 * The first byte of the input is not part of the package: with bit 0 set, checksums of tar headers
 * are put right, with bit 1 those of TBF headers, so that what is behind them is looked at.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <base/bytes.h>
#include <commands/inspect.h>
#include <package/tlv.h>
#include <tbf/footer.h>

#include "input_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BLOCK = 512, INPUT_MAX = 1 << 18, UNFOLDED_MAX = 32 << 20, WRITTEN_MAX = 1 << 20 };

static void mend_tar(uint8_t *block)
{
    unsigned sum = 0;

    memset(block + 148, ' ', 8);
    for (int i = 0; i < BLOCK; i++) {
        sum += block[i];
    }
    snprintf((char *)block + 148, 8, "%06o", sum);
}

static void mend_tbf(uint8_t *object, size_t left)
{
    size_t length = bytes_get_u16(object + 2);
    uint32_t sum = 0;

    bytes_put_u32(object + 12, 0);
    for (size_t i = 0; i + 4 <= length && i + 4 <= left; i += 4) {
        sum ^= bytes_get_u32(object + i);
    }
    bytes_put_u32(object + 12, sum);
}

static void mend(uint8_t *file, size_t size, unsigned what)
{
    for (size_t at = 0; at + BLOCK <= size; at += BLOCK) {
        if ((what & 1u) != 0 && memcmp(file + at + 257, "ustar", 5) == 0) {
            mend_tar(file + at);
        }
        if ((what & 2u) != 0 && file[at] == TBF_VERSION && file[at + 1] == 0) {
            mend_tbf(file + at, size - at);
        }
    }
}

/* Takes a header apart and puts it back. */
static void edit(struct cli *cli, const struct tab_member *member)
{
    struct bytes copy = {NULL, 0};
    struct header_edit taken;
    size_t dropped;

    if (header_edit_begin(cli, &member->tbf, member->name, &taken) != EXIT_DONE) {
        return;
    }
    if (bytes_resize(&copy, member->tbf.size)) {
        struct tbf_header header;

        memcpy(copy.data, member->tbf.data, member->tbf.size);
        if (header_edit_end(cli, &taken, member->name, &copy, &dropped) == EXIT_DONE &&
            image_parse(cli, &copy, member->name, &header) != EXIT_DONE) {
            abort();
        }
    }
    bytes_free(&copy);
    header_edit_free(&taken);
}

static void look(struct cli *cli, const struct tab_member *member)
{
    struct tbf_header header;
    json_t *object = json_object();

    if (image_parse(cli, &member->tbf, member->name, &header) == EXIT_DONE) {
        if (header.total_size > member->tbf.size || header.binary_end > header.total_size) {
            abort();
        }
        inspect_entries(cli, &member->tbf, &header, object);
        inspect_start(cli, &member->tbf, &header, object);
        (void)inspect_credentials(cli, &member->tbf, &header, NULL, object);
        edit(cli, member);
    }
    json_decref(object);
}

/* What was read is written, read again, and the same. */
static void compare(struct cli *cli, const struct tab *tab)
{
    static struct tab again;
    char path[64];

    snprintf(path, sizeof path, "/dev/shm/gantry-fuzz.%ld", (long)getpid());
    if (tab_write(cli, path, tab) != EXIT_DONE || tab_read(cli, path, &again) != EXIT_DONE ||
        again.count != tab->count || strcmp(again.name, tab->name) != 0) {
        abort();
    }
    for (size_t i = 0; i < again.count; i++) {
        if (again.member[i].tbf.size != tab->member[i].tbf.size ||
            strcmp(again.member[i].name, tab->member[i].name) != 0) {
            abort();
        }
    }
    unlink(path);
    tab_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t file[INPUT_MAX];
    static struct tab tab;
    size_t unfolded = 0;
    struct cli cli = input_cli();

    if (size > 0 && size <= sizeof file) {
        memcpy(file, data + 1, size - 1);
        mend(file, size - 1, data[0]);
        if (tab_read(&cli, input_file(file, size - 1), &tab) == EXIT_DONE) {
            for (size_t i = 0; i < tab.count; i++) {
                unfolded += tab.member[i].tbf.size;
                look(&cli, &tab.member[i]);
            }
            if (unfolded > UNFOLDED_MAX || tab.count > TAB_MEMBERS_MAX) {
                abort();
            }
            if (unfolded < WRITTEN_MAX) {
                compare(&cli, &tab);
            }
            tab_free(&tab);
        } else if (tab.count != 0) {
            abort();
        }
    }
    input_cli_free(&cli);
    return 0;
}
