// SPDX-License-Identifier: Apache-2.0
#ifndef STREAMS_H
#define STREAMS_H

/** Writes what stdout holds to the console; 0, or EOF when the console refused. */
int streams_flush(void);

#endif
