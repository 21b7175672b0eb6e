/* SPDX-License-Identifier: Apache-2.0 */
/* All of libgantry: docs/embedding.md shows how it is used. */
#ifndef GANTRY_GANTRY_H
#define GANTRY_GANTRY_H

#include <gantry/context.h>
#include <gantry/key.h>
#include <gantry/package.h>
#include <gantry/session.h>

#endif
