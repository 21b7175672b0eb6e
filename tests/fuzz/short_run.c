// SPDX-License-Identifier: Apache-2.0
/*
 * A short run of a fuzz target without libFuzzer, the same each time: random bytes or, of a vector
 * file, what its hosts send, cut, joined and damaged at random.
 *
 *   short_run ROUNDS [VECTORS]
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SEEDS_MAX = 256, SEED_MAX = 1200, INPUT_MAX = 4096, TEXT_MAX = 4096, BYTES_MAX = 600 };

struct seed {
    uint8_t bytes[SEED_MAX];
    size_t length;
};

static struct seed seeds[SEEDS_MAX];
static unsigned count;
static uint32_t state = 1;

static uint32_t random_below(uint32_t limit)
{
    state = state * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)(state >> 8) * limit >> 24);
}

/* Bytes in hex up to '|'; xx*n: the byte n times. */
static void add_seed(const char *at)
{
    struct seed *seed = &seeds[count];

    while (*at != '\0' && *at != '|') {
        char digits[3] = {at[0], at[1], '\0'};
        char *end = digits;
        unsigned long byte = strtoul(digits, &end, 16);
        unsigned long times = 1;

        if (*at == ' ' || end != digits + 2) {
            at++;
            continue;
        }
        at += 2;
        if (*at == '*') {
            times = strtoul(at + 1, &end, 10);
            at = end;
        }
        for (; times > 0 && seed->length < SEED_MAX; times--) {
            seed->bytes[seed->length++] = (uint8_t)byte;
        }
    }
    count += seed->length > 0;
}

static void read_seeds(const char *path)
{
    static char line[TEXT_MAX];
    FILE *file = fopen(path, "r");

    while (file != NULL && count < SEEDS_MAX && fgets(line, sizeof line, file) != NULL) {
        const char *sent = strncmp(line, "exchange ", 9) == 0 ? strchr(line, '|') : NULL;

        if (sent != NULL) {
            add_seed(sent + 1);
        }
    }
    if (file == NULL || count == 0) {
        fprintf(stderr, "short_run: no seeds in '%s'\n", path);
        exit(2);
    }
    fclose(file);
}

/* Parts of seeds, one behind the other, some bytes changed; the first byte is any. */
static size_t make_parts(uint8_t *input)
{
    size_t used = 1;

    input[0] = (uint8_t)random_below(256);
    for (uint32_t parts = 1 + random_below(6); parts > 0; parts--) {
        const struct seed *seed = &seeds[random_below(count)];
        size_t from = random_below(4) == 0 ? random_below((uint32_t)seed->length) : 0;
        size_t length = seed->length - from;

        length = random_below(4) == 0 ? random_below((uint32_t)length + 1) : length;
        length = length < INPUT_MAX - used ? length : INPUT_MAX - used;
        memcpy(input + used, seed->bytes + from, length);
        used += length;
    }
    for (uint32_t changes = random_below(4); changes > 0 && used > 1; changes--) {
        input[1 + random_below((uint32_t)used - 1)] =
            random_below(3) == 0 ? 0xFC : (uint8_t)random_below(256);
    }
    return used;
}

/* Every other byte is a small number: requests and lengths are made of those. */
static size_t make_bytes(uint8_t *input)
{
    size_t length = random_below(BYTES_MAX);

    for (size_t i = 0; i < length; i++) {
        input[i] = (uint8_t)random_below(random_below(2) == 0 ? 16 : 256);
    }
    return length;
}

int main(int argc, char **argv)
{
    static uint8_t input[INPUT_MAX];
    unsigned long rounds = argc == 2 || argc == 3 ? strtoul(argv[1], NULL, 10) : 0;

    if (rounds == 0) {
        fprintf(stderr, "usage: short_run ROUNDS [VECTORS]\n");
        return 2;
    }
    if (argc == 3) {
        read_seeds(argv[2]);
    }
    for (unsigned long i = 0; i < rounds; i++) {
        (void)LLVMFuzzerTestOneInput(input, count > 0 ? make_parts(input) : make_bytes(input));
    }
    printf("%lu inputs, %u seeds\n", rounds, count);
    return 0;
}
