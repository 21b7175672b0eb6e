// SPDX-License-Identifier: Apache-2.0
/*
 * Processes: apps that run.
 *
 * All functions are for the kernel loop and, where a capsule calls them, for a system call that is
 * being handled; never for interrupt handlers.
 */
#ifndef KERNEL_PROCESS_H
#define KERNEL_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include <abi/driver.h>
#include <kernel/error.h>
#include <kernel/fault.h>

/** Slots of the process table, at most 32; the build sets it. */
#ifndef KERNEL_PROCESSES
#define KERNEL_PROCESSES 16
#endif

/** A process; its inside belongs to the kernel core. */
struct process;

/**
 * Names one run of one process: unique since the kernel started, new at each restart. A stored id
 * never reaches another process than the one it was taken from.
 */
struct process_id {
    uint32_t value;
};

/** Decides what a process may use; answers come from its header and its owner's policy. */
struct process_filter {
    bool (*command)(const void *context, uint32_t driver, uint32_t command);
    bool (*driver)(const void *context, uint32_t driver); /* subscribe and allow */
};

/**
 * An app in flash that the loader has checked and accepted: every offset lies inside the object.
 * The structure is copied; what it points to must stay.
 */
struct process_image {
    uint32_t flash_start;   /* address of the TBF header */
    uint32_t flash_size;    /* bytes, header and footers included */
    uint32_t extent;        /* bytes of flash that belong to this object alone, >= flash_size */
    uint32_t app_start;     /* address: end of header and protected trailer */
    uint32_t binary_end;    /* address: first footer byte */
    uint32_t entry;         /* address of the first instruction */
    uint32_t min_ram;       /* bytes that the app asks for */
    uint32_t fixed_ram;     /* address that its RAM must start at; 0xFFFFFFFF = any */
    uint32_t short_id;      /* 0 = locally unique */
    const uint8_t *name;    /* name_length bytes, not terminated */
    const uint8_t *storage; /* value of its StoragePermissions TLV; NULL: none */
    uint8_t name_length;
    bool may_write_flash; /* its writeable regions: they are left out of what is checked at boot */
    bool may_control;     /* other processes: its rights name the driver for that, expressly */
    uint8_t fault_policy; /* enum fault_policy that it asks for */
    uint8_t fault_restarts; /* with FAULT_RESTART: at most so many; FAULT_ENDLESS: any number */
    const struct process_filter *filter; /* NULL: everything is permitted */
    const void *filter_context;
    /*
     * Writeable flash regions: answers 1 and the address and size of region index, 0 when there is
     * none; with index UINT32_MAX their number. NULL when the app has none.
     */
    uint32_t (*writeable)(const struct process_image *image, uint32_t index, uint32_t *start,
                          uint32_t *size);
};

/** What a process wants to do with a stored item. */
enum storage_access {
    STORAGE_WRITE, /* make a new one, of its own */
    STORAGE_READ,
    STORAGE_MODIFY /* change or delete */
};

struct process_statistics {
    uint32_t syscalls;
    uint32_t slices_expired;
    uint32_t upcalls_dropped;
    uint32_t restarts;
    uint32_t fault_restarts; /* of these, after faults, since an operator last started it */
    uint32_t completion;     /* argument of Exit; valid in state ABI_PROCESS_TERMINATED */
};

/** Where the memory of a process lies. */
struct process_memory {
    uint32_t start;
    uint32_t size;        /* whole block, grants included */
    uint32_t app_break;   /* end of what the process uses */
    uint32_t grant_start; /* begin of what the kernel keeps in the block */
    uint32_t visible_end; /* end of what the hardware lets the process reach, >= app_break */
    uint32_t kept; /* bytes that the block has for the kernel: all grants at once, and more */
};

/** What a process uses, and what applies to it. */
struct process_use {
    uint8_t grants;         /* drivers that keep something for it */
    uint8_t drivers;        /* drivers that could */
    bool restarting;        /* it faulted and will soon be restarted */
    uint8_t fault_policy;   /* enum fault_policy, never FAULT_BOARD */
    uint8_t fault_restarts; /* with FAULT_RESTART: at most so many; FAULT_ENDLESS: any number */
};

