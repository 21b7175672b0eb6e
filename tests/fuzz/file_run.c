// SPDX-License-Identifier: Apache-2.0
/*
 * A short run of a fuzz target without libFuzzer, the same each time: the files of its corpus as
 * they are, then damaged, cut, joined and filled at random.
 *
 *   file_run ROUNDS DIRECTORY
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SEEDS_MAX = 64, INPUT_MAX = 16384 };

struct seed {
    uint8_t bytes[INPUT_MAX];
    size_t length;
};

static struct seed seeds[SEEDS_MAX];
static uint32_t count;
static uint32_t state = 1;

static uint32_t random_below(size_t limit)
{
    state = state * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)(state >> 8) * limit >> 24);
}

static int in_order(const void *one, const void *other)
{
    const struct seed *a = one;
    const struct seed *b = other;

    return a->length != b->length ? (a->length < b->length ? -1 : 1)
                                  : memcmp(a->bytes, b->bytes, a->length);
}

static void read_seeds(const char *directory)
{
    DIR *folder = opendir(directory);
    const struct dirent *entry;

    while (folder != NULL && count < SEEDS_MAX && (entry = readdir(folder)) != NULL) {
        char path[1024];
        FILE *file;

        snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
        file = entry->d_name[0] != '.' ? fopen(path, "rb") : NULL;
        if (file != NULL) {
            seeds[count].length = fread(seeds[count].bytes, 1, INPUT_MAX, file);
            count += seeds[count].length > 0;
            fclose(file);
        }
    }
    if (folder == NULL || count == 0) {
        fprintf(stderr, "file_run: no seeds in '%s'\n", directory);
        exit(2);
    }
    closedir(folder);
    qsort(seeds, count, sizeof seeds[0], in_order); /* not in that of the folder */
}

/* Numbers at which lengths and offsets go wrong, in places where they stand. */
static void put_number(uint8_t *at)
{
    static const uint32_t odd[] = {0,          1,          0xFF,       0xFFFF,     0x10000,
                                   0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFF8, 0x1000000};
    uint32_t number = odd[random_below(sizeof odd / sizeof odd[0])];

    for (int i = 0; i < 4; i++) {
        at[i] = (uint8_t)(number >> 8 * i);
    }
}

static void change(uint8_t *input, size_t used)
{
    size_t at = random_below(used);
    size_t length = 1 + random_below(used - at < 64 ? used - at : 64);

    switch (random_below(5)) {
    case 0:
        input[at] = (uint8_t)random_below(256);
        break;
    case 1:
        input[at] ^= (uint8_t)(1u << random_below(8));
        break;
    case 2:
        if (used >= 4) {
            put_number(input + (at < used - 4 ? at & ~(size_t)3 : used - 4));
        }
        break;
    case 3:
        memmove(input + at, input + random_below(used - length + 1), length);
        break;
    default:
        memset(input + at, (int)random_below(256), length);
        break;
    }
}

static size_t make(uint8_t *input)
{
    const struct seed *seed = &seeds[random_below(count)];
    size_t used = seed->length;

    memcpy(input, seed->bytes, used);
    if (random_below(8) == 0) {
        const struct seed *other = &seeds[random_below(count)];
        size_t from = random_below(other->length);
        size_t length = other->length - from;

        used = random_below(used + 1);
        length = length < INPUT_MAX - used ? length : INPUT_MAX - used;
        memcpy(input + used, other->bytes + from, length);
        used += length;
    }
    for (uint32_t changes = 1 + random_below(4); changes > 0 && used > 0; changes--) {
        change(input, used);
    }
    return random_below(8) == 0 ? random_below(used + 1) : used;
}

int main(int argc, char **argv)
{
    static uint8_t input[INPUT_MAX];
    unsigned long rounds = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;

    if (rounds == 0) {
        fprintf(stderr, "usage: file_run ROUNDS DIRECTORY\n");
        return 2;
    }
    read_seeds(argv[2]);
    for (uint32_t i = 0; i < count; i++) {
        (void)LLVMFuzzerTestOneInput(seeds[i].bytes, seeds[i].length);
    }
    for (unsigned long i = 0; i < rounds; i++) {
        (void)LLVMFuzzerTestOneInput(input, make(input));
    }
    printf("%lu inputs, %u seeds\n", rounds, count);
    return 0;
}
