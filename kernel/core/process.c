// SPDX-License-Identifier: Apache-2.0
/* The life of processes. */
#include <kernel/process.h>
#include <kernel/share.h>

#include <string.h>

#include <tbf/storage.h>

#include "core.h"

struct process *core_processes[KERNEL_PROCESSES];
struct scheduler_ready core_ready;
static uint32_t next_id;

uint32_t process_slots(void)
{
    return KERNEL_PROCESSES;
}

uint32_t process_slot(const struct process *process)
{
    return process->slot;
}

struct process *process_at(uint32_t index)
{
    return index < KERNEL_PROCESSES ? core_processes[index] : NULL;
}

struct process *process_find(struct process_id id)
{
    for (uint32_t i = 0; i < KERNEL_PROCESSES; i++) {
        if (core_processes[i] != NULL && core_processes[i]->id == id.value) {
            return core_processes[i];
        }
    }
    return NULL;
}

struct process *process_of_app(uint32_t flash_start)
{
    for (uint32_t i = 0; i < KERNEL_PROCESSES; i++) {
        if (core_processes[i] != NULL && core_processes[i]->image.flash_start == flash_start) {
            return core_processes[i];
        }
    }
    return NULL;
}

/* A new instance in the process's block: memory, upcalls and registers as at the first start. */
static void begin_instance(struct process *process)
{
    const struct process_image *image = &process->image;
    const uint32_t argument[4] = {image->app_start, process->start, process->size,
                                  process->start + ARCH_FRAME_SIZE};

    core_memory_reset(process);
    process->id = next_id++;
    process->stopped = false;
    /* The frame lies at the top of the first 32 bytes; what the app sees as SP is their end. */
    arch_frame_create(&process->context, process->start + ARCH_FRAME_SIZE, image->entry, argument);
    core_upcalls_clear(process);
    core_state_set(process, STATE_RUNNING);
}

static uint32_t free_slot(void)
{
    uint32_t slot = 0;

    while (slot < KERNEL_PROCESSES && core_processes[slot] != NULL) {
        slot++;
    }
    return slot;
}

int process_create(const struct process_image *image, struct process **process)
{
    uint32_t slot = free_slot();
    struct arch_region flash[2];
    struct process *created;
    uint32_t start;
    uint32_t size;
    uint32_t granule;

    if (slot == KERNEL_PROCESSES) {
        return KERNEL_E_SLOTS;
    }
    if (!arch_region_cover(image->flash_start, image->flash_start + image->extent,
                           ARCH_READ_EXECUTE, flash)) {
        return KERNEL_E_REGION;
    }
    if (!core_block_allocate(image->min_ram, image->fixed_ram, &start, &size, &granule)) {
        return image->fixed_ram == UINT32_MAX ? KERNEL_E_RAM : KERNEL_E_ADDRESS;
    }
    created = (struct process *)(uintptr_t)(start + size - CORE_PROCESS_SIZE);
    memset(created, 0, sizeof *created);
    created->image = *image;
    created->slot = (uint8_t)slot;
    created->start = start;
    created->size = size;
    created->granule = granule;
    created->region[ARCH_REGION_FLASH] = flash[0];
    created->region[ARCH_REGION_FLASH + 1] = flash[1];
    core_processes[slot] = created;
    begin_instance(created);
    *process = created;
    arch_request_kernel();
    return 0;
}

void process_hold(struct process *process, bool hold)
{
    process->held = hold;
    core_readiness(process);
    arch_request_kernel();
}

void core_process_end(struct process *process, enum state state)
{
    timer_cancel(&process->pause);
    if (core_alive(process)) {
        for (uint32_t i = 0; core_driver(i) != NULL; i++) {
            const struct driver *driver = core_driver(i);

            if (driver->ended != NULL && process->grant[i] != 0) {
                driver->ended(driver, process);
            }
        }
    }
    process_unshare(process);
    arch_context_forget(&process->context);
    process->state = (uint8_t)state;
    core_upcalls_clear(process);
    arch_request_kernel();
}

