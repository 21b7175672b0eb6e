// SPDX-License-Identifier: Apache-2.0
/*
 * complete: what could stand at the end of a command line. The shells' completions ask it, so that
 * they know what this very tool, this computer and its device have. It reports no errors: who
 * presses a key for help is not helped by one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../cli/settings.h"
#include "../device/device.h"
#include "../offline/board.h"
#include "../posix/connect.h"
#include "../posix/system.h"
#include "commands.h"

enum { QUICK_MS = 500, KIND_MAX = 64, SELECTORS_MAX = CONNECT_LIST_SIZE };

/* A command line, as far as it is understood. */
struct request {
    struct cli *cli;
    const struct command *command;     /* NULL: not named yet */
    char name[KIND_MAX];               /* the words that a command's name begins with */
    const struct poptOption *value_of; /* the option whose value is to complete; NULL: none */
    size_t arguments;                  /* behind the command, without options */
    const char *word;                  /* what is there of the word to complete */
    size_t kept;                       /* bytes of it in front of the value: "--device=" */
};

/* The rest of a word that may stand there, and what it means. */
static void offer(const struct request *r, const char *value, const char *text)
{
    size_t length = strlen(r->word + r->kept);

    if (strncmp(value, r->word + r->kept, length) != 0 || value[0] == '\0') {
        return;
    }
    printf("%.*s%s%s%s\n", (int)r->kept, r->word, value, text[0] != '\0' ? "\t" : "", text);
}

static bool is_end(const struct poptOption *option)
{
    return option == NULL || (option->longName == NULL && option->argInfo == 0);
}

static bool takes_value(const struct poptOption *option)
{
    return (option->argInfo & POPT_ARG_MASK) != POPT_ARG_NONE;
}

/* The option that a word is, without a value in it; NULL when it is none. */
static const struct poptOption *find_in(const struct poptOption *option, const char *word)
{
    size_t length = strcspn(word, "=");

    for (; !is_end(option); option++) {
        const char *name = option->longName;
        bool is_long = name != NULL && strncmp(word, "--", 2) == 0 && length == strlen(name) + 2 &&
                       strncmp(word + 2, name, length - 2) == 0;
        bool is_short = option->shortName != '\0' && word[0] == '-' &&
                        word[1] == option->shortName && word[2] == '\0';

        if (is_long || is_short) {
            return option;
        }
    }
    return NULL;
}

static const struct poptOption *find_option(const struct request *r, const char *word)
{
    const struct poptOption *found = r->command != NULL ? find_in(r->command->options, word) : NULL;

    return found != NULL ? found : find_in(r->cli->global, word);
}

/* Takes a word that is no option: of the command's name, or an argument. */
static void take_word(struct request *r, const char *word)
{
    char name[2 * KIND_MAX + 2];
    size_t length;
    bool names = false;

    snprintf(name, sizeof name, "%s%s%.*s", r->name, r->name[0] != '\0' ? " " : "", KIND_MAX, word);
    length = strlen(name);
    for (size_t i = 0; r->arguments == 0 && commands[i] != NULL; i++) {
        const char *known = commands[i]->name;
        bool begins = strncmp(known, name, length) == 0;

        if (begins && known[length] == '\0') {
            r->command = commands[i];
        }
        names = names || (begins && (known[length] == '\0' || known[length] == ' '));
    }
    if (names) {
        snprintf(r->name, sizeof r->name, "%.*s", KIND_MAX - 1, name);
    } else {
        r->arguments++;
    }
}

/* Understands all words but the last. */
static void take_words(struct request *r, int count, const char **word)
{
    for (int i = 0; i + 1 < count; i++) {
        const struct poptOption *option = word[i][0] == '-' ? find_option(r, word[i]) : NULL;

        r->value_of = NULL;
        if (word[i][0] != '-') {
            take_word(r, word[i]);
        } else if (option != NULL && takes_value(option) && strchr(word[i], '=') == NULL) {
            if (i + 2 == count) {
                r->value_of = option;
            } else {
                i++;
                r->cli->device = option->longName != NULL && strcmp(option->longName, "device") == 0
                                     ? (char *)(uintptr_t)settings_device(word[i])
                                     : r->cli->device;
            }
        }
    }
}

