// SPDX-License-Identifier: Apache-2.0
#include "package.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/base64.h>

#include <trust/sha256.h>

#include "tool.h"

enum {
    CODE = 20480,
    SMALL_CODE = 14336,
    PIC_FLASH_HIGH = 0x8000,
    KERNEL_FLASH = 0x21020200, /* the header of the object lies before it */
    HEADERS = sizeof(Elf32_Ehdr) + sizeof(Elf32_Phdr)
};

static _Noreturn void fail(const char *what)
{
    printf("the package of the tests cannot be made: %s\n", what);
    exit(EXIT_FAILURE);
}

/* The least that is an app: one segment, linked for an address. What it begins with may be NULL. */
static void write_elf(const char *path, uint32_t code, uint32_t flash, const uint8_t *head,
                      size_t head_size)
{
    uint8_t *file = calloc(1, HEADERS + code);
    static const char names[] = "\0.shstrtab";
    Elf32_Shdr section[2] = {{.sh_type = SHT_NULL},
                             {.sh_name = 1,
                              .sh_type = SHT_STRTAB,
                              .sh_offset = HEADERS + code + sizeof section,
                              .sh_size = sizeof names}};
    Elf32_Ehdr header = {
        .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32, ELFDATA2LSB, EV_CURRENT},
        .e_type = ET_EXEC,
        .e_machine = EM_ARM,
        .e_version = EV_CURRENT,
        .e_entry = flash,
        .e_phoff = sizeof header,
        .e_shoff = HEADERS + code,
        .e_ehsize = sizeof header,
        .e_phentsize = sizeof(Elf32_Phdr),
        .e_phnum = 1,
        .e_shentsize = sizeof section[0],
        .e_shnum = 2,
        .e_shstrndx = 1};
    Elf32_Phdr segment = {.p_type = PT_LOAD,
                          .p_offset = HEADERS,
                          .p_vaddr = flash,
                          .p_paddr = flash,
                          .p_filesz = code,
                          .p_memsz = code,
                          .p_flags = PF_R | PF_X,
                          .p_align = 4};
    FILE *out = fopen(path, "wb");

    if (file == NULL) {
        fail("no memory");
    }
    memcpy(file, &header, sizeof header);
    memcpy(file + sizeof header, &segment, sizeof segment);
    for (size_t i = 0; i < code; i++) {
        file[HEADERS + i] = (uint8_t)(i * 7 + i / 251);
    }
    if (head_size > 0) {
        memcpy(file + HEADERS, head, head_size);
    }
    if (out == NULL || fwrite(file, HEADERS + code, 1, out) != 1 ||
        fwrite(section, sizeof section, 1, out) != 1 || fwrite(names, sizeof names, 1, out) != 1 ||
        fclose(out) != 0) {
        fail(path);
    }
    free(file);
}

/* The last 64 bytes of a P-256 SubjectPublicKeyInfo are the point. */
static void read_public_key(const char *path, uint8_t public_key[64])
{
    char text[1024] = "";
    char packed[1024];
    uint8_t der[512];
    size_t used = 0;
    size_t length = 0;
    FILE *file = fopen(path, "r");

    while (file != NULL && fgets(text, sizeof text, file) != NULL) {
        size_t line = strcspn(text, "\n");

        if (text[0] != '-' && line < sizeof packed - used) {
            memcpy(packed + used, text, line);
            used += line;
        }
    }
    if (file == NULL || fclose(file) != 0 ||
        mbedtls_base64_decode(der, sizeof der, &length, (const unsigned char *)packed, used) != 0 ||
        length < 64) {
        fail(path);
    }
    memcpy(public_key, der + length - 64, 64);
}

void package_elf(const char *path, uint32_t code)
{
    write_elf(path, code, (uint32_t)PIC_FLASH_HIGH << 16, NULL, 0);
}

static void run(const char *const *arguments)
{
    static struct tool_run result;

    tool_run(&result, NULL, arguments);
    if (result.code != 0) {
        tool_show(&result);
        fail(arguments[0]);
    }
}

static void make(struct package *p, uint32_t code, const char *layout)
{
    char public_path[128];

    tool_path(p->elf, sizeof p->elf, "app.elf");
    tool_path(p->tab, sizeof p->tab, "app.tab");
    tool_path(p->key, sizeof p->key, "key.pem");
    tool_path(public_path, sizeof public_path, "key.pub.pem");
    package_elf(p->elf, code);
    run((const char *const[]){"keygen", p->key, NULL});
    run((const char *const[]){"pack", p->elf, "--name", "gamma", "-o", p->tab, "--key", p->key,
                              layout, NULL});
    read_public_key(public_path, p->public_key);
}

void package_make(struct package *p)
{
    make(p, CODE, NULL);
}

void package_make_16k(struct package *p)
{
    make(p, SMALL_CODE, "--layout=tock");
}

void package_make_kernel(struct package *p, const char *version)
{
    uint8_t key[sizeof p->public_key + TRUST_DIGEST_SIZE];
    char elf[128];

    memcpy(key, p->public_key, sizeof p->public_key);
    trust_sha256(p->public_key, sizeof p->public_key, key + sizeof p->public_key);
    tool_path(elf, sizeof elf, "kernel.elf");
    tool_path(p->kernel, sizeof p->kernel, "kernel.img");
    write_elf(elf, SMALL_CODE, KERNEL_FLASH, key, sizeof key);
    run((const char *const[]){"pack", "--kernel", "--board", "mps2_an386", "--name", "kernel",
                              "--app-version", version, "--key", p->key, "-o", p->kernel, elf,
                              NULL});
}
