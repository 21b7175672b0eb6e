// SPDX-License-Identifier: Apache-2.0
#include "gantry_course.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <base/crc32.h>
#include <device/device.h>
#include <gantry/gantry.h>
#include <offline/engine.h>
#include <store/app.h>
#include <store/kernel.h>

#include "../cli/tool.h"
#include "gantry_parts.h"

enum { OWNER = 77, IMAGE_MAX = 4 << 20 };

static void note(struct course *course, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void note(struct course *course, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(course->text + course->used, sizeof course->text - course->used, format, arguments);
    va_end(arguments);
    course->used = strlen(course->text);
}

void course_init(struct course *course, const char *name)
{
    course->used = 0;
    course->text[0] = '\0';
    tool_path(course->image, sizeof course->image, name);
    snprintf(course->selector, sizeof course->selector, "file:%s", course->image);
}

/* A file's bytes, to be freed; NULL: it cannot be read. */
static uint8_t *read_file(const char *path, size_t *size)
{
    uint8_t *bytes = malloc(IMAGE_MAX);
    FILE *file = fopen(path, "rb");

    *size = bytes != NULL && file != NULL ? fread(bytes, 1, IMAGE_MAX, file) : 0;
    if (file != NULL) {
        fclose(file);
    }
    if (*size == 0) {
        free(bytes);
        return NULL;
    }
    return bytes;
}

static void erase_image(struct course *course)
{
    size_t size;
    uint8_t *bytes = read_file(parts_path(PART_BLANK), &size);
    FILE *file = fopen(course->image, "wb");

    if (bytes == NULL || file == NULL || fwrite(bytes, size, 1, file) != 1) {
        note(course, "no image\n");
    }
    if (file != NULL) {
        fclose(file);
    }
    free(bytes);
}

/* What of an image a call has changed. */
struct before {
    uint8_t *bytes;
    size_t size;
};

static struct before look(const struct course *course)
{
    struct before before;

    before.bytes = read_file(course->image, &before.size);
    return before;
}

static void note_changes(struct course *course, struct before *before)
{
    size_t size;
    uint8_t *bytes = read_file(course->image, &size);

    if (bytes == NULL || before->bytes == NULL || size != before->size) {
        note(course, ", no image");
    } else if (memcmp(bytes, before->bytes, size) != 0) {
        note(course, ", changed");
    }
    free(bytes);
    free(before->bytes);
}

/* What is told, and must come from nowhere else. */
struct ears {
    unsigned progress;
    uint32_t done;
};

static void on_progress(void *user, const char *what, uint32_t done, uint32_t total)
{
    struct ears *ears = user;

    ears->progress += what[0] != '\0' && done <= total;
    ears->done = done;
}

enum way { AS_APP, IN_PLACE, AS_KERNEL };

/* Installs a part, and notes what came of it and whether the image was changed. */
static void put(struct course *course, struct gantry *gantry, const char *what, enum part part,
                enum way way)
{
    struct gantry_package *package = NULL;
    struct gantry_installed done = {.name = ""};
    struct ears ears = {0};
    struct before before = look(course);
    enum gantry_error error;

    gantry_on_progress(gantry, on_progress, &ears);
    error = gantry_package_open(gantry, parts_path(part), &package);
    if (error == GANTRY_OK) {
        error = way == AS_KERNEL
                    ? gantry_kernel_install(gantry, package, 0)
                    : gantry_install(gantry, package, way == IN_PLACE ? GANTRY_IN_PLACE : 0, &done);
    }
    note(course, "%s: %s", what, gantry_error_name(error));
    note_changes(course, &before);
    if (done.name[0] != '\0') {
        note(course, ", %s version %u", done.name, (unsigned)done.version);
    }
    if (error != GANTRY_OK && (gantry_message(gantry)[0] == '\0' || ears.progress != 0)) {
        note(course, ", and nothing is said");
    }
    if (error == GANTRY_OK && (ears.progress < 2 || ears.done == 0)) {
        note(course, ", without progress");
    }
    note(course, "\n");
    gantry_on_progress(gantry, NULL, NULL);
    gantry_package_free(package);
}

static void act(struct course *course, struct gantry *gantry, enum gantry_action action,
                const char *name)
{
    struct before before = look(course);

    note(course, "action %d, %s: %s", (int)action, name,
         gantry_error_name(gantry_act(gantry, action, name)));
    note_changes(course, &before);
    note(course, "\n");
}

static void note_app(struct course *course, const struct gantry_app *app)
{
    static const char *const states[] = {"",        "running", "ended",     "disabled",
                                         "damaged", "enabled", "unverified"};

    note(course, "  %s version %u at 0x%x: %s\n", app->name, (unsigned)app->version,
         (unsigned)app->address, states[app->state]);
}

static void show(struct course *course, struct gantry *gantry)
{
    const struct gantry_info *info = gantry_info(gantry);
    struct gantry_trusted_key key;
    size_t count;
    enum gantry_error error = gantry_list(gantry, &count);

    if (info == NULL) {
        note(course, "no device\n");
        return;
    }
    note(course, "%s, mode %d, kernel %u at 0x%x, %u keys, list: %s\n", info->board,
         (int)info->mode, (unsigned)info->kernel_version, (unsigned)info->kernel_slot,
         (unsigned)info->key_count, gantry_error_name(error));
    for (size_t i = 0; i < count; i++) {
        note_app(course, gantry_app(gantry, i));
    }
    if (info->key_count > 0 && gantry_trusted_key(gantry, 0, &key) != GANTRY_OK) {
        note(course, "  no key\n");
    }
}

static void begin(struct course *course, struct gantry *gantry)
{
    note(course, "open: %s\n", gantry_error_name(gantry_open(gantry, course->selector)));
}

/* What a kernel does when it starts and counts: apps that wait are accepted, and no older one is.
 */
static void run_kernel(struct course *course)
{
    struct cli cli = {.device = NULL};
    struct line line;
    struct store_kernel kernel = {.active = STORE_SLOT_NONE};
    struct store *store = NULL;
    struct store_app app;
    int error = line_open(&cli, course->selector, &line);

    if (error == EXIT_DONE) {
        store = offline_store(line.offline, true, &error);
    }
    while (error == 0 && store_app_next(store, STORE_VERIFY, 0, &app) == 0) {
        app.record.status = STORE_ACCEPTED;
        app.record.owner = OWNER;
        app.record.floor = app.record.version;
        error = offline_finish(line.offline, store_adopt_begin(store, &app.record));
    }
    if (error == 0 && store_kernel_get(store, &kernel)) {
        kernel.floor = 3;
        error = offline_finish(line.offline, store_kernel_put_begin(store, &kernel));
    }
    line_close(&line);
    note(course, "the kernel has run: %d\n", error);
}

/* Of an erased flash nothing is known; what carries its own key is at least whole. */
static void into_nothing(struct course *course, struct gantry *gantry)
{
    note(course, "-- erased\n");
    begin(course, gantry);
    show(course, gantry);
    put(course, gantry, "kernel, unsigned", PART_KERNEL_UNSIGNED, AS_KERNEL);
    put(course, gantry, "kernel of another board", PART_KERNEL_OF_OTHER, AS_KERNEL);
    put(course, gantry, "kernel for the other slot", PART_KERNEL_B, AS_KERNEL);
    put(course, gantry, "app as a kernel", PART_ALPHA, AS_KERNEL);
    put(course, gantry, "app, unsigned", PART_ALPHA_UNSIGNED, AS_APP);
    put(course, gantry, "app, too large", PART_LARGE, AS_APP);
    put(course, gantry, "app, too greedy", PART_GREEDY, AS_APP);
    act(course, gantry, GANTRY_REMOVE, "alpha");
}

static void install(struct course *course, struct gantry *gantry)
{
    note(course, "-- installed\n");
    put(course, gantry, "kernel", PART_KERNEL_A, AS_KERNEL);
    put(course, gantry, "alpha", PART_ALPHA, AS_APP);
    put(course, gantry, "beta", PART_BETA, AS_APP);
    show(course, gantry);
    gantry_close(gantry);
    run_kernel(course);
}

static void refuse(struct course *course, struct gantry *gantry)
{
    note(course, "-- refused\n");
    begin(course, gantry);
    show(course, gantry);
    put(course, gantry, "unsigned", PART_ALPHA_UNSIGNED, AS_APP);
    put(course, gantry, "another key's", PART_ALPHA_STRANGE, AS_APP);
    put(course, gantry, "older", PART_ALPHA_OLD, AS_APP);
    put(course, gantry, "the same", PART_ALPHA, AS_APP);
    put(course, gantry, "too large", PART_LARGE, AS_APP);
    put(course, gantry, "too large, in place", PART_LARGE, IN_PLACE);
    put(course, gantry, "too greedy", PART_GREEDY, AS_APP);
    put(course, gantry, "kernel as an app", PART_KERNEL_B, AS_APP);
    put(course, gantry, "kernel, another key's", PART_KERNEL_STRANGE, AS_KERNEL);
    put(course, gantry, "kernel, older", PART_KERNEL_OLD, AS_KERNEL);
    put(course, gantry, "kernel for the slot that runs", PART_KERNEL_A, AS_KERNEL);
    act(course, gantry, GANTRY_START, "alpha");
    act(course, gantry, GANTRY_REMOVE, "gamma");
    note(course, "revert: %s\n", gantry_error_name(gantry_kernel_revert(gantry)));
}

static void change(struct course *course, struct gantry *gantry)
{
    note(course, "-- changed\n");
    act(course, gantry, GANTRY_DISABLE, "beta");
    act(course, gantry, GANTRY_DISABLE, "beta");
    put(course, gantry, "newer", PART_ALPHA_NEWER, AS_APP);
    put(course, gantry, "kernel", PART_KERNEL_B, AS_KERNEL);
    show(course, gantry);
    gantry_close(gantry);
    begin(course, gantry);
    show(course, gantry);
    act(course, gantry, GANTRY_REMOVE, "beta");
    act(course, gantry, GANTRY_ENABLE, "alpha");
    gantry_close(gantry);
    begin(course, gantry);
    show(course, gantry);
    gantry_close(gantry);
}

void course_image(struct course *course)
{
    struct gantry *gantry = gantry_new();

    if (gantry == NULL) {
        note(course, "no handle\n");
        return;
    }
    erase_image(course);
    into_nothing(course, gantry);
    install(course, gantry);
    refuse(course, gantry);
    change(course, gantry);
    gantry_free(gantry);
}

static void work_with(struct course *course, struct gantry *gantry, const char *app)
{
    struct gantry_package *package = NULL;
    struct ears ears = {0};
    char name[GANTRY_TEXT_SIZE];

    gantry_on_progress(gantry, on_progress, &ears);
    show(course, gantry);
    for (enum gantry_action action = GANTRY_ENABLE; action <= GANTRY_FAULT; action++) {
        note(course, "%s ", gantry_error_name(gantry_act(gantry, action, "alpha")));
    }
    note(course, "%s, ", gantry_error_name(gantry_act(gantry, GANTRY_START, "alpha")));
    note(course, "%s\n", gantry_error_name(gantry_act(gantry, GANTRY_START, "omega")));
    note(course, "%s, %s\n", gantry_message(gantry), gantry_hint(gantry));
    note(course, "package: %s\n", gantry_error_name(gantry_package_open(gantry, app, &package)));
    if (package != NULL) {
        note(course, "install: %s\n", gantry_error_name(gantry_install(gantry, package, 0, NULL)));
        note(course, "again: %s\n", gantry_error_name(gantry_install(gantry, package, 0, NULL)));
        note(course, "remove: %s\n", gantry_error_name(gantry_act(gantry, GANTRY_REMOVE, "gamma")));
    }
    note(course, "progress %s, listen: %s\n", ears.progress > 2 ? "told" : "not told",
         gantry_error_name(gantry_listen(gantry, 1)));
    note(course, "%s\n", gantry_error_name(gantry_process_name(gantry, 4711, name)));
    gantry_package_free(package);
}

void course_device(struct course *course, const char *selector, const char *app)
{
    struct gantry *gantry = gantry_new();
    enum gantry_error error = gantry != NULL ? gantry_open(gantry, selector) : GANTRY_MEMORY;

    note(course, "device: %s\n", gantry_error_name(error));
    if (error == GANTRY_OK) {
        work_with(course, gantry, app);
    }
    gantry_free(gantry);
}

uint8_t *course_bytes(const struct course *course, size_t *size)
{
    return read_file(course->image, size);
}

static bool on_password(void *user, const char *path, char *password, size_t size)
{
    struct course *course = user;

    note(course, "asked for a password%s\n", path[0] == '\0' ? " of nothing" : "");
    return snprintf(password, size, PARTS_PASSWORD) < (int)size;
}

static void sign(struct course *course, struct gantry *gantry, struct gantry_package *package,
                 const struct gantry_key *key)
{
    const struct gantry_object *object;

    note(course, "sign: %s", gantry_error_name(gantry_package_sign(gantry, package, key)));
    object = gantry_package_object(package, 0);
    note(course, ", %s %08x, verify: %s\n", object->member,
         (unsigned)crc32_posix(object->data, object->size),
         gantry_error_name(gantry_package_verify(gantry, package, key)));
}

void course_key(struct course *course, const char *key, const char *elf)
{
    const struct gantry_pack pack = {.size = sizeof pack, .name = "delta"};
    struct gantry *gantry = gantry_new();
    struct gantry_package *package = NULL;
    struct gantry_key *read = NULL;
    struct gantry_key *made = NULL;

    gantry_on_password(gantry, on_password, course);
    note(course, "key: %s\n", gantry_error_name(gantry_key_read(gantry, key, &read)));
    note(course, "pack: %s\n",
         gantry_error_name(gantry_package_pack(gantry, elf, &pack, &package)));
    note(course, "new key: %s\n", gantry_error_name(gantry_key_generate(gantry, &made)));
    if (read != NULL && package != NULL && made != NULL) {
        sign(course, gantry, package, read);
        note(course, "by another: %s\n",
             gantry_error_name(gantry_package_verify(gantry, package, made)));
    }
    gantry_package_free(package);
    note(course, "nothing: %s", gantry_error_name(gantry_package_open(gantry, "/none", &package)));
    note(course, ", %s\n", gantry_message(gantry));
    gantry_key_free(read);
    gantry_key_free(made);
    gantry_free(gantry);
}