static void offer_commands(const struct request *r)
{
    size_t before = r->name[0] != '\0' ? strlen(r->name) + 1 : 0;
    char last[KIND_MAX] = "";

    for (size_t i = 0; commands[i] != NULL; i++) {
        const char *name = commands[i]->name;
        char word[KIND_MAX];
        size_t length;

        if (before > 0 && (strncmp(name, r->name, before - 1) != 0 || name[before - 1] != ' ')) {
            continue;
        }
        length = strcspn(name + before, " ");
        snprintf(word, sizeof word, "%.*s", (int)length, name + before);
        if (strcmp(word, last) != 0) {
            /* The first words belong to several commands. */
            offer(r, word,
                  name[before + length] == ' ' ? commands[i]->group : commands[i]->summary);
        }
        snprintf(last, sizeof last, "%s", word);
    }
}

static void offer_options(const struct request *r, const struct poptOption *option)
{
    for (; !is_end(option); option++) {
        char name[KIND_MAX];

        if (option->longName == NULL || option->descrip == NULL ||
            (option->argInfo & POPT_ARGFLAG_DOC_HIDDEN) != 0) {
            continue;
        }
        snprintf(name, sizeof name, "--%s", option->longName);
        offer(r, name, option->descrip);
    }
}

static void offer_devices(const struct request *r)
{
    static char list[SELECTORS_MAX];
    char *rest = list;
    bool emulated = false;
    size_t count;
    const struct setting_alias *alias = settings_aliases(&count);

    for (size_t i = 0; i < count; i++) {
        offer(r, alias[i].name, alias[i].selector);
    }
    connect_list(list, sizeof list);
    for (char *at = cli_word(&rest, " "); at != NULL; at = cli_word(&rest, " ")) {
        emulated = emulated || strcmp(at, "emu:mps2_an386") == 0;
        offer(r, at, "is there");
    }
    if (!emulated) {
        offer(r, "emu:mps2_an386", "emulated board, not running");
    }
    offer(r, "all", "all on USB, and running emulated boards");
    offer(r, "usb:", "VID:PID[:SERIAL]");
    offer(r, "serial:", "PATH[:RATE]");
    offer(r, "tcp:", "HOST:PORT");
    offer(r, "file:", "FLASH IMAGE, with --board where its size does not tell");
    offer(r, "gdb:", "HOST:PORT of a server of a debug probe, with --board");
    offer(r, "openocd:", "[BOARD or CONFIG]");
    offer(r, "pyocd:", "[TARGET][@PROBE]");
    offer(r, "jlink:", "[DEVICE]");
    offer(r, "bmp:", "SERIAL PORT");
}

/*
 * The apps of the device that is meant. A port that nobody named is not written to: what is behind
 * it need not be Gantry.
 */
static void offer_apps(const struct request *r)
{
    static struct device device;
    char selector[300];

    if (r->cli->device == NULL && (connect_choose(r->cli, selector, sizeof selector) != EXIT_DONE ||
                                   strncmp(selector, "serial:", 7) == 0)) {
        return;
    }
    if (device_open_kernel(r->cli, &device, NULL) != EXIT_DONE) {
        return;
    }
    if (device_list(&device) == EXIT_DONE) {
        for (size_t i = 0; i < device.app_count; i++) {
            char name[160];

            device_name(&device.app[i].name, name, sizeof name);
            /* Which mean something else: to the shells, and on a command line. */
            if (name[0] != ':' && name[0] != '-') {
                offer(r, name, "");
            }
        }
    }
    device_close(&device);
}

/* What --board can name: built in, or a description. */
static void offer_boards(const struct request *r)
{
    for (size_t i = 0; boards[i] != NULL; i++) {
        offer(r, boards[i]->name, boards[i]->architecture);
    }
    printf(":file .json\n");
}

/* "on|off": one of these. */
static void offer_alternatives(const struct request *r, char *kind)
{
    char *rest = kind;

    for (char *at = cli_word(&rest, "|"); at != NULL; at = cli_word(&rest, "|")) {
        offer(r, at, "");
    }
}

