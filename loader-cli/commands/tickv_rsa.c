// SPDX-License-Identifier: Apache-2.0
/* tickv append-rsa-key: a public key as two values, under the keys that Tock's host tool uses. */
#include <stdio.h>

#include "../cli/number.h"
#include "../package/rsa.h"
#include "tickv.h"

static const struct poptOption options[] = {
    TICKV_WRITER_OPTION, TICKV_REPLACE_OPTION, TICKV_FORCE_OPTION,
    TICKV_PLACE_OPTIONS, POPT_TABLEEND,
};

/* One half, for a session of its own: an area is opened for one change. */
static int put(struct cli *cli, size_t bits, const char *half, const uint8_t *data, size_t length)
{
    char key[32];
    struct tickv_area area;
    struct device device;
    int code = tickv_begin(cli, &device, &area);

    if (code == EXIT_DONE) {
        snprintf(key, sizeof key, "rsa%zu-key-%s", bits, half);
        code = tickv_put(&device, &area, key, data, length);
        tickv_end(&device, &area);
    }
    return code;
}

static int run(struct cli *cli, int count, const char **argument)
{
    uint8_t modulus[RSA_BYTES_MAX];
    uint8_t exponent[RSA_EXPONENT_MAX];
    size_t modulus_size;
    size_t exponent_size;
    uint32_t ignored;
    int code;

    if (count != 1 || (tickv_writer != NULL && !number_read(tickv_writer, &ignored))) {
        return cli_fail(cli, EXIT_USAGE, "loader-cli tickv append-rsa-key --help",
                        "tickv append-rsa-key takes a key file, and --write-id is a number");
    }
    code = rsa_public(cli, argument[0], modulus, &modulus_size, exponent, &exponent_size);
    code = code == EXIT_DONE ? put(cli, 8 * modulus_size, "n", modulus, modulus_size) : code;
    return code == EXIT_DONE ? put(cli, 8 * modulus_size, "e", exponent, exponent_size) : code;
}

const struct command command_tickv_append_rsa_key = {
    .name = "tickv append-rsa-key",
    .group = "Stored values",
    .summary = "Store the two numbers of a public RSA key",
    .usage = "KEY.pem",
    .help = "Modulus and exponent, big-endian, under rsaBITS-key-n and rsaBITS-key-e, as Tock's "
            "host tool\nhas it. A private key will do.",
    .options = options,
    .run = run,
};
