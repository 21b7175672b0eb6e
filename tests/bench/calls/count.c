// SPDX-License-Identifier: Apache-2.0
/*
 * A TCG plugin for the emulator: counts the instructions that the kernel executes between an app's
 * last instruction and its next. Entry and exit of exceptions cost none, in the emulator's terms.
 *
 * Arguments: app=LOW-HIGH (flash of the apps; every other instruction is the kernel's), irq=ADDRESS
 * (first instruction of an interrupt handler; several), skip=LOW-HIGH (not counted; several),
 * helper=LOW-HIGH (not counted where it is called from what is skipped; several), boot=ADDRESS
 * (the kernel's first instruction), span=FROM-TO (two instructions of apps), out=FILE.
 *
 * Lines of the output, one per kind of window, counts as "times least most usual":
 *   call FROM TO ...         no interrupt came in between
 *   irq HANDLER FROM TO ...  from the first instruction of the last interrupt's handler; of the
 *                            first, where it was the same one several times
 *   boot ...                 from the kernel's first instruction to the first app's
 *   span ...                 the kernel's part between the two instructions, no interrupt in
 * between
 *
 * The few functions of QEMU's plugin interface (version 1) are declared here: distributions ship
 * the emulator without its header.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t plugin_id;
struct tb;
struct insn;
size_t qemu_plugin_tb_n_insns(const struct tb *tb);
struct insn *qemu_plugin_tb_get_insn(const struct tb *tb, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct insn *insn);
void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, void (*cb)(plugin_id id, struct tb *tb));
void qemu_plugin_register_vcpu_insn_exec_cb(struct insn *insn, void (*cb)(unsigned, void *),
                                            int flags, void *data);
void qemu_plugin_register_atexit_cb(plugin_id id, void (*cb)(plugin_id id, void *), void *data);
int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv);
extern int qemu_plugin_version;
int qemu_plugin_version = 1;

enum { RANGES = 64, KINDS = 4096 };

struct range {
    uint64_t low;
    uint64_t high;
};

struct kind {
    uint64_t handler; /* 0: a call */
    uint64_t from;
    uint64_t to;
    uint64_t times;
    uint64_t least;
    uint64_t most;
    uint64_t usual; /* the value of most of them, if one has more than half */
    int64_t ahead;  /* by how much it leads, in the manner of Boyer and Moore */
};

static struct range app;
static struct range skipped[RANGES];
static size_t skipped_count;
static struct range helpers[RANGES];
static size_t helper_count;
static uint64_t handler[RANGES];
static size_t handler_count;
static uint64_t boot_at;
static FILE *out;

static struct kind kinds[KINDS];
static size_t kind_count;
static struct kind boot;

static bool skipping; /* the last instruction was not counted */
static bool in_app;
static uint64_t left_from; /* the app's last instruction */
static uint64_t count;     /* the kernel's since then */
static uint64_t last_handler;
static uint64_t since_handler;
static bool booting;
static uint64_t since_boot;
static struct range span = {UINT64_MAX, UINT64_MAX};
static struct kind spans;
static bool spanning;
static uint64_t in_span;

static bool within(const struct range *range, uint64_t address)
{
    return address >= range->low && address < range->high;
}

static void add(struct kind *kind, uint64_t value)
{
    kind->least = kind->times == 0 || value < kind->least ? value : kind->least;
    kind->most = value > kind->most ? value : kind->most;
    if (kind->ahead == 0) {
        kind->usual = value;
    }
    kind->ahead += kind->usual == value ? 1 : -1;
    kind->times++;
}

static struct kind *kind_of(uint64_t by, uint64_t from, uint64_t to)
{
    for (size_t i = 0; i < kind_count; i++) {
        if (kinds[i].handler == by && kinds[i].from == from && kinds[i].to == to) {
            return &kinds[i];
        }
    }
    if (kind_count == KINDS) {
        return &kinds[KINDS - 1];
    }
    kinds[kind_count] = (struct kind){.handler = by, .from = from, .to = to};
    return &kinds[kind_count++];
}

static void app_executes(uint64_t pc)
{
    if (booting) {
        add(&boot, since_boot);
        booting = false;
    } else if (!in_app) {
        add(kind_of(last_handler, left_from, pc), last_handler != 0 ? since_handler : count);
    }
    in_app = true;
    left_from = pc;
    if (pc == span.low) {
        spanning = true;
        in_span = 0;
    } else if (pc == span.high && spanning) {
        add(&spans, in_span);
        spanning = false;
    }
}

