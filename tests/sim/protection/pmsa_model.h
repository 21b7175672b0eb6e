// SPDX-License-Identifier: Apache-2.0
/* What the protection units of v7-M and v6-M have in common; their names are in v7m_model.c,
 * v6m_model.c. */
#ifndef PMSA_MODEL_H
#define PMSA_MODEL_H

#include <stdint.h>

/** Smallest value that the SIZE field of RASR may have; a region has 2^(SIZE + 1) bytes. */
extern const uint32_t pmsa_size_field_min;

#endif
