// SPDX-License-Identifier: Apache-2.0
/*
 * Arguments and results as structures, and their encoding (docs/protocol.md has the byte layouts).
 * Encoders answer the number of bytes, 0 when they do not fit; decoders answer false for bytes that
 * are too few, too many or out of range, and then leave the structure unspecified.
 *
 * Pure; any context.
 */
#ifndef LINK_MESSAGES_H
#define LINK_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <link/protocol.h>

/** Text of at most LINK_NAME_MAX bytes; not terminated. */
struct link_name {
    uint8_t length;
    uint8_t text[LINK_NAME_MAX];
};

/** Sets a name; what is too long is cut. */
void link_name_set(struct link_name *name, const void *text, size_t length);

struct link_hello {
    uint16_t version;
    uint8_t mode;     /* enum link_mode */
    uint8_t window;   /* blocks that may be in flight, 1 to LINK_WINDOW_MAX */
    uint16_t block;   /* bytes per block, 1 to LINK_BLOCK */
    uint32_t session; /* number of this session */
};

struct link_info {
    struct link_name board;
    struct link_name architecture;
    uint32_t flags; /* LINK_INFO_* */
    uint32_t kernel_version;
    uint32_t kernel_slot; /* address of the slot that runs; bootloader: that would be written */
    uint32_t flash_start; /* app region */
    uint32_t flash_size;
    uint32_t flash_largest; /* largest app that fits now */
    uint32_t flash_free;
    uint32_t ram_size;
    uint32_t ram_largest;
    uint32_t ram_free;
    uint8_t app_count;
    uint8_t process_slots;
    uint8_t key_count;
};

struct link_key {
    uint8_t flags; /* 1: development */
    struct link_name owner;
    uint8_t public_key[64];
};

/** Names an installed app: where it lies, and the first bytes of its digest so that it is still it.
 */
struct link_app {
    uint32_t address;
    uint32_t tag; /* first four digest bytes, little-endian */
};

struct link_entry {
    struct link_app app;
    uint32_t size;   /* of the object */
    uint32_t extent; /* flash that it takes, padding included */
    uint32_t short_id;
    uint32_t version;
    uint32_t flags; /* LINK_APP_* */
    uint32_t min_ram;
    uint32_t process; /* id; 0xFFFFFFFF when it has no process */
    struct link_name name;
    struct link_name owner;
};

struct link_fault {
    uint32_t process;
    uint32_t app;   /* flash address */
    uint32_t cause; /* enum fault_cause of the kernel: docs/protocol.md */
    uint32_t address;
    uint32_t pc;
    uint32_t lr;
    uint32_t sp;
    uint32_t psr;
    uint32_t status;
    struct link_name name;
};

struct link_process {
    uint32_t process;
    uint32_t app;
    uint8_t state; /* as Tock's ProcessInfo: 0 running ... 5 terminated */
    uint32_t restarts;
    uint32_t syscalls;
    uint32_t slices;
    uint32_t dropped;
    uint32_t completion;
    uint32_t ram_start;
    uint32_t ram_size;
    uint32_t app_break;
    uint32_t grant_start;
    uint32_t fault_cause;
    uint32_t fault_address;
    uint32_t fault_pc;
    struct link_name name;
};

/** What PROCESS does not tell. */
struct link_detail {
    uint32_t process;        /* id: the same as in PROCESS, or another instance has begun since */
    uint32_t fault_restarts; /* since an operator last started it */
    uint32_t visible_end;    /* end of the RAM that the hardware lets it reach */
    uint32_t kept;           /* bytes of its RAM that the kernel sets aside for itself */
    /* Of the latest fault: */
    uint32_t status; /* the processor's own word */
    uint32_t lr;
    uint32_t sp;
    uint32_t psr;
    uint32_t r[4];
    uint8_t flags;        /* LINK_DETAIL_* */
    uint8_t fault_policy; /* what applies: 1 stop, 2 restart, 3 panic */
    uint8_t fault_limit;  /* with 2: restarts at most; 255: without end */
    uint8_t queued;       /* upcalls that wait for it */
    uint8_t grants;       /* drivers that keep something for it */
    uint8_t drivers;      /* drivers that could */
};

