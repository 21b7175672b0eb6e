# SPDX-License-Identifier: Apache-2.0
# cmake -DTAB=x.tab -DMEMBER=cortex-m3.tbf -DSYMBOL=name -DOUTPUT=x.c -P embed.cmake: the object in a package as a C table.
file(REMOVE_RECURSE "${OUTPUT}.tab")
file(ARCHIVE_EXTRACT INPUT "${TAB}" DESTINATION "${OUTPUT}.tab")
file(READ "${OUTPUT}.tab/${MEMBER}" bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE "${OUTPUT}" "/* Written from ${TAB}. */
#include <stdint.h>
extern const uint8_t ${SYMBOL}[];
extern const uint32_t ${SYMBOL}_size;
_Alignas(4) const uint8_t ${SYMBOL}[] = {${bytes}};
const uint32_t ${SYMBOL}_size = sizeof ${SYMBOL};
")
