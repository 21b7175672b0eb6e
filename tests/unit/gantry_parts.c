// SPDX-License-Identifier: Apache-2.0
#include "gantry_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <base/bytes.h>
#include <base/crc32.h>
#include <gantry/gantry.h>
#include <tbf/format.h>
#include <tbf/write.h>
#include <trust/sha256.h>

#include "../../boards/raspberry_pi_pico/memory_map.h"
#include "../cli/tool.h"

enum { KERNEL_SIZE = 2048, KEY_AT = 1024 };

static char paths[PART_COUNT][128];
static struct gantry *gantry;
static struct gantry_key *own;
static struct gantry_key *strange;

const char *parts_path(enum part part)
{
    return paths[part];
}

static void need(bool ok, const char *what)
{
    if (!ok) {
        printf("the parts of the tests cannot be made: %s: %s\n", what, gantry_message(gantry));
        exit(EXIT_FAILURE);
    }
}

static void make_blank(void)
{
    static struct tool_run run;

    tool_run(
        &run, NULL,
        (const char *const[]){"image", "new", paths[PART_BLANK], "--board", PARTS_BOARD, NULL});
    need(run.code == 0, run.err);
}

/* Signs what is there, and writes it. key NULL: it is not signed. */
static void finish(enum part part, struct gantry_package *package, const struct gantry_key *key)
{
    need(key == NULL || gantry_package_sign(gantry, package, key) == GANTRY_OK, paths[part]);
    need(gantry_package_write(gantry, package, paths[part]) == GANTRY_OK, paths[part]);
    gantry_package_free(package);
}

static void make_app(enum part part, const char *elf, struct gantry_pack pack,
                     const struct gantry_key *key)
{
    struct gantry_package *package;

    pack.size = sizeof pack;
    pack.architecture = "cortex-m0";
    need(gantry_package_pack(gantry, elf, &pack, &package) == GANTRY_OK, paths[part]);
    finish(part, package, key);
}

/* A kernel is here what the host knows of one: a header, and the keys that it trusts. */
static void write_kernel(const char *path, uint8_t *object, const uint8_t *value)
{
    uint8_t program[20] = {0};
    struct tbf_writer writer;
    FILE *file = fopen(path, "wb");

    bytes_put_u32(program + 12, KERNEL_SIZE);
    tbf_write_begin(&writer, object, KERNEL_SIZE);
    tbf_write_tlv(&writer, TBF_TLV_PROGRAM, program, sizeof program);
    tbf_write_tlv(&writer, TBF_TLV_NAME, "kernel", 6);
    tbf_write_tlv(&writer, TBF_TLV_KERNEL, value, TBF_KERNEL_VALUE_SIZE);
    need(tbf_write_end(&writer, KERNEL_SIZE, TBF_FLAG_ENABLED) > 0, path);
    need(file != NULL && fwrite(object, KERNEL_SIZE, 1, file) == 1 && fclose(file) == 0, path);
}

static void make_kernel(enum part part, const char *board, uint32_t slot, uint32_t version,
                        const struct gantry_key *key)
{
    static uint8_t object[KERNEL_SIZE];
    uint8_t value[TBF_KERNEL_VALUE_SIZE] = {0};
    uint8_t *anchor = object + KEY_AT;
    struct gantry_package *package;

    memset(object, (int)version, sizeof object);
    memcpy(anchor, gantry_key_public(key != NULL ? key : own), 64);
    trust_sha256(anchor, 64, anchor + 64);
    bytes_put_u32(value, crc32_posix(board, strlen(board)));
    bytes_put_u32(value + 4, slot);
    bytes_put_u32(value + 8, version);
    write_kernel(paths[part], object, value);
    if (key != NULL) {
        need(gantry_package_open(gantry, paths[part], &package) == GANTRY_OK, paths[part]);
        finish(part, package, key);
    }
}

static void encrypt(const char *key)
{
    char command[1024];

    snprintf(command, sizeof command,
             "openssl ec -aes256 -in %s -out %s -passout pass:%s 2>/dev/null || "
             "{ echo openssl is not installed: the key is not encrypted; cp %s %s; }",
             key, paths[PART_KEY], PARTS_PASSWORD, key, paths[PART_KEY]);
    need(system(command) == 0, paths[PART_KEY]);
}

static void make_all(const struct package *package)
{
    const struct gantry_pack old = {.name = "alpha", .version = 1};
    const struct gantry_pack alpha = {.name = "alpha", .version = 2};
    const struct gantry_pack newer = {.name = "alpha", .version = 3};
    const struct gantry_pack beta = {.name = "beta", .version = 1};
    const struct gantry_pack greedy = {
        .name = "greedy", .version = 1, .app_heap = MAP_APP_RAM_SIZE + 4096};

    const struct gantry_pack large = {.name = "alpha", .version = 4};
    char elf[128];

    tool_path(elf, sizeof elf, "large.elf");
    gantry = gantry_new();
    need(gantry != NULL && gantry_key_read(gantry, package->key, &own) == GANTRY_OK &&
             gantry_key_generate(gantry, &strange) == GANTRY_OK,
         "keys");
    make_blank();
    make_kernel(PART_KERNEL_A, PARTS_BOARD, MAP_SLOT_A, 3, own);
    make_kernel(PART_KERNEL_B, PARTS_BOARD, MAP_SLOT_B, 4, own);
    make_kernel(PART_KERNEL_OLD, PARTS_BOARD, MAP_SLOT_B, 2, own);
    make_kernel(PART_KERNEL_UNSIGNED, PARTS_BOARD, MAP_SLOT_A, 3, NULL);
    make_kernel(PART_KERNEL_STRANGE, PARTS_BOARD, MAP_SLOT_B, 4, strange);
    make_kernel(PART_KERNEL_OF_OTHER, "mps2_an386", MAP_SLOT_A, 3, own);
    make_app(PART_ALPHA_OLD, package->elf, old, own);
    make_app(PART_ALPHA, package->elf, alpha, own);
    make_app(PART_ALPHA_NEWER, package->elf, newer, own);
    make_app(PART_ALPHA_UNSIGNED, package->elf, newer, NULL);
    make_app(PART_ALPHA_STRANGE, package->elf, newer, strange);
    make_app(PART_BETA, package->elf, beta, own);
    make_app(PART_GREEDY, package->elf, greedy, own);
    package_elf(elf, MAP_APPS_SIZE + 4096);
    make_app(PART_LARGE, elf, large, own);
    encrypt(package->key);
    gantry_key_free(strange);
    gantry_key_free(own);
    gantry_free(gantry);
}

void parts_make(const struct package *package)
{
    int status = -1;
    pid_t pid;

    for (enum part part = 0; part < PART_COUNT; part++) {
        char name[32];

        snprintf(name, sizeof name, "part-%d.tab", (int)part);
        tool_path(paths[part], sizeof paths[part], name);
    }
    /* Elsewhere: what libraries make at their first use has not been used in this process. */
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        make_all(package);
        exit(EXIT_SUCCESS);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
        exit(EXIT_FAILURE);
    }
}
