// SPDX-License-Identifier: Apache-2.0
/* What hostile apps try. */
#ifndef HOSTILE_ATTEMPT_H
#define HOSTILE_ATTEMPT_H

/** Tries attempt `number`, from 1; returns only if the kernel let it through, or there is none. */
void attempt(unsigned number);

#endif