/**
 * Creates a process and makes it ready to run.
 * @param image    the accepted app
 * @param process  receives the process; not NULL
 * @return 0, KERNEL_E_SLOTS, KERNEL_E_RAM, KERNEL_E_REGION or KERNEL_E_ADDRESS; nothing has changed
 * then
 */
int process_create(const struct process_image *image, struct process **process);

/** The largest RAM that a new app could ask for now, and what of RAM is free in all, in bytes. */
void process_ram_free(uint32_t *largest, uint32_t *total);

/**
 * Whether a new process would find RAM.
 * @param need     bytes that the app asks for
 * @param fixed    address that its RAM must start at; 0xFFFFFFFF = any
 * @param without  a process whose RAM counts as free, as when it is replaced; NULL: none
 */
bool process_ram_fits(uint32_t need, uint32_t fixed, const struct process *without);

/** Ends a process and frees its RAM and its place in the table. The pointer is dead afterwards. */
void process_destroy(struct process *process);
/** Ends a process; RAM and place are kept. Completion code as given. */
void process_terminate(struct process *process, uint32_t completion);
/** Starts a terminated or faulted process anew, as a new instance. KERNEL_E_STATE otherwise. */
int process_start(struct process *process);
/** Ends and starts anew, whatever its state, at an operator's word: restarts count from 0. */
void process_restart(struct process *process);
/** Pauses a process; its upcalls are kept. Nothing happens to one that has ended. */
void process_stop(struct process *process);
/** Lets a paused process go on. */
void process_resume(struct process *process);
/**
 * Keeps a process from running, or lets it run again, whatever its state, restarts included: for as
 * long as its flash cannot be read.
 */
void process_hold(struct process *process, bool hold);
/**
 * Does to a process what an operator or an app with the right to it asks for.
 * @param action  enum abi_process_action
 * @return 0; KERNEL_E_STATE: that makes no sense in its state, or there is no such action
 */
int process_control(struct process *process, uint32_t action);
/** Treats a process as if it had faulted. */
void process_force_fault(struct process *process);

/** The process in slot index (0 to process_slots() - 1); NULL when the slot is free. */
struct process *process_at(uint32_t index);
uint32_t process_slots(void);
/** The slot of a process: the same for all its instances. */
uint32_t process_slot(const struct process *process);
/** Upcalls that wait for a process to yield. */
uint32_t process_upcalls(const struct process *process);
/**
 * The process that an id names, also one that has ended and has no grants any more; NULL when that
 * instance was started anew or destroyed.
 */
struct process *process_find(struct process_id id);
/** The process that runs the app object at a flash address; NULL when there is none. */
struct process *process_of_app(uint32_t flash_start);

struct process_id process_id(const struct process *process);
const struct process_image *process_image(const struct process *process);
/** State as ProcessInfo reports it. */
enum abi_process_state process_state(const struct process *process);
/** Id that the items of a process are stored under: its ShortID; 0 = it may store nothing. */
uint32_t process_storage_id(const struct process *process);
/**
 * Whether a process may write, read, or modify stored items of an id, as its StoragePermissions TLV
 * says; without one it may do everything with its own items. Locally unique apps may do nothing.
 * @param id  process_storage_id() of whoever stored the item; STORAGE_WRITE: the own one
 */
bool process_may_store(const struct process *process, enum storage_access access, uint32_t id);
/** Whether it has neither faulted nor terminated, or has faulted and will soon be restarted. */
bool process_is_alive(const struct process *process);
void process_statistics(const struct process *process, struct process_statistics *statistics);
void process_memory(const struct process *process, struct process_memory *memory);
void process_use(const struct process *process, struct process_use *use);
/** Processes begun since the kernel started, restarts included. */
uint32_t process_instances(void);
/** The latest fault, also of an earlier instance; cause FAULT_NONE when there was none. */
void process_fault(const struct process *process, struct fault *fault);

#endif
