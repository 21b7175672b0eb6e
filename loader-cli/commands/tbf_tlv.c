// SPDX-License-Identifier: Apache-2.0
/* tbf tlv add, modify, delete: entries of headers. */
#include <stdio.h>
#include <string.h>

#include <base/bytes.h>

#include "../package/tlv.h"
#include "commands.h"
#include "tbf.h"

enum { PACKAGE, NAME, FIRST, SECOND, THIRD, WORDS_MAX, VALUE_MAX = 1100, IDS_MAX = 16 };

static const struct poptOption options[] = {
    TBF_FILE_OPTIONS,
    POPT_TABLEEND,
};

/* A value that is being put together. */
struct value {
    uint16_t type;
    uint16_t length;
    uint8_t data[VALUE_MAX];
};

static int bad_value(struct cli *cli, const char *name, const char *wanted)
{
    return cli_fail(cli, EXIT_USAGE, wanted, "that is no value for '%s'", name);
}

static size_t count_words(const char **argument)
{
    size_t count = 0;

    while (argument[count] != NULL) {
        count++;
    }
    return count;
}

/* Two numbers of 32 bits. */
static bool read_pair(const char **argument, struct value *value)
{
    unsigned long long first;
    unsigned long long second;

    if (count_words(argument) != SECOND + 1 || !tbf_number(argument[FIRST], UINT32_MAX, &first) ||
        !tbf_number(argument[SECOND], UINT32_MAX, &second)) {
        return false;
    }
    bytes_put_u32(value->data + value->length, (uint32_t)first);
    bytes_put_u32(value->data + value->length + 4, (uint32_t)second);
    value->length = (uint16_t)(value->length + 8);
    return true;
}

static bool read_version(const char **argument, struct value *value)
{
    uint16_t major;
    uint16_t minor;

    if (count_words(argument) != FIRST + 1 || !version_read(argument[FIRST], &major, &minor)) {
        return false;
    }
    bytes_put_u16(value->data, major);
    bytes_put_u16(value->data + 2, minor);
    value->length = 4;
    return true;
}

/* Further permissions, beside those that `value` holds. */
static bool read_permissions(const char **argument, struct value *value)
{
    static struct image_rights rights;

    rights = (struct image_rights){.restricted = true};
    if (count_words(argument) <= FIRST || value->length > sizeof rights.permissions) {
        return false;
    }
    memcpy(rights.permissions, value->data, value->length);
    for (size_t i = FIRST; argument[i] != NULL; i++) {
        if (!rights_permit(&rights, argument[i])) {
            return false;
        }
    }
    value->length = rights_permissions_size(&rights);
    memcpy(value->data, rights.permissions, value->length);
    return true;
}

/* Splits "1,2,3" in place; "-" is none. */
static bool split_ids(char *text, const char *ids[IDS_MAX + 1])
{
    size_t count = 0;
    char *rest = text;

    if (strcmp(text, "-") != 0) {
        for (char *at = cli_word(&rest, ","); at != NULL && count < IDS_MAX;
             at = cli_word(&rest, ",")) {
            ids[count++] = at;
        }
    }
    ids[count] = NULL;
    return strcmp(text, "-") == 0 || count > 0;
}

static bool read_storage(const char **argument, struct value *value)
{
    struct image_rights rights = {.storage_size = 0};
    unsigned long long write_id;
    char text[2][256];
    const char *read[IDS_MAX + 1];
    const char *modify[IDS_MAX + 1];

    if (count_words(argument) != THIRD + 1 || strlen(argument[SECOND]) >= sizeof text[0] ||
        strlen(argument[THIRD]) >= sizeof text[1] ||
        !tbf_number(argument[FIRST], UINT32_MAX, &write_id)) {
        return false;
    }
    snprintf(text[0], sizeof text[0], "%s", argument[SECOND]);
    snprintf(text[1], sizeof text[1], "%s", argument[THIRD]);
    if (!split_ids(text[0], read) || !split_ids(text[1], modify) ||
        !rights_store(&rights, (uint32_t)write_id, read, modify)) {
        return false;
    }
    memcpy(value->data, rights.storage, rights.storage_size);
    value->length = rights.storage_size;
    return true;
}

