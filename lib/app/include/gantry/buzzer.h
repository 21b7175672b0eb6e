// SPDX-License-Identifier: Apache-2.0
/*
 * The buzzer: one tone at a time, for all apps in turn. No tone is longer than five seconds. Every
 * function answers ABI_NODEVICE on a board without one.
 */
#ifndef GANTRY_BUZZER_H
#define GANTRY_BUZZER_H

#include <gantry/syscall.h>

/** Sounds a tone as soon as it is this app's turn, and waits until it is over. */
enum abi_error buzzer_play(uint32_t hertz, uint32_t ms);

/** Sets who hears of the end of each tone while the app yields: function(status, 0, 0, userdata).
 */
enum abi_error buzzer_listen(upcall_function *function, void *userdata);
/** Sounds a tone as soon as it is this app's turn; ABI_NOMEM when one waits already. */
enum abi_error buzzer_start(uint32_t hertz, uint32_t ms);
/** Sounds a tone now, in place of the app's own; ABI_RESERVE while another app's sounds. */
enum abi_error buzzer_start_now(uint32_t hertz, uint32_t ms);
/** Ends the app's tone; ABI_OFF when none sounds, ABI_RESERVE when it is another app's. */
enum abi_error buzzer_stop(void);

#endif
