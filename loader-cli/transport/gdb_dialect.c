// SPDX-License-Identifier: Apache-2.0
#include "gdb_dialect.h"

/* More than PACKET brings nothing, and some servers do not mean what they say. QEMU refuses reads
 * of more than 2048 bytes. */
enum { PACKET = 4096, PACKET_SMALL = 1024, READ = 1024, READ_SMALL = 256 };

const struct gdb_dialect gdb_dialect_plain = {
    .name = "gdb",
    .reset = "reset halt",
    .leave = GDB_LEAVE_CONTINUE,
    .packet_max = PACKET,
    .read_max = READ,
};

/* After a detach it leaves the target halted. */
const struct gdb_dialect gdb_dialect_openocd = {
    .name = "openocd",
    .reset = "reset halt",
    .leave = GDB_LEAVE_MONITOR,
    .resume = "if {[[target current] curstate] eq \"halted\"} resume",
    .reset_run = "reset run",
    .packet_max = PACKET,
    .read_max = READ,
    .reads_running = true,
};

/* It takes some time to let the target run, and then ends: whoever ends it sooner leaves the target
 * halted. */
const struct gdb_dialect gdb_dialect_pyocd = {
    .name = "pyocd",
    .reset = "reset halt",
    .leave = GDB_LEAVE_DETACH,
    .packet_max = 2048,
    .read_max = 512,
    .ends_itself = true,
};

const struct gdb_dialect gdb_dialect_jlink = {
    .name = "jlink",
    .reset = "reset",
    .leave = GDB_LEAVE_CONTINUE,
    .packet_max = PACKET,
    .read_max = READ,
    .ends_itself = true,
};

/* The probe is the server: it has to be told to look for targets, and to take the first. */
const struct gdb_dialect gdb_dialect_bmp = {
    .name = "bmp",
    .greeting = {"swdp_scan"},
    .attach_packet = "vAttach;1",
    .reset_packet = "vRun;",
    .leave = GDB_LEAVE_DETACH,
    .packet_max = PACKET_SMALL,
    .read_max = READ_SMALL,
};
