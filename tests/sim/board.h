// SPDX-License-Identifier: Apache-2.0
/*
 * A device with two kernel slots on the flash model: the bootloader and the kernel's loader as they
 * are built for boards, one after the other, with everything around them stood in for. Signatures
 * are stood in for, too: what is proven here is what happens when, not elliptic curves.
 */
#ifndef SIM_BOARD_H
#define SIM_BOARD_H

#include "nor.h"

#include <store/kernel.h>

enum { SLOT_SIZE = 6144, IMAGE_SIZE = 5000, VECTORS = 256, BLOCK = 1024 };

/* How a start of the bootloader ended. */
enum outcome {
    RUNS_A = 0,     /* it started the kernel in slot A */
    RUNS_B = 1,     /* ... in slot B */
    WAITS,          /* it waits for a host */
    RESTARTS,       /* the host had it restart */
    POWERLESS = 100 /* power went */
};

enum signer { SIGNED_BY_KERNEL_KEY, SIGNED_BY_APP_KEY };

struct image_spec {
    uint8_t slot;
    uint32_t version;
    const char *board;
    enum signer signer;
    uint8_t seed; /* of its bytes */
};

extern const struct hil_flash_geometry board_geometry;
extern const uint32_t board_slots[2];

/* Makes a kernel image of IMAGE_SIZE bytes. */
void board_image(uint8_t *image, const struct image_spec *spec);
/* Puts one into its slot behind everybody's back, as a factory does. */
void board_program(struct nor *nor, const uint8_t *image, uint8_t slot);

/*
 * Starts the bootloader. `asked`: BOOT_ASKED_*; `image`: what a host sends to the slot it is linked
 * for if the bootloader waits, then restarting it; NULL: no host. *armed: the watchdog was started.
 */
enum outcome board_boot(struct nor *nor, uint32_t asked, const uint8_t *image, bool *armed);
/* The next time, a host sends so many bytes of another object than the one that it announces. */
void board_host_sends(const uint8_t *object, uint32_t length);
/* How many starts in a row came to nothing, as the board says from now on. */
void board_starts(uint32_t failed);
/* Has something happen once, when the bootloader is about to check the next signature. */
void board_meanwhile(void (*event)(struct nor *nor));
/* The last reply of the bootloader to COMMIT, or to BEGIN when that was refused. */
int board_replied(void);

/* Starts the kernel's loader in a slot, up to where it takes requests. */
void board_kernel(struct nor *nor, uint8_t slot);
/* Lets it be up for long enough; whether it has confirmed itself by then, this time. */
bool board_kernel_up(void);
bool board_kernel_on_trial(void);
/* Requests of a host to it, done to their end; 0 or the loader's error. */
int board_kernel_update(const uint8_t *image);
int board_kernel_revert(void);
/* Where in the stream the last update went on. */
uint32_t board_kernel_resumed(void);
/* What the journal says, and how it is found. */
void board_state(struct nor *nor, struct store_kernel *state);
const struct store_config *board_store(struct nor *nor);

#endif
