// SPDX-License-Identifier: Apache-2.0
/* tbf convert: an object of a package as a file of its own, or as C. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "c_name.h"
#include "commands.h"
#include "tbf.h"

enum { PER_BYTE = 7, FRAME = 1024 };

static char *format;
static char *symbol;

static const struct poptOption options[] = {
    {"member", 'm', POPT_ARG_STRING, &tbf_files.member, 0,
     "the object, such as cortex-m4; needed when there are several", "NAME"},
    {"to", 0, POPT_ARG_STRING, &format, 0, "c (default), or tbf", "FORMAT"},
    {"symbol", 0, POPT_ARG_STRING, &symbol, 0, "c: name of the array (default: that of the app)",
     "NAME"},
    {"output", 'o', POPT_ARG_STRING, &tbf_files.output, 0,
     "file to write; c: standard output without it", "FILE"},
    POPT_TABLEEND,
};

/* The one object that is meant; NULL: reported. */
static const struct tab_member *choose(struct cli *cli, const char *path, const struct tab *tab)
{
    const struct tab_member *found = NULL;
    size_t count = 0;

    for (size_t i = 0; i < tab->count; i++) {
        if (tbf_files.member == NULL ||
            strncmp(tab->member[i].name, tbf_files.member, strlen(tbf_files.member)) == 0) {
            found = &tab->member[i];
            count++;
        }
    }
    if (count != 1) {
        (void)cli_fail(cli, EXIT_FAILED, "--member NAME; loader-cli inspect PACKAGE shows them",
                       "'%s' has %zu objects of that name", path, count);
        return NULL;
    }
    return found;
}

/* A C name that looks like the app's. */
static void name_after(const struct tbf_header *header, char out[C_NAME_MAX])
{
    size_t used = 0;

    for (uint32_t i = 0; i < header->name.length && used + 1 < C_NAME_MAX; i++) {
        int c = header->name.data[i];
        bool digit = c >= '0' && c <= '9';
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';

        if (used == 0 && digit) {
            out[used++] = '_';
        }
        out[used++] = (char)(letter || digit ? c : '_');
    }
    out[used] = '\0';
    if (used == 0) {
        snprintf(out, C_NAME_MAX, "app");
    }
}

static void append(struct bytes *text, size_t *used, const char *format_text, ...)
    __attribute__((format(REPORT_FORMAT, 3, 4)));

static void append(struct bytes *text, size_t *used, const char *format_text, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format_text);
    length = vsnprintf((char *)text->data + *used, text->size - *used, format_text, arguments);
    va_end(arguments);
    *used += length > 0 ? (size_t)length : 0;
}

/* The array leaves out the zeros at the end; a second constant says how long the object is. */
static bool write_c(const struct tab_member *member, const struct tbf_header *header,
                    const char *name, struct bytes *text)
{
    size_t size = header->total_size;
    size_t used = 0;

    while (size > 1 && member->tbf.data[size - 1] == 0) {
        size--;
    }
    *text = (struct bytes){NULL, 0};
    if (!bytes_resize(text, size * PER_BYTE + FRAME)) {
        return false;
    }
    append(text, &used,
           "/* Written by `loader-cli tbf convert`: %s. Behind the array the object is zero. */\n"
           "#include <stddef.h>\n#include <stdint.h>\n\n"
           "const size_t %s_size = %zu;\nconst size_t %s_total_size = %u;\n"
           "const uint8_t %s[%zu] = {",
           member->name, name, size, name, header->total_size, name, size);
    for (size_t i = 0; i < size; i++) {
        append(text, &used, "%s0x%02x,", i % 12 == 0 ? "\n    " : " ", member->tbf.data[i]);
    }
    append(text, &used, "\n};\n");
    text->size = used;
    return true;
}

static int convert_to_c(struct cli *cli, const struct tab_member *member,
                        const struct tbf_header *header)
{
    char name[C_NAME_MAX];
    struct bytes text;
    int code = EXIT_DONE;

    name_after(header, name);
    if (!write_c(member, header, symbol != NULL ? symbol : name, &text)) {
        return cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
    }
    if (tbf_files.output != NULL) {
        code = file_write(cli, tbf_files.output, text.data, text.size, false);
    } else if (!cli->json) {
        (void)fwrite(text.data, 1, text.size, stdout);
    }
    bytes_free(&text);
    return code;
}

static int convert(struct cli *cli, const char *path, const struct tab *tab)
{
    const struct tab_member *member = choose(cli, path, tab);
    struct tbf_header header;
    int code;

    if (member == NULL) {
        return EXIT_FAILED;
    }
    code = image_parse(cli, &member->tbf, member->name, &header);
    if (code != EXIT_DONE) {
        return code;
    }
    json_object_set_new(cli->result, "member", json_string(member->name));
    json_object_set_new(cli->result, "size", json_integer(header.total_size));
    if (format != NULL && strcmp(format, "tbf") == 0) {
        return file_write(cli, tbf_files.output, member->tbf.data, header.total_size, false);
    }
    return convert_to_c(cli, member, &header);
}

static int run(struct cli *cli, int count, const char **argument)
{
    static struct tab tab;
    bool to_tbf = format != NULL && strcmp(format, "tbf") == 0;
    int code;

    if (count != 1 || (format != NULL && !to_tbf && strcmp(format, "c") != 0) ||
        (to_tbf && (tbf_files.output == NULL || symbol != NULL)) ||
        ((cli->json || cli->quiet) && tbf_files.output == NULL) ||
        (symbol != NULL && !c_name_is_sound(symbol))) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli tbf convert --help",
                        "tbf convert takes a package, --to c or --to tbf with --output, and "
                        "--symbol with a C name; with --json or --quiet, --output");
    }
    code = tab_read(cli, argument[0], &tab);
    if (code == EXIT_DONE) {
        code = convert(cli, argument[0], &tab);
        tab_free(&tab);
    }
    if (code == EXIT_DONE && tbf_files.output != NULL) {
        cli_say(cli, "%s: written", tbf_files.output);
    }
    return code;
}

const struct command command_tbf_convert = {
    .name = "tbf convert",
    .group = "Packages and keys",
    .summary = "Take an object out of a package, or print it as C",
    .usage = "PACKAGE [--member NAME] [--to c|tbf] [-o FILE]",
    .help = "  loader-cli tbf convert app.tab --member cortex-m4 --symbol blink -o blink.c\n"
            "  loader-cli tbf convert app.tab --member cortex-m4 --to tbf -o blink.tbf",
    .options = options,
    .run = run,
};
