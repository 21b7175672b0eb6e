// SPDX-License-Identifier: Apache-2.0
// A stand-in for the chip's ROM, which cannot be had: header, table of routines and calling convention are
// as in the RP2040 Datasheet, 2.8. Each routine is a breakpoint at which the machine does the work, and, for
// those that take time, a loop that runs while the flash is busy, so that interrupts are served meanwhile.

export const TRAP = { CONNECT: 0xe0, EXIT_XIP: 0xe1, ERASE: 0xe2, PROGRAM: 0xe3, FLUSH: 0xe4, ENTER_XIP: 0xe5,
  LOOK_UP: 0xe6, BUSY: 0xe7, RETURNED: 0xe8 };
export const ROM_SIZE = 0x4000;

const TABLE = 0x40;
const ROUTINES = 0x100;
const CODES = { IF: TRAP.CONNECT, EX: TRAP.EXIT_XIP, RE: TRAP.ERASE, RP: TRAP.PROGRAM, FC: TRAP.FLUSH,
  CX: TRAP.ENTER_XIP };

const BKPT = (n) => 0xbe00 | n;
const CMP_R0_0 = 0x2800;
const BNE_BACK_2 = 0xd1fc; // to two instructions in front of this one
const BX_LR = 0x4770;

// The ROM's bytes, and what its table says: two-letter code -> address.
export function buildRom() {
  const bytes = Buffer.alloc(ROM_SIZE);
  const routine = {};
  let at = ROUTINES;
  const put = (...halfwords) => {
    const start = at;
    for (const halfword of halfwords) {
      at = bytes.writeUInt16LE(halfword, at);
    }
    return start;
  };

  bytes.write('Mu\x02', 0x10, 'latin1');
  let entry = TABLE;
  for (const [code, trap] of Object.entries(CODES)) {
    routine[code] = put(BKPT(trap), BKPT(TRAP.BUSY), CMP_R0_0, BNE_BACK_2, BX_LR);
    bytes.write(code, entry, 'latin1');
    bytes.writeUInt16LE(routine[code] | 1, entry + 2);
    entry += 4;
  }
  bytes.writeUInt16LE(TABLE, 0x14);
  bytes.writeUInt16LE(put(BKPT(TRAP.LOOK_UP), BX_LR) | 1, 0x18);
  return { bytes, table: TABLE, returned: put(BKPT(TRAP.RETURNED)) };
}

// Checksum of the second stage (2.8.1.3.1): CRC-32, first bit highest, from all ones, not inverted.
export function bootChecksum(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) {
      crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
    }
  }
  return crc >>> 0;
}
