// SPDX-License-Identifier: Apache-2.0
/* The other headers' declarations are C, also in a C++ program. */
#ifndef GANTRY_LINKAGE_H
#define GANTRY_LINKAGE_H

#ifdef __cplusplus
#define GANTRY_C_BEGIN  extern "C" {
#define GANTRY_C_END    }
#define GANTRY_NORETURN [[noreturn]]
#else
#define GANTRY_C_BEGIN
#define GANTRY_C_END
#define GANTRY_NORETURN _Noreturn
#endif

#endif