void process_terminate(struct process *process, uint32_t completion)
{
    if (process_is_alive(process)) {
        process->statistics.completion = completion;
        core_process_end(process, STATE_TERMINATED);
    }
}

void process_destroy(struct process *process)
{
    core_process_end(process, STATE_TERMINATED);
    core_processes[process->slot] = NULL;
}

void core_process_restart(struct process *process)
{
    core_process_end(process, STATE_TERMINATED);
    process->statistics.restarts++;
    begin_instance(process);
}

void process_restart(struct process *process)
{
    process->statistics.fault_restarts = 0;
    core_process_restart(process);
}

int process_start(struct process *process)
{
    if (core_alive(process)) {
        return KERNEL_E_STATE;
    }
    process_restart(process);
    return 0;
}

void process_stop(struct process *process)
{
    if (core_alive(process)) {
        process->stopped = true;
        core_readiness(process);
        arch_request_kernel();
    }
}

void process_resume(struct process *process)
{
    process->stopped = false;
    core_readiness(process);
    arch_request_kernel();
}

int process_control(struct process *process, uint32_t action)
{
    if (action == ABI_PROCESS_BOOT) {
        return process_start(process);
    }
    if (!process_is_alive(process)) {
        return KERNEL_E_STATE;
    }
    switch (action) {
    case ABI_PROCESS_RESUME:
        process_resume(process);
        return 0;
    case ABI_PROCESS_STOP:
        process_stop(process);
        return 0;
    case ABI_PROCESS_FAULT:
        process_force_fault(process);
        return 0;
    case ABI_PROCESS_TERMINATE:
        process_terminate(process, 0);
        return 0;
    default:
        return KERNEL_E_STATE;
    }
}

struct process_id process_id(const struct process *process)
{
    return (struct process_id){process->id};
}

const struct process_image *process_image(const struct process *process)
{
    return &process->image;
}

uint32_t process_storage_id(const struct process *process)
{
    return process->image.short_id;
}

bool process_may_store(const struct process *process, enum storage_access access, uint32_t id)
{
    static const enum tbf_storage_access accesses[] = {
        [STORAGE_WRITE] = TBF_STORAGE_WRITE,
        [STORAGE_READ] = TBF_STORAGE_READ,
        [STORAGE_MODIFY] = TBF_STORAGE_MODIFY,
    };
    const struct process_image *image = &process->image;

    return tbf_storage_permits(image->storage, image->short_id, accesses[access], id);
}

bool process_is_alive(const struct process *process)
{
    return core_alive(process) || process->pause.armed;
}

enum abi_process_state process_state(const struct process *process)
{
    if (process->state == STATE_FAULTED) {
        return ABI_PROCESS_FAULTED;
    }
    if (process->state == STATE_TERMINATED) {
        return ABI_PROCESS_TERMINATED;
    }
    if (process->stopped) {
        return ABI_PROCESS_STOPPED;
    }
    if (process->state == STATE_YIELDED_FOR) {
        return ABI_PROCESS_YIELDED_FOR;
    }
    return process->state == STATE_YIELDED ? ABI_PROCESS_YIELDED : ABI_PROCESS_RUNNING;
}

void process_statistics(const struct process *process, struct process_statistics *statistics)
{
    *statistics = process->statistics;
}

void process_memory(const struct process *process, struct process_memory *memory)
{
    memory->start = process->start;
    memory->size = process->size;
    memory->app_break = process->app_break;
    memory->grant_start = process->grant_start;
    memory->visible_end = process->visible_end;
    memory->kept = core_memory_kept();
}

void process_use(const struct process *process, struct process_use *use)
{
    use->drivers = 0;
    use->grants = 0;
    for (uint32_t i = 0; core_driver(i) != NULL; i++) {
        use->drivers++;
        use->grants = (uint8_t)(use->grants + (process->grant[i] != 0));
    }
    use->restarting = process->pause.armed;
    use->fault_policy = core_fault_policy(process, &use->fault_restarts);
}

uint32_t process_instances(void)
{
    return next_id;
}
