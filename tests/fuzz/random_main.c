// SPDX-License-Identifier: Apache-2.0
/* Runs a fuzz target on inputs from a fixed sequence, for compilers without libFuzzer. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
    static uint8_t input[600];
    unsigned long runs = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
    uint64_t state = 0x9E3779B97F4A7C15u;

    for (unsigned long run = 0; run < runs; run++) {
        size_t size;

        for (size_t i = 0; i < sizeof input; i++) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            /* Small numbers are what requests and lengths are made of. */
            input[i] = (uint8_t)(state >> 40);
            input[i] = (state >> 32 & 1u) != 0 ? input[i] & 0x0F : input[i];
        }
        size = (size_t)(state >> 20) % sizeof input;
        (void)LLVMFuzzerTestOneInput(input, size);
    }
    return 0;
}
