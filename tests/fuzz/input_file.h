// SPDX-License-Identifier: Apache-2.0
/* Inputs of fuzz targets that read files: a file in memory, and a tool that says nothing. */
#ifndef FUZZ_INPUT_FILE_H
#define FUZZ_INPUT_FILE_H

#include <stdint.h>

#include <cli/cli.h>

/** Makes the bytes the content of a file. @return its path, the same each time */
const char *input_file(const uint8_t *data, size_t size);
/** Begins a run of the tool that keeps its errors. Free with input_cli_free(). */
struct cli input_cli(void);
void input_cli_free(struct cli *cli);

#endif
