// SPDX-License-Identifier: Apache-2.0
/* What happens between the first instructions and main(). */
#include "start.h"

/* The linker script says where the tables of functions that run before main() lie. */
typedef void constructor(void);
extern constructor *const __init_array_start[]; // NOLINT(bugprone-reserved-identifier)
extern constructor *const __init_array_end[];   // NOLINT(bugprone-reserved-identifier)

void start_constructors(void)
{
    for (constructor *const *each = __init_array_start; each != __init_array_end; each++) {
        (*each)();
    }
}
