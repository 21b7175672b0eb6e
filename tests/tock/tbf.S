/* SPDX-License-Identifier: Apache-2.0
 *
 * A TBF object around a binary, laid out word by word as Tock's elf2tab does it: base header, Main,
 * Program, name, kernel version, fixed addresses if asked for, protected bytes, binary, and one
 * Reserved credential that fills the object up to a power of two. From the command line:
 *
 *     BINARY     the file, a multiple of 4 bytes     NAME       string
 *     ENTRY      offset in the binary, with the      PROTECTED  bytes between header and binary
 *                Thumb bit                           MINOR      of the kernel version
 *     RAM        bytes                               TOTAL      a power of two
 *     FLASH_AT, RAM_AT   addresses, with FIXED
 *     OLD        as before the Program TLV: no footers, zeros up to the power of two
 */
    .macro tlv type, length
    .hword \type, \length
    .endm

    .data
object:
    .hword 2, header_size
    .word TOTAL
    .word 1
    .word 0 /* the checksum: whoever has the file puts it in */
main_tlv:
    tlv 1, 12
    .word ENTRY + PROTECTED, PROTECTED, RAM
#ifndef OLD
    tlv 9, 20
    .word ENTRY + PROTECTED, PROTECTED, RAM, binary_end, 0
#endif
name_tlv:
    tlv 3, name_length
name:
    .ascii NAME
    .set name_length, . - name
    .balign 4
name_end:
    tlv 8, 4
    .hword 2, MINOR
#ifdef FIXED
    tlv 5, 8
    .word RAM_AT, FLASH_AT
#endif
header_end:
    .if PROTECTED
    .zero PROTECTED
    .endif
    .incbin BINARY
binary_end_here:
#ifndef OLD
    .hword 128, TOTAL - binary_end - 4
    .word 0
#endif
    .org TOTAL

    .set header_size, header_end - object
    .set binary_end, binary_end_here - object
