// SPDX-License-Identifier: Apache-2.0
/*
 * Checks of the system-call interface. One check is one line of output:
 *
 *     PASS 24 a command to a driver that is not there answers NODEVICE
 *     FAIL 24 a command to a driver that is not there answers NODEVICE: the error: got 0xa, wanted
 * 0xb
 *
 * Every system call that goes through call() also has all registers compared that are no results of
 * it; a difference fails the check that is open.
 */
#ifndef CONFORMANCE_CHECK_H
#define CONFORMANCE_CHECK_H

#include <gantry/syscall.h>

/* observe.S knows these layouts. */
struct registers {
    uint32_t r[13];
    uint32_t lr;
    uint32_t flags; /* N, Z, C, V, Q in bits 31 to 27 */
    uint32_t sp;
};

struct observed {
    struct registers before;
    struct registers after;
    uint32_t skew; /* 0 or 4: bytes by which the stack pointer is off a multiple of 8 */
};

/** How an upcall was entered; the userdata of record_upcall(). */
struct entered {
    uint32_t argument[3];
    uint32_t userdata;
    uint32_t sp;
    uint32_t flags;
    uint32_t lr;
    uint32_t count;
};

/** What the kernel gave the process at its first instruction: noted_start leaves it in RAM. */
struct noted {
    uint32_t r[4];
    uint32_t sp;
    uint32_t lr;
    uint32_t others; /* r4 to r12, together */
    uint32_t control;
};

/** Where the process lies. */
struct place {
    uint32_t ram; /* start of its block */
    uint32_t app_break;
    uint32_t grants; /* lowest byte that the kernel has taken */
    uint32_t ram_end;
    uint32_t flash;  /* its header */
    uint32_t binary; /* behind header and protected trailer */
    uint32_t footers;
    uint32_t flash_end;
};

/* Which registers a yield may change. */
enum yield_changes {
    CHANGES_NOTHING = 0,
    CHANGES_RESULTS = 3, /* r0 to r2 */
    CHANGES_CALL = 16    /* those that a function may: an upcall runs */
};

/** Opens a check; it fails unless something is compared before check_end(). */
void check_begin(const char *id, const char *name);
/** Closes the check and prints its line. */
void check_end(void);
/** Compares a number. Only the first difference of a check is shown. */
void check_equal(const char *what, uint32_t got, uint32_t wanted);
void check_true(const char *what, bool holds);

/** A system call of class 1 to 7, with all registers set and compared. */
struct syscall_return call(uint32_t class_number, uint32_t a, uint32_t b, uint32_t c, uint32_t d);
/** A yield; `seen` receives all registers. */
void yield(uint32_t number, uint32_t a, uint32_t b, enum yield_changes changes,
           struct observed *seen);
/** Computes for so many rounds, with all registers set and compared; the call's result is none. */
void hold_registers(uint32_t rounds);
/** How many calls were compared, and how many of them had changed what they must not. */
void call_counts(uint32_t *calls, uint32_t *wrong);

/** The results of a call, exactly: variant, and the values that belong to it. */
void answers(const char *what, struct syscall_return got, uint32_t variant, uint32_t a, uint32_t b,
             uint32_t c);
void succeeds(const char *what, struct syscall_return got);
void succeeds_with(const char *what, struct syscall_return got, uint32_t value);
void fails(const char *what, struct syscall_return got, enum abi_error error);
/** Subscribe and allow: the error, and the two arguments back. */
void refuses(const char *what, struct syscall_return got, enum abi_error error, uint32_t a,
             uint32_t b);

uint32_t memop(uint32_t operation);
void place_find(struct place *place);
const struct noted *noted(void);
/** Ticks of the alarm. */
uint32_t now(void);
uint32_t ticks_of_ms(uint32_t ms);
/** Computes for so long, without a yield. */
void spin_ms(uint32_t ms);
/** Computes until its slice has run out, without a yield: the kernel's work of before is done. */
void spin_slice(void);
/** Waits for so long without running an upcall; whatever else is queued stays. */
void sleep_ms(uint32_t ms);

/* observe.S */
void observe(struct observed *seen, uint32_t class_number);
void compute(struct observed *seen, uint32_t rounds);
void record_upcall(uint32_t a, uint32_t b, uint32_t c, void *userdata);
uint32_t control_read(void);
void grab_privilege(void);
void wait_for_interrupt(void);
void call_from(uint32_t sp);
void call_in_it_block(void);

#endif