static bool read_name(const char **argument, struct value *value)
{
    size_t length = count_words(argument) == FIRST + 1 ? strlen(argument[FIRST]) : 0;

    if (length == 0 || length > TBF_NAME_MAX) {
        return false;
    }
    memcpy(value->data, argument[FIRST], length);
    value->length = (uint16_t)length;
    return true;
}

static bool read_short_id(const char **argument, struct value *value)
{
    unsigned long long id;

    if (count_words(argument) != FIRST + 1 || !tbf_number(argument[FIRST], UINT32_MAX, &id)) {
        return false;
    }
    bytes_put_u32(value->data, (uint32_t)id);
    value->length = 4;
    return true;
}

static bool read_fault(const char **argument, struct value *value)
{
    value->length = TBF_FAULT_VALUE_SIZE;
    return count_words(argument) == FIRST + 1 &&
           fault_read(argument[FIRST], &value->data[0], &value->data[1]);
}

static bool hex_digit(char c, uint8_t *digit)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c != '\0' ? strchr(digits, c >= 'A' && c <= 'F' ? c + 'a' - 'A' : c) : NULL;

    *digit = at != NULL ? (uint8_t)(at - digits) : 0;
    return at != NULL;
}

/* raw TYPE HEX: any entry at all. */
static bool read_raw(const char **argument, struct value *value)
{
    unsigned long long type;
    const char *hex;
    uint8_t high;
    uint8_t low;

    if (count_words(argument) != SECOND + 1 || !tbf_number(argument[FIRST], UINT16_MAX, &type)) {
        return false;
    }
    hex = argument[SECOND];
    value->type = (uint16_t)type;
    for (value->length = 0; hex[0] != '\0' && value->length < VALUE_MAX; hex += 2) {
        if (!hex_digit(hex[0], &high) || !hex_digit(hex[1], &low)) {
            return false;
        }
        value->data[value->length++] = (uint8_t)(high << 4 | low);
    }
    return hex[0] == '\0';
}

/* What can be added: how its value is read, and whether one that is there becomes longer. */
static const struct {
    const char *name;
    bool grows;
    bool (*read)(const char **argument, struct value *value);
    const char *wanted;
} entries[] = {
    {"writeable_flash_regions", true, read_pair,
     "tbf tlv add PACKAGE writeable_flash_regions "
     "OFFSET LENGTH"},
    {"name", false, read_name, "tbf tlv add PACKAGE name NAME, of at most 32 bytes"},
    {"fixed_addresses", false, read_pair, "tbf tlv add PACKAGE fixed_addresses RAM FLASH"},
    {"permissions", true, read_permissions, "tbf tlv add PACKAGE permissions DRIVER[:N,N...]..."},
    {"persistent_storage", false, read_storage,
     "tbf tlv add PACKAGE persistent_storage WRITE READ,READ MODIFY,MODIFY (- for none, at most "
     "8)"},
    {"kernel_version", false, read_version, "tbf tlv add PACKAGE kernel_version MAJOR.MINOR"},
    {"short_id", false, read_short_id, "tbf tlv add PACKAGE short_id ID"},
    {"fault", false, read_fault, "stop, restart, restart:0 to restart:254, or panic"},
    {"raw", false, read_raw, "tbf tlv add PACKAGE raw TYPE HEX"},
};

enum { ENTRIES = sizeof entries / sizeof entries[0] };

static int put_entry(struct cli *cli, struct header_edit *edit, size_t entry, const char *what,
                     const char **argument)
{
    struct value value = {.length = 0};
    struct tlv old = {.length = 0};
    bool there = false;

    if (entries[entry].read != read_raw) {
        value.type = tlv_kind_named(entries[entry].name)->type;
        there = tlv_find(&edit->tlvs, value.type, &old);
    }
    if (there && entries[entry].grows) {
        if (old.length > VALUE_MAX - 8) {
            return cli_fail(cli, EXIT_FAILED, "loader-cli tbf tlv delete", "'%s' has too many '%s'",
                            what, entries[entry].name);
        }
        memcpy(value.data, tlv_value(&edit->tlvs, &old), old.length);
        value.length = old.length;
    }
    if (!entries[entry].read(argument, &value)) {
        return bad_value(cli, entries[entry].name, entries[entry].wanted);
    }
    if (there && !entries[entry].grows) {
        return cli_fail(cli, EXIT_FAILED, "loader-cli tbf tlv modify, or delete",
                        "'%s' has a '%s' already", what, entries[entry].name);
    }
    if (!(there ? tlv_replace(&edit->tlvs, &old, value.data, value.length)
                : tlv_append(&edit->tlvs, value.type, value.data, value.length))) {
        return cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
    }
    return EXIT_DONE;
}