static const struct range *find(const struct range *ranges, size_t number, uint64_t pc)
{
    for (size_t i = 0; i < number; i++) {
        if (within(&ranges[i], pc)) {
            return &ranges[i];
        }
    }
    return NULL;
}

/* In a helper it goes on as it was where the helper was called. */
static bool is_skipped(uint64_t pc)
{
    if (find(helpers, helper_count, pc) != NULL) {
        return skipping;
    }
    return find(skipped, skipped_count, pc) != NULL;
}

static void kernel_executes(uint64_t pc)
{
    if (in_app) {
        in_app = false;
        count = 0;
        last_handler = 0;
    }
    for (size_t i = 0; i < handler_count; i++) {
        if (handler[i] == pc) {
            /* A slice can end twice in one switch, when time passes faster than here. */
            since_handler = last_handler == pc ? since_handler : 0;
            last_handler = pc;
            spanning = false;
        }
    }
    if (pc == boot_at) {
        booting = true;
        since_boot = 0;
    }
    skipping = is_skipped(pc);
    if (skipping) {
        return;
    }
    count++;
    since_handler++;
    since_boot++;
    in_span++;
}

static void executes(unsigned cpu, void *data)
{
    uint64_t pc = (uint64_t)(uintptr_t)data;

    (void)cpu;
    if (within(&app, pc)) {
        app_executes(pc);
    } else {
        kernel_executes(pc);
    }
}

static void translated(plugin_id id, struct tb *tb)
{
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
        struct insn *insn = qemu_plugin_tb_get_insn(tb, i);

        qemu_plugin_register_vcpu_insn_exec_cb(
            insn, executes, 0, (void *)(uintptr_t)qemu_plugin_insn_vaddr(insn)); // NOLINT
    }
}

static void print(const struct kind *kind)
{
    fprintf(out, " %llu %llu %llu %llu\n", (unsigned long long)kind->times,
            (unsigned long long)kind->least, (unsigned long long)kind->most,
            (unsigned long long)kind->usual);
}

static void report(plugin_id id, void *data)
{
    (void)id;
    (void)data;
    for (size_t i = 0; i < kind_count; i++) {
        if (kinds[i].handler == 0) {
            fprintf(out, "call");
        } else {
            fprintf(out, "irq 0x%llx", (unsigned long long)kinds[i].handler);
        }
        fprintf(out, " 0x%llx 0x%llx", (unsigned long long)kinds[i].from,
                (unsigned long long)kinds[i].to);
        print(&kinds[i]);
    }
    if (boot.times != 0) {
        fprintf(out, "boot");
        print(&boot);
    }
    if (spans.times != 0) {
        fprintf(out, "span");
        print(&spans);
    }
    fclose(out);
}

static struct range range_of(const char *text)
{
    char *end;
    struct range range = {.low = strtoull(text, &end, 0)};

    range.high = *end == '-' ? strtoull(end + 1, NULL, 0) : range.low + 1;
    return range;
}

/* Answers false for an argument that is unknown or one too many. */
static bool argument(const char *text)
{
    const char *value = strchr(text, '=');

    if (value == NULL) {
        return false;
    }
    value++;
    if (strncmp(text, "app=", 4) == 0) {
        app = range_of(value);
    } else if (strncmp(text, "irq=", 4) == 0 && handler_count < RANGES) {
        handler[handler_count++] = range_of(value).low;
    } else if (strncmp(text, "skip=", 5) == 0 && skipped_count < RANGES) {
        skipped[skipped_count++] = range_of(value);
    } else if (strncmp(text, "helper=", 7) == 0 && helper_count < RANGES) {
        helpers[helper_count++] = range_of(value);
    } else if (strncmp(text, "boot=", 5) == 0) {
        boot_at = range_of(value).low;
    } else if (strncmp(text, "span=", 5) == 0) {
        span = range_of(value);
    } else if (strncmp(text, "out=", 4) == 0) {
        out = fopen(value, "w");
    } else {
        return false;
    }
    return true;
}

int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv)
{
    (void)info;
    for (int i = 0; i < argc; i++) {
        if (!argument(argv[i])) {
            fprintf(stderr, "count: what is '%s'?\n", argv[i]);
            return 1;
        }
    }
    if (out == NULL || app.high == 0) {
        fprintf(stderr, "count: app= and out= are needed\n");
        return 1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, report, NULL);
    return 0;
}
