# SPDX-License-Identifier: Apache-2.0
# cmake -DBINARY=boot2.bin -DOUTPUT=boot2.c -P boot2.cmake: the second stage as a C table of 256 bytes, the last four the
# CRC-32 of the others as the ROM computes it: polynomial 04C11DB7, first bit highest, from all ones, not inverted.
file(READ "${BINARY}" hex HEX)
string(LENGTH "${hex}" digits)
if(digits GREATER 504)
  message(FATAL_ERROR "the second stage has more than 252 bytes")
endif()
string(REPEAT "0" 504 zeros)
string(SUBSTRING "${hex}${zeros}" 0 504 hex)
string(REGEX MATCHALL ".." bytes "${hex}")
set(crc 0xFFFFFFFF)
foreach(byte IN LISTS bytes)
  math(EXPR crc "${crc} ^ (0x${byte} << 24)")
  foreach(bit RANGE 1 8)
    math(EXPR crc "((${crc} << 1) ^ ((${crc} >> 31) * 0x04C11DB7)) & 0xFFFFFFFF")
  endforeach()
endforeach()
foreach(shift 0 8 16 24)
  math(EXPR byte "(${crc} >> ${shift}) & 0xFF" OUTPUT_FORMAT HEXADECIMAL)
  string(APPEND tail "${byte},")
endforeach()
string(REGEX REPLACE "(..)" "0x\\1," body "${hex}")
file(WRITE "${OUTPUT}" "/* Written from ${BINARY}. */
#include <stdint.h>
extern const uint8_t boot2[256];
__attribute__((section(\".boot2\"), used)) const uint8_t boot2[256] = {${body}${tail}};
")