static int finish(struct cli *cli, struct tab_member *member, struct header_edit *edit, int code)
{
    size_t dropped;

    if (code == EXIT_DONE) {
        code = header_edit_end(cli, edit, member->name, &member->tbf, &dropped);
    }
    if (code == EXIT_DONE) {
        tbf_say_dropped(cli, member, dropped);
    }
    header_edit_free(edit);
    return code;
}

static size_t find_entry(const char *name)
{
    const struct tlv_kind *kind = tlv_kind_named(name);
    size_t i = 0;

    while (i < ENTRIES && strcmp(entries[i].name, kind != NULL ? kind->name : name) != 0) {
        i++;
    }
    return i;
}

static int add(struct cli *cli, struct tab_member *member, const char **argument)
{
    struct header_edit edit;
    int code = header_edit_begin(cli, &member->tbf, member->name, &edit);

    code = code != EXIT_DONE
               ? code
               : put_entry(cli, &edit, find_entry(argument[NAME]), member->name, argument);
    return finish(cli, member, &edit, code);
}

static int run_add(struct cli *cli, int count, const char **argument)
{
    if (count <= FIRST || find_entry(argument[NAME]) == ENTRIES) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli tbf tlv add --help",
                        "tbf tlv add takes a package, what to add, and its value");
    }
    return tbf_change_package(cli, argument, add);
}

/* Sets a field of the base header. */
static bool modify_base(const struct field *field, const char *text, struct header_edit *edit)
{
    unsigned long long number;

    if (!tbf_number(text, field->kind == FIELD_FLAG ? 1 : UINT32_MAX, &number)) {
        return false;
    }
    if (field->kind == FIELD_FLAG) {
        edit->flags =
            (edit->flags & ~(uint32_t)field->offset) | (number != 0 ? (uint32_t)field->offset : 0);
    } else {
        edit->flags = (uint32_t)number;
    }
    return true;
}

/* Sets a field of an entry that is there. */
static bool modify_entry(const struct field *field, const char *text, const struct tlv *tlv,
                         struct header_edit *edit)
{
    uint8_t *value = tlv_value(&edit->tlvs, tlv);
    bool small = field->kind == FIELD_U16;
    unsigned long long number;

    if (field->kind == FIELD_TEXT) {
        return strlen(text) <= TBF_NAME_MAX &&
               tlv_replace(&edit->tlvs, tlv, text, (uint16_t)strlen(text));
    }
    if (tlv->length < field->offset + (small ? 2 : 4) ||
        !tbf_number(text, small ? UINT16_MAX : UINT32_MAX, &number)) {
        return false;
    }
    if (small) {
        bytes_put_u16(value + field->offset, (uint16_t)number);
    } else {
        bytes_put_u32(value + field->offset, (uint32_t)number);
    }
    return true;
}

static int modify(struct cli *cli, struct tab_member *member, const char **argument)
{
    const struct tlv_kind *kind = tlv_kind_named(argument[NAME]);
    const struct field *field = tlv_field_named(kind, argument[FIRST]);
    struct header_edit edit;
    struct tlv tlv;
    bool done;
    int code = header_edit_begin(cli, &member->tbf, member->name, &edit);

    if (code == EXIT_DONE && kind->type != 0 && !tlv_find(&edit.tlvs, kind->type, &tlv)) {
        code = EXIT_NOTHING;
    } else if (code == EXIT_DONE) {
        done = kind->type == 0 ? modify_base(field, argument[SECOND], &edit)
                               : modify_entry(field, argument[SECOND], &tlv, &edit);
        code = done ? code : bad_value(cli, argument[FIRST], "a number, or a name of 32 bytes");
    }
    return finish(cli, member, &edit, code);
}

