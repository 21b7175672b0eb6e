// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>

#include <base/bytes.h>

#include "../package/credential.h"
#include "../package/tlv.h"
#include "inspect.h"

enum { PER_LINE = 16, SHOWN_MAX = 64, START_WORDS = 10, CREDENTIALS_SHOWN_MAX = 64 };

void inspect_entries(struct cli *cli, const struct bytes *tbf, const struct tbf_header *header,
                     json_t *object)
{
    struct bytes tlvs = {tbf->data + TBF_BASE_SIZE, header->header_size - TBF_BASE_SIZE};
    json_t *list = json_array();
    uint32_t cursor = 0;
    struct tlv tlv;

    while (tlv_next(&tlvs, &cursor, &tlv)) {
        char hex[2 * SHOWN_MAX + 1];
        uint32_t shown = tlv.length < SHOWN_MAX ? tlv.length : SHOWN_MAX;
        uint32_t at = TBF_BASE_SIZE + tlv.at;

        cli_hex(tlv_value(&tlvs, &tlv), shown, hex);
        cli_say(cli, "  TLV           0x%03x: type %u (%s), %u bytes: %s%s", at, tlv.type,
                tlv_type_name(tlv.type), tlv.length, hex, shown < tlv.length ? "..." : "");
        json_array_append_new(list,
                              json_pack("{s:i, s:i, s:s, s:i, s:s}", "offset", (int)at, "type",
                                        (int)tlv.type, "name", tlv_type_name(tlv.type), "length",
                                        (int)tlv.length, "value", hex));
    }
    json_object_set_new(object, "entries", list);
}

void inspect_start(struct cli *cli, const struct bytes *tbf, const struct tbf_header *header,
                   json_t *object)
{
    static const char *const names[START_WORDS] = {
        "got_load",  "got_address", "got_size", "data_load",   "data_address",
        "data_size", "bss_address", "bss_size", "relocations", "stack_size"};
    json_t *start;

    if (header->is_kernel || header->fixed_flash != TBF_NO_FIXED_ADDRESS ||
        header->binary_end - header->app_start < 4 * START_WORDS) {
        cli_say(cli, "  start         none: the code is linked for one place");
        return;
    }
    start = json_object();
    for (size_t i = 0; i < START_WORDS; i++) {
        uint32_t word = bytes_get_u32(tbf->data + header->app_start + 4 * i);

        cli_say(cli, "  start         %-12s 0x%08x", names[i], word);
        json_object_set_new(start, names[i], json_integer(word));
    }
    json_object_set_new(object, "start", start);
}

static void print_line(struct cli *cli, uint32_t at, const uint8_t *data, uint32_t count)
{
    char hex[3 * PER_LINE + 1] = "";
    char text[PER_LINE + 1];

    for (uint32_t i = 0; i < count; i++) {
        snprintf(hex + (size_t)3 * i, sizeof hex - (size_t)3 * i, "%02x ", data[i]);
        text[i] = (char)(data[i] >= ' ' && data[i] < 0x7F ? data[i] : '.');
    }
    text[count] = '\0';
    cli_say(cli, "  %08x  %-48s |%s|", at, hex, text);
}

void inspect_binary(struct cli *cli, const struct bytes *tbf, const struct tbf_header *header)
{
    for (uint32_t at = header->app_start; at < header->binary_end; at += PER_LINE) {
        uint32_t left = header->binary_end - at;

        print_line(cli, at, tbf->data + at, left < PER_LINE ? left : PER_LINE);
    }
}

/* The best that any of the keys says of a credential. */
static int judge(struct cli *cli, const struct bytes *tbf, const struct tbf_header *header,
                 const struct tbf_credential *credential, char *const *keys,
                 enum credential_verdict *verdict)
{
    enum credential_verdict one;
    int code = credential_check(cli, tbf, header, credential, NULL, verdict);

    for (; code == EXIT_DONE && *verdict != CREDENTIAL_FITS && keys != NULL && *keys != NULL;
         keys++) {
        code = credential_check(cli, tbf, header, credential, *keys, &one);
        *verdict = one != CREDENTIAL_UNKNOWN ? one : *verdict;
    }
    return code;
}

int inspect_credentials(struct cli *cli, const struct bytes *tbf, const struct tbf_header *header,
                        char *const *keys, json_t *object)
{
    static const char *const words[] = {", it fits", ", IT DOES NOT FIT", ""};
    json_t *list = json_array();
    struct tbf_credential credential;
    uint32_t cursor = 0;
    int code = EXIT_DONE;
    int step;

    json_object_set_new(object, "credentials", list);
    while ((step = tbf_credential_next(tbf->data, header, &cursor, &credential)) == 0 &&
           json_array_size(list) < CREDENTIALS_SHOWN_MAX) {
        const struct credential_kind *kind = credential_of(credential.format);
        const char *name = kind != NULL ? kind->title : "unknown";
        bool sound = tbf_credential_is_sound(&credential);
        enum credential_verdict verdict;
        json_t *entry;

        code = judge(cli, tbf, header, &credential, keys, &verdict);
        if (code != EXIT_DONE) {
            return code;
        }
        cli_say(cli, "  credential    %s, %u bytes at 0x%x%s%s", name, credential.length,
                credential.offset, sound ? "" : ": not the length of that format, skipped",
                words[verdict]);
        entry = json_pack("{s:s, s:i, s:i, s:b}", "format", name, "length", (int)credential.length,
                          "offset", (int)credential.offset, "sound", (int)sound);
        if (verdict != CREDENTIAL_UNKNOWN) {
            json_object_set_new(entry, "fits", json_boolean(verdict == CREDENTIAL_FITS));
        }
        json_array_append_new(list, entry);
    }
    if (step == 0) {
        cli_say(cli, "  credential    there are more than %d: the others are not shown",
                CREDENTIALS_SHOWN_MAX);
    } else if (step == TBF_E_FOOTER) {
        cli_say(cli, "  credential    malformed: %s", tbf_error_text(step));
    }
    return EXIT_DONE;
}
