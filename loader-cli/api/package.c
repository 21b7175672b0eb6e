// SPDX-License-Identifier: Apache-2.0
/* Packages. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../package/architecture.h"
#include "../package/member.h"
#include "internal.h"

static struct gantry_package *make(const char *path)
{
    struct gantry_package *package = calloc(1, sizeof *package);

    if (package != NULL) {
        snprintf(package->path, sizeof package->path, "%s", path);
    }
    return package;
}

/* Describes the objects anew. */
static void describe(struct gantry_package *package)
{
    for (size_t i = 0; i < package->tab.count; i++) {
        const struct tab_member *member = &package->tab.member[i];
        struct gantry_object *object = &package->object[i];
        struct tbf_header header;
        int error = tbf_header_parse(member->tbf.data, (uint32_t)member->tbf.size, &header);

        *object = (struct gantry_object){.member = member->name,
                                         .name = package->name[i],
                                         .data = member->tbf.data,
                                         .size = (uint32_t)member->tbf.size};
        if (error != 0) {
            object->fault = tbf_error_text(error);
            continue;
        }
        cli_clean(header.name.data, header.name.length, package->name[i], sizeof package->name[i]);
        object->header_size = header.header_size;
        object->binary_end = header.binary_end;
        object->version = header.version;
        object->short_id = tbf_short_id(&header);
        object->ram = header.min_ram;
        object->kernel = header.is_kernel;
        package_digest(&member->tbf, &header, object->digest);
    }
}

/* Ends a call that makes a package. */
static enum gantry_error made(struct gantry *gantry, int code, struct gantry_package **package)
{
    if (code == EXIT_DONE) {
        describe(*package);
    } else {
        gantry_package_free(*package);
        *package = NULL;
    }
    return api_end(gantry, code);
}

enum gantry_error gantry_package_open(struct gantry *gantry, const char *path,
                                      struct gantry_package **package)
{
    int code;

    *package = make(path);
    if (*package == NULL) {
        return api_no_memory(gantry);
    }
    code = tab_read(&gantry->cli, path, &(*package)->tab);
    if (code != EXIT_DONE) {
        (*package)->tab.count = 0; /* it has freed what it had */
    }
    return made(gantry, code, package);
}

/* Makes the only object of a bundle. */
static int pack_object(struct cli *cli, const char *path, const struct gantry_pack *pack,
                       struct tab *tab)
{
    const struct member_options options = {.path = path, .board = pack->board};
    struct image_options image = {.name = pack->name,
                                  .app_heap = pack->app_heap,
                                  .kernel_heap = pack->kernel_heap,
                                  .version = pack->version,
                                  .short_id = 0,
                                  .fixed_flash = TBF_NO_FIXED_ADDRESS,
                                  .fixed_ram = TBF_NO_FIXED_ADDRESS};
    char argument[4096];
    char architecture[ARCHITECTURE_MAX];
    struct elf_app app;
    int code = elf_read(cli, path, false, &app);

    if (code != EXIT_DONE) {
        return code;
    }
    snprintf(argument, sizeof argument, "%s%s%s", path, pack->architecture != NULL ? "," : "",
             pack->architecture != NULL ? pack->architecture : "");
    code = architecture_read(cli, argument, app.machine, architecture);
    member_take_addresses(cli, &options, &app, &image);
    code = code != EXIT_DONE ? code : member_name(cli, architecture, &app, &options, &image, tab);
    code = code != EXIT_DONE ? code : image_build(cli, &app, &image, &tab->member[0].tbf);
    tab->count = code == EXIT_DONE ? 1 : 0;
    bytes_free(&app.binary);
    return code;
}

enum gantry_error gantry_package_pack(struct gantry *gantry, const char *path,
                                      const struct gantry_pack *pack,
                                      struct gantry_package **package)
{
    struct tab *tab;

    *package = NULL;
    if (pack->size != sizeof *pack || pack->name == NULL) {
        return api_usage(gantry, "struct gantry_pack has no name, or another size");
    }
    *package = make(path);
    if (*package == NULL) {
        return api_no_memory(gantry);
    }
    tab = &(*package)->tab;
    snprintf(tab->name, sizeof tab->name, "%s", pack->name);
    snprintf(tab->boards, sizeof tab->boards, "%s", pack->board != NULL ? pack->board : "");
    snprintf(tab->kernel, sizeof tab->kernel, "%d.%d", IMAGE_KERNEL_MAJOR, IMAGE_KERNEL_MINOR);
    return made(gantry, pack_object(&gantry->cli, path, pack, tab), package);
}