static int run_modify(struct cli *cli, int count, const char **argument)
{
    const struct tlv_kind *kind = count == SECOND + 1 ? tlv_kind_named(argument[NAME]) : NULL;

    if (kind == NULL || tlv_field_named(kind, argument[FIRST]) == NULL) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli tbf tlv modify --help",
                        "tbf tlv modify takes a package, an entry, a field of it, and a value");
    }
    return tbf_change_package(cli, argument, modify);
}

/* The type that a name or a number stands for; 0: none that can be deleted. */
static uint16_t deletable(const char *name)
{
    const struct tlv_kind *kind = tlv_kind_named(name);
    unsigned long long number = kind != NULL ? kind->type : 0;

    if (kind == NULL && !tbf_number(name, UINT16_MAX, &number)) {
        return 0;
    }
    /* Without Program what lies behind the binary would be part of it. */
    return number == TBF_TLV_PROGRAM ? 0 : (uint16_t)number;
}

static int delete_entry(struct cli *cli, struct tab_member *member, const char **argument)
{
    struct header_edit edit;
    struct tlv tlv;
    int code = header_edit_begin(cli, &member->tbf, member->name, &edit);
    bool found = false;

    while (code == EXIT_DONE && tlv_find(&edit.tlvs, deletable(argument[NAME]), &tlv)) {
        tlv_remove(&edit.tlvs, &tlv);
        found = true;
    }
    return finish(cli, member, &edit, code == EXIT_DONE && !found ? EXIT_NOTHING : code);
}

static int run_delete(struct cli *cli, int count, const char **argument)
{
    if (count != NAME + 1 || deletable(argument[NAME]) == 0) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli tbf tlv delete --help",
                        "tbf tlv delete takes a package and what to delete, which is not program");
    }
    return tbf_change_package(cli, argument, delete_entry);
}

#define AFTERWARDS                                                                                 \
    "The code stays where it is as long as protected bytes behind the header make up for the\n"    \
    "change; else it moves by a multiple of 0x80. Hashes in the footers are made anew, "           \
    "signatures\n"                                                                                 \
    "that the change makes void are dropped: sign again. Nothing is written that no kernel "       \
    "would\n"                                                                                      \
    "take."

const struct command command_tbf_tlv_add = {
    .name = "tbf tlv add",
    .group = "Packages and keys",
    .summary = "Add an entry to the headers in a package",
    .usage = "PACKAGE ENTRY VALUE...",
    .help = "  name NAME                       fixed_addresses RAM FLASH\n"
            "  kernel_version MAJOR.MINOR      writeable_flash_regions OFFSET LENGTH\n"
            "  short_id ID                     permissions DRIVER[:N,N...]...\n"
            "  fault POLICY                    persistent_storage WRITE READ,READ MODIFY,MODIFY\n"
            "  raw TYPE HEX\n\n" AFTERWARDS "\n\n"
            "  loader-cli tbf tlv add app.tab permissions 0x1 0x3:0,1",
    .options = options,
    .run = run_add,
};

const struct command command_tbf_tlv_modify = {
    .name = "tbf tlv modify",
    .group = "Packages and keys",
    .summary = "Change a field of the headers in a package",
    .usage = "PACKAGE ENTRY FIELD VALUE",
    .help = "  base enabled, sticky, flags\n"
            "  main, program init_fn_offset, protected_size, minimum_ram_size\n"
            "  program binary_end_offset, app_version\n"
            "  name name                        short_id short_id\n"
            "  kernel_version major, minor      persistent_storage write_id\n"
            "  writeable_flash_regions offset, length (of the first)\n"
            "  fixed_addresses start_process_ram, start_process_flash\n\n" AFTERWARDS "\n\n"
            "  loader-cli tbf tlv modify app.tab program app_version 3",
    .options = options,
    .run = run_modify,
};

const struct command command_tbf_tlv_delete = {
    .name = "tbf tlv delete",
    .group = "Packages and keys",
    .summary = "Delete entries of the headers in a package",
    .usage = "PACKAGE ENTRY|TYPE",
    .help = "All of that kind, or of that number.\n\n" AFTERWARDS,
    .options = options,
    .run = run_delete,
};