/* What usage and options call a value says what it can be. */
static void offer_kind(const struct request *r, const char *text)
{
    static const char *const files[][2] = {{"PACKAGE", ".tab"}, {"FILE", ""},  {"IMG", ".img"},
                                           {"ELF", ".elf"},     {"FILES", ""}, {"TAB", ".tab"}};
    char kind[KIND_MAX];
    const char *dot;

    snprintf(kind, sizeof kind, "%.*s", (int)strcspn(text, ",] "), text + strspn(text, "["));
    kind[strcspn(kind, "]")] = '\0';
    if (strcmp(kind, "NAME...") == 0) {
        offer_apps(r);
        return;
    }
    if (strcmp(kind, "BOARD") == 0 || strcmp(kind, "NAME|FILE") == 0) {
        offer_boards(r);
        return;
    }
    if (strstr(kind, "...") != NULL) {
        *strstr(kind, "...") = '\0';
    }
    dot = strchr(kind, '.');
    if (strchr(kind, '|') != NULL) {
        offer_alternatives(r, kind);
    } else if (strcmp(kind, "SELECTOR") == 0) {
        offer_devices(r);
    } else if (strcmp(kind, "FOLDER") == 0) {
        printf(":folder\n");
    } else if (dot != NULL) {
        printf(":file%s\n", strrchr(kind, '.')); /* KEY.pub.pem: a whole one does as well */
    } else {
        for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
            if (strcmp(kind, files[i][0]) == 0) {
                printf(":file%s\n", files[i][1]);
            }
        }
    }
}

/* The argument that comes next, of a usage such as "KERNEL.img [PACKAGE...] [--wait SECONDS]". */
static void offer_argument(const struct request *r)
{
    const char *at = r->command->usage;
    const char *found = NULL;
    size_t index = 0;

    while (*at != '\0') {
        size_t length = strcspn(at, " ");
        const char *word = at + strspn(at, "[");

        if (*word == '-') {
            /* An option; without a bracket at its end its value follows. */
            at += at[length - 1] != ']' && at[length] == ' ' ? length + 1 : 0;
            length = strcspn(at, " ");
        } else if (*word != '|' && index <= r->arguments) {
            found = index == r->arguments || strstr(word, "...") != NULL ? word : NULL;
            index++;
        }
        at += length + (at[length] == ' ' ? 1 : 0);
    }
    if (found != NULL) {
        offer_kind(r, found);
    }
}

static void answer(struct request *r)
{
    const char *equals = r->word[0] == '-' ? strchr(r->word, '=') : NULL;
    const struct poptOption *option = equals != NULL ? find_option(r, r->word) : r->value_of;

    if (equals != NULL) {
        r->kept = (size_t)(equals - r->word) + 1;
    }
    if (option != NULL) {
        if (takes_value(option) && option->argDescrip != NULL) {
            offer_kind(r, option->argDescrip);
        }
    } else if (r->word[0] == '-') {
        offer_options(r, r->command != NULL ? r->command->options : NULL);
        offer_options(r, r->cli->global);
    } else {
        if (r->command != NULL) {
            offer_argument(r);
        }
        if (r->arguments == 0) {
            offer_commands(r);
        }
    }
}

static int run(struct cli *cli, int count, const char **argument)
{
    struct request request = {.cli = cli, .word = count > 0 ? argument[count - 1] : ""};
    char patience[16];

    if (cli->json != 0) {
        return cli_fail(cli, EXIT_USAGE, NULL, "complete prints lines, not JSON");
    }
    (void)cli_hold(cli, UINT32_MAX);
    cli->quiet = 1;
    snprintf(patience, sizeof patience, "%d", QUICK_MS);
    system_set("LOADER_PATIENCE_MS", patience);
    take_words(&request, count, argument);
    answer(&request);
    return EXIT_DONE;
}

const struct command command_complete = {
    .name = "complete",
    .group = "About the tool",
    .summary = "Print what could come next on a command line",
    .usage = "-- WORD...",
    .help =
        "For the completions of the shells: the words behind the tool's name, the last of them\n"
        "not finished. Each line is a word and, behind a tabulator, what it means; or\n"
        "':file EXTENSION' without the space, or ':folder'. Apps are asked of the device.\n\n"
        "  loader-cli complete -- -d emu:mps2_an386 remove he",
    .lenient = true,
    .run = run,
};
