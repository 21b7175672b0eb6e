// SPDX-License-Identifier: Apache-2.0
/* Between start.S, lib/app and the C library. */
#ifndef START_H
#define START_H

#include <gantry/linkage.h>

GANTRY_C_BEGIN

/** Calls the constructors of static objects, in the order of their priorities. */
void start_constructors(void);

/**
 * Has function(object) called at exit(), as compilers ask for the destructors of static objects
 * (Itanium C++ ABI, 3.3.6.3).
 * @return 0, or another value when it cannot be
 */
int __cxa_atexit(void (*function)(void *), void *object,
                 void *module); // NOLINT(bugprone-reserved-identifier)

GANTRY_C_END

#endif
