// SPDX-License-Identifier: Apache-2.0
/*
 * Emulated boards: a QEMU process, its files, and its front panel. Everything of one board lies in
 * one folder: GANTRY_EMU_DIR, else the user's state folder.
 */
#ifndef POSIX_EMULATOR_H
#define POSIX_EMULATOR_H

#include <stdbool.h>
#include <stdint.h>

#include "../report/report.h"

/** Boards of one kind: BOARD/1 to BOARD/99, beside the one without a number. */
enum { EMULATOR_NUMBER_MAX = 99 };

struct emulator {
    char folder[400];
    char flash[480]; /* the file that is the board's flash */
    char serial_socket[480];
    char monitor_socket[480]; /* QMP */
    char pid_file[480];
    char log[480];
};

/** What a board is started with. */
struct emulator_start {
    const char *bootloader; /* ELF */
    const char *flash;      /* another flash file; NULL: the board's own */
    bool icount;            /* count instructions: time is a function of them */
    const char *extra;      /* further QEMU options, words; NULL: none */
};

/** Fills in the paths of a board, BOARD or BOARD/NUMBER; false for one that does not exist. Nothing
 * is created. */
bool emulator_locate(const char *board, struct emulator *emulator);
/** The same with an error report. */
int emulator_find(struct cli *cli, const char *board, struct emulator *emulator);
/** Makes the folder. */
int emulator_prepare(struct cli *cli, const struct emulator *emulator);
/** The running emulator's process; 0 when it does not run. */
long emulator_pid(const struct emulator *emulator);
/** Powers the board up, in the background. */
int emulator_start(struct cli *cli, const struct emulator *emulator,
                   const struct emulator_start *start);
/** Ends the emulator: by asking it, or (a power cut) at once. */
int emulator_end(struct cli *cli, const struct emulator *emulator, bool at_once);

/**
 * Reads or writes words of the flash file while the board runs or not.
 * @param offset  from the start of the file, bytes
 */
bool emulator_peek(const struct emulator *emulator, uint32_t offset, void *data, size_t length);
bool emulator_poke(const struct emulator *emulator, uint32_t offset, const void *data,
                   size_t length);
/** Presses the reset button: RAM keeps its content. */
bool emulator_reset(const struct emulator *emulator);
/** Asks QEMU for a word of the board's address space. */
bool emulator_word(const struct emulator *emulator, uint32_t address, uint32_t *word);

#endif
