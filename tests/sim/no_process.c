// SPDX-License-Identifier: Apache-2.0
/* The loader's view of processes, on a device that has none. */
#include <stddef.h>

#include <kernel/kernel.h>
#include <kernel/process.h>

int process_create(const struct process_image *image, struct process **process)
{
    (void)image;
    (void)process;
    return KERNEL_E_RAM;
}

void process_ram_free(uint32_t *largest, uint32_t *total)
{
    *largest = 0;
    *total = 0;
}

bool process_ram_fits(uint32_t need, uint32_t fixed, const struct process *without)
{
    (void)need;
    (void)fixed;
    (void)without;
    return false;
}

void process_destroy(struct process *process)
{
    (void)process;
}

struct process *process_at(uint32_t index)
{
    (void)index;
    return NULL;
}

uint32_t process_slots(void)
{
    return 0;
}

struct process *process_of_app(uint32_t flash_start)
{
    (void)flash_start;
    return NULL;
}

bool process_is_alive(const struct process *process)
{
    (void)process;
    return false;
}
