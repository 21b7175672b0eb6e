/* SPDX-License-Identifier: Apache-2.0 */
/* Installs a package on a device and shows what is there then; with libgantry.
 *
 *   cc install.c $(pkg-config --cflags --libs gantry) -o install
 *   ./install usb:1209:0001 hello.tab
 */
#include <stdio.h>

#include <gantry/gantry.h>

static void on_progress(void *user, const char *what, uint32_t done, uint32_t total)
{
    (void)user;
    fprintf(stderr, "%s: %u of %u bytes\n", what, (unsigned)done, (unsigned)total);
}

/* Says what went wrong, and answers the exit code for it. */
static int complain(const struct gantry *gantry, enum gantry_error error)
{
    fprintf(stderr, "%s: %s\n", gantry_error_name(error), gantry_message(gantry));
    if (gantry_hint(gantry)[0] != '\0') {
        fprintf(stderr, "hint: %s\n", gantry_hint(gantry));
    }
    return (int)error;
}

static enum gantry_error install(struct gantry *gantry, const char *path)
{
    struct gantry_package *package;
    enum gantry_error error = gantry_package_open(gantry, path, &package);

    if (error != GANTRY_OK) {
        return error;
    }
    error = gantry_install(gantry, package, 0, NULL);
    gantry_package_free(package);
    return error == GANTRY_NOTHING ? GANTRY_OK : error; /* it is there already */
}

static enum gantry_error show(struct gantry *gantry)
{
    size_t count;
    enum gantry_error error = gantry_list(gantry, &count);

    for (size_t i = 0; i < count; i++) {
        const struct gantry_app *app = gantry_app(gantry, i);

        printf("%s, version %u, %u bytes\n", app->name, (unsigned)app->version,
               (unsigned)app->size);
    }
    return error;
}

int main(int argc, char **argv)
{
    struct gantry *gantry = gantry_new();
    enum gantry_error error;
    int code = 0;

    if (gantry == NULL || argc != 3) {
        fprintf(stderr, "usage: install DEVICE PACKAGE (libgantry %s)\n", gantry_version());
        gantry_free(gantry);
        return GANTRY_USAGE;
    }
    gantry_on_progress(gantry, on_progress, NULL);
    error = gantry_open(gantry, argv[1]);
    error = error != GANTRY_OK ? error : install(gantry, argv[2]);
    error = error != GANTRY_OK ? error : show(gantry);
    if (error != GANTRY_OK) {
        code = complain(gantry, error);
    }
    gantry_free(gantry); /* ends the session, too */
    return code;
}
