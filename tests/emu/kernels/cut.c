// SPDX-License-Identifier: Apache-2.0
/*
 * A TCG plugin for the emulator: power goes, which is to say that the emulator is killed, at the
 * nth word that the board stores into a window of its address space. What it has stored is in the
 * file that is its flash.
 *
 * Arguments: window=LOW-HIGH, at=N (counted from 1).
 *
 * The few functions of QEMU's plugin interface (version 1) are declared here: distributions ship
 * the emulator without its header.
 */
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t plugin_id;
struct tb;
struct insn;
size_t qemu_plugin_tb_n_insns(const struct tb *tb);
struct insn *qemu_plugin_tb_get_insn(const struct tb *tb, size_t index);
void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, void (*cb)(plugin_id id, struct tb *tb));
void qemu_plugin_register_vcpu_mem_cb(struct insn *insn,
                                      void (*cb)(unsigned, uint32_t, uint64_t, void *), int flags,
                                      int rw, void *data);
bool qemu_plugin_mem_is_store(uint32_t what);
int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv);
extern int qemu_plugin_version;
int qemu_plugin_version = 1;

enum { STORES = 2 };

static uint64_t low;
static uint64_t high;
static unsigned long left;

static void stores(unsigned cpu, uint32_t what, uint64_t address, void *data)
{
    (void)cpu;
    (void)data;
    /* Some versions tell of loads, too. */
    if (qemu_plugin_mem_is_store(what) && address >= low && address < high && --left == 0) {
        (void)raise(SIGKILL);
    }
}

static void translated(plugin_id id, struct tb *tb)
{
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
        qemu_plugin_register_vcpu_mem_cb(qemu_plugin_tb_get_insn(tb, i), stores, 0, STORES, NULL);
    }
}

int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv)
{
    (void)info;
    for (int i = 0; i < argc; i++) {
        char *end;

        if (strncmp(argv[i], "window=", 7) == 0) {
            low = strtoull(argv[i] + 7, &end, 0);
            high = *end == '-' ? strtoull(end + 1, NULL, 0) : low;
        } else if (strncmp(argv[i], "at=", 3) == 0) {
            left = strtoul(argv[i] + 3, NULL, 0);
        }
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    return high > low && left > 0 ? 0 : 1;
}
