// SPDX-License-Identifier: Apache-2.0
/*
 * Any bytes as an executable, of an app and of a kernel: what is taken has its entry in its code,
 * its writeable sections too, and can be built into an object that is sound.
 */
#include <stdlib.h>

#include <package/package.h>

#include "input_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void build(struct cli *cli, const struct elf_app *app)
{
    const struct image_options options = {.name = "fuzz"};
    struct tbf_header header;
    struct bytes tbf;

    if (image_build(cli, app, &options, &tbf) != EXIT_DONE) {
        return;
    }
    if (image_parse(cli, &tbf, "it", &header) != EXIT_DONE || header.entry < header.app_start ||
        header.entry >= header.binary_end) {
        abort();
    }
    bytes_free(&tbf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = input_file(data, size);
    struct cli cli = input_cli();

    for (int kernel = 0; kernel < 2; kernel++) {
        struct elf_app app;

        if (elf_read(&cli, path, kernel != 0, &app) != EXIT_DONE) {
            if (app.binary.data != NULL) {
                abort();
            }
            continue;
        }
        if (app.entry >= app.binary.size || app.writeable_count > WRITEABLE_MAX) {
            abort();
        }
        for (size_t i = 0; i < app.writeable_count; i++) {
            if (app.writeable[i].offset > app.binary.size ||
                app.writeable[i].size > app.binary.size - app.writeable[i].offset) {
                abort();
            }
        }
        if (kernel == 0) {
            build(&cli, &app);
        }
        bytes_free(&app.binary);
    }
    input_cli_free(&cli);
    return 0;
}