enum gantry_error gantry_package_write(struct gantry *gantry, const struct gantry_package *package,
                                       const char *path)
{
    return api_end(gantry, tab_write(&gantry->cli, path, &package->tab));
}

void gantry_package_free(struct gantry_package *package)
{
    if (package != NULL) {
        tab_free(&package->tab);
        free(package);
    }
}

size_t gantry_package_count(const struct gantry_package *package)
{
    return package->tab.count;
}

const struct gantry_object *gantry_package_object(const struct gantry_package *package,
                                                  size_t index)
{
    return index < package->tab.count ? &package->object[index] : NULL;
}

const char *gantry_package_name(const struct gantry_package *package)
{
    return package->tab.name;
}

const char *gantry_package_boards(const struct gantry_package *package)
{
    return package->tab.boards;
}

const char *gantry_package_kernel(const struct gantry_package *package)
{
    return package->tab.kernel;
}

const char *gantry_package_built(const struct gantry_package *package)
{
    return package->tab.built;
}

bool gantry_package_is_bundle(const struct gantry_package *package)
{
    return !package->tab.bare;
}

/* Copies the objects, so that a change of them can be given up. */
static bool copy(const struct tab *from, struct tab *to)
{
    bool ok = true;

    *to = *from;
    for (size_t i = 0; i < to->count; i++) {
        to->member[i].tbf = (struct bytes){NULL, 0};
    }
    for (size_t i = 0; ok && i < to->count; i++) {
        ok = bytes_resize(&to->member[i].tbf, from->member[i].tbf.size);
        if (ok) {
            memcpy(to->member[i].tbf.data, from->member[i].tbf.data, from->member[i].tbf.size);
        }
    }
    return ok;
}

/* What becomes of a package whose signatures were made. */
struct signing {
    const struct key *key;
    gantry_signer *signer; /* NULL: the key itself */
    void *user;
};

static int call_signer(void *context, const char *member, const uint8_t digest[32],
                       uint8_t signature[64])
{
    const struct signing *signing = context;

    return (int)signing->signer(signing->user, member, digest, signature);
}

static int change(struct gantry *gantry, struct tab *tab, struct signing *signing)
{
    if (signing == NULL) {
        return package_prepare(&gantry->cli, tab);
    }
    return signing->signer != NULL
               ? package_sign_by(&gantry->cli, tab, signing->key, call_signer, signing)
               : package_sign(&gantry->cli, tab, signing->key);
}

/* Changes a copy, which takes the package's place when all went well. signing NULL: prepares it. */
static enum gantry_error sign(struct gantry *gantry, struct gantry_package *package,
                              struct signing *signing)
{
    struct tab *changed = malloc(sizeof *changed);
    int code;

    if (changed == NULL) {
        return api_no_memory(gantry);
    }
    code = copy(&package->tab, changed) ? change(gantry, changed, signing)
                                        : (int)api_no_memory(gantry);
    if (code == EXIT_DONE) {
        for (size_t i = 0; i < changed->count; i++) {
            struct bytes before = package->tab.member[i].tbf;

            package->tab.member[i].tbf = changed->member[i].tbf;
            changed->member[i].tbf = before;
        }
        describe(package);
    }
    tab_free(changed);
    free(changed);
    return api_end(gantry, code);
}

enum gantry_error gantry_package_prepare(struct gantry *gantry, struct gantry_package *package)
{
    return sign(gantry, package, NULL);
}

enum gantry_error gantry_package_sign(struct gantry *gantry, struct gantry_package *package,
                                      const struct gantry_key *key)
{
    struct signing signing = {.key = &key->key};

    return sign(gantry, package, &signing);
}

enum gantry_error gantry_package_sign_by(struct gantry *gantry, struct gantry_package *package,
                                         const struct gantry_key *key, gantry_signer *signer,
                                         void *user)
{
    struct signing signing = {.key = &key->key, .signer = signer, .user = user};

    if (signer == NULL) {
        return api_usage(gantry, "there is no signer");
    }
    return sign(gantry, package, &signing);
}

bool gantry_signature_read(const uint8_t *data, size_t length, uint8_t signature[64])
{
    return signature_decode(data, length, signature);
}

enum gantry_error gantry_package_verify(struct gantry *gantry, const struct gantry_package *package,
                                        const struct gantry_key *key)
{
    return api_end(gantry, package_verify(&gantry->cli, &package->tab, &key->key));
}