struct link_system {
    uint32_t uptime;    /* milliseconds since the start, modulo 2^32 */
    uint32_t instances; /* processes begun since then, restarts included */
    uint32_t verified;  /* jobs of the verifier: digests and signatures */
};

struct link_begin {
    uint8_t kind;  /* enum link_kind */
    uint8_t flags; /* LINK_BEGIN_* */
    uint32_t size; /* bytes that will be sent: the whole object */
    uint32_t binary_end;
    uint32_t min_ram;
    uint32_t short_id; /* kernel: address of the slot that it is linked for */
    uint32_t version;
    struct link_name name;
    uint8_t digest[32];
    uint8_t signature[64];
    uint8_t fingerprint[32];
    /* Only with LINK_BEGIN_FIXED: */
    uint32_t address;     /* where the object must lie; 0xFFFFFFFF: anywhere */
    uint32_t ram_address; /* where its RAM must begin; 0xFFFFFFFF: anywhere */
};

struct link_begun {
    uint32_t address; /* where the object goes */
    uint32_t offset;  /* stream offset to go on from: 0, or what an earlier transfer left */
    uint32_t rotate;  /* stream offset s is object offset (s + rotate) mod size */
};

struct link_ack {
    uint32_t base;
    uint32_t bitmap; /* bit i: block i + 1 behind base has arrived */
    uint8_t status;
};

struct link_statistics {
    uint32_t frames;   /* good frames */
    uint32_t bad;      /* dropped: COBS, length or CRC */
    uint32_t repeated; /* requests that came again */
    uint32_t overruns; /* bytes lost by the line's driver */
};

size_t link_put_hello(const struct link_hello *m, uint8_t *out, size_t room);
bool link_get_hello(const uint8_t *in, size_t length, struct link_hello *m);
size_t link_put_info(const struct link_info *m, uint8_t *out, size_t room);
bool link_get_info(const uint8_t *in, size_t length, struct link_info *m);
size_t link_put_key(const struct link_key *m, uint8_t *out, size_t room);
bool link_get_key(const uint8_t *in, size_t length, struct link_key *m);
size_t link_put_app(const struct link_app *m, uint8_t *out, size_t room);
bool link_get_app(const uint8_t *in, size_t length, struct link_app *m);
size_t link_put_entry(const struct link_entry *m, uint8_t *out, size_t room);
bool link_get_entry(const uint8_t *in, size_t length, struct link_entry *m);
size_t link_put_fault(const struct link_fault *m, uint8_t *out, size_t room);
bool link_get_fault(const uint8_t *in, size_t length, struct link_fault *m);
size_t link_put_process(const struct link_process *m, uint8_t *out, size_t room);
bool link_get_process(const uint8_t *in, size_t length, struct link_process *m);
size_t link_put_detail(const struct link_detail *m, uint8_t *out, size_t room);
bool link_get_detail(const uint8_t *in, size_t length, struct link_detail *m);
size_t link_put_system(const struct link_system *m, uint8_t *out, size_t room);
bool link_get_system(const uint8_t *in, size_t length, struct link_system *m);
/** Without LINK_BEGIN_FIXED in the flags the two addresses are not sent. */
size_t link_put_begin(const struct link_begin *m, uint8_t *out, size_t room);
/** Without LINK_BEGIN_FIXED in the flags the two addresses are 0xFFFFFFFF. */
bool link_get_begin(const uint8_t *in, size_t length, struct link_begin *m);
size_t link_put_begun(const struct link_begun *m, uint8_t *out, size_t room);
bool link_get_begun(const uint8_t *in, size_t length, struct link_begun *m);
size_t link_put_ack(const struct link_ack *m, uint8_t *out, size_t room);
bool link_get_ack(const uint8_t *in, size_t length, struct link_ack *m);
size_t link_put_statistics(const struct link_statistics *m, uint8_t *out, size_t room);
bool link_get_statistics(const uint8_t *in, size_t length, struct link_statistics *m);

#endif
