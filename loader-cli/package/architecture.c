// SPDX-License-Identifier: Apache-2.0
#include "architecture.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    uint16_t machine;
} known[] = {
    {"cortex-m0", EM_ARM},     {"cortex-m3", EM_ARM},    {"cortex-m4", EM_ARM},
    {"cortex-m7", EM_ARM},     {"cortex-m23", EM_ARM},   {"cortex-m33", EM_ARM},
    {"cortex-m55", EM_ARM},    {"rv32i", EM_RISCV},      {"rv32im", EM_RISCV},
    {"rv32imc", EM_RISCV},     {"rv32imac", EM_RISCV},   {"rv64imac", EM_RISCV},
    {"rv64gc", EM_RISCV},      {"riscv32imc", EM_RISCV}, {"riscv32imac", EM_RISCV},
    {"riscv64imac", EM_RISCV}, {"x86", EM_386},          {"i386", EM_386},
    {"i486", EM_386},          {"i586", EM_386},         {"i686", EM_386},
};

/* The comma in front of the architecture; NULL: there is none. */
static const char *find_comma(const char *argument)
{
    const char *comma = strrchr(argument, ',');

    return comma != NULL && strchr(comma, '/') == NULL ? comma : NULL;
}

void architecture_split(const char *argument, char *path, size_t size)
{
    const char *comma = find_comma(argument);
    size_t length = comma != NULL ? (size_t)(comma - argument) : strlen(argument);

    snprintf(path, size, "%.*s", (int)length, argument);
}

/* The machine of NAME or NAME.0xFLASH.0xRAM; EM_NONE when it is no such name. */
static uint16_t machine_of(const char *text)
{
    size_t length = strcspn(text, ".");

    if (strlen(text) >= ARCHITECTURE_MAX - 1 ||
        strspn(text + length, ".0123456789abcdefABCDEFx") != strlen(text + length)) {
        return EM_NONE;
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strlen(known[i].name) == length && strncmp(known[i].name, text, length) == 0) {
            return known[i].machine;
        }
    }
    return EM_NONE;
}

int architecture_read(struct cli *cli, const char *argument, uint16_t machine,
                      char architecture[ARCHITECTURE_MAX])
{
    static const char hint[] = "app.elf,cortex-m0, app.elf,cortex-m4 or app.elf,rv32imac";
    const char *comma = find_comma(argument);
    const char *slash = strrchr(argument, '/');
    char stem[256];
    size_t length;
    uint16_t named;

    snprintf(stem, sizeof stem, "%s",
             comma != NULL   ? comma + 1
             : slash != NULL ? slash + 1
                             : argument);
    length = strlen(stem);
    if (comma == NULL && length > 4 && strcmp(stem + length - 4, ".elf") == 0) {
        stem[length - 4] = '\0';
    }
    named = machine_of(stem);
    if (named == machine) {
        snprintf(architecture, ARCHITECTURE_MAX, "%.*s", ARCHITECTURE_MAX - 1, stem);
        return EXIT_DONE;
    }
    if (comma != NULL || named != EM_NONE) {
        return cli_fail(cli, EXIT_USAGE, hint, "'%s' names %s architecture", argument,
                        named != EM_NONE ? "another" : "an unknown");
    }
    if (machine != EM_ARM) {
        return cli_fail(cli, EXIT_USAGE, hint, "'%s' does not say for which processor it is",
                        argument);
    }
    snprintf(architecture, ARCHITECTURE_MAX, "cortex-m3");
    return EXIT_DONE;
}
