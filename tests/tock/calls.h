// SPDX-License-Identifier: Apache-2.0
/* System calls, without Gantry's library: what answers is register 0. */
#ifndef CALLS_H
#define CALLS_H

#include <stdint.h>

uint32_t call_yield(uint32_t which, uint32_t a1, uint32_t a2, uint32_t a3);
uint32_t call_subscribe(uint32_t driver, uint32_t number, const void *function,
                        const void *userdata);
uint32_t call_command(uint32_t driver, uint32_t command, uint32_t a0, uint32_t a1);
uint32_t call_allow_ro(uint32_t driver, uint32_t number, const void *data, uint32_t length);

#endif
