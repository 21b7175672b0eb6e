// SPDX-License-Identifier: Apache-2.0
// The board's flash: NOR as its data sheet has it. It is kept in a file when one is given, each change at once, so
// that the machine can be stopped at any moment as by a power cut.
import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';

export const FLASH_SIZE = 0x200000;
export const SECTOR = 4096;
export const PAGE = 256;
// W25Q16JV, typical: a sector, a page; microseconds.
const ERASE_US = 45000;
const PROGRAM_US = 400;

export class Flash {
  constructor(file = null) {
    this.bytes = new Uint8Array(FLASH_SIZE).fill(0xff);
    this.number = Buffer.from('e660583883265f32', 'hex'); // each chip has its own
    this.mapped = false; // whether it can be read through the window
    this.erased = 0;
    this.programmed = 0;
    this.cutAfter = Infinity; // operations until power is cut, in the middle of one
    this.fd = null;
    if (file !== null) {
      if (existsSync(file)) {
        this.bytes.set(readFileSync(file).subarray(0, FLASH_SIZE));
      }
      this.fd = openSync(file, 'w+');
      this.keep(0, FLASH_SIZE);
    }
  }

  keep(at, length) {
    if (this.fd !== null) {
      writeSync(this.fd, this.bytes, at, length, at);
    }
  }

  close() {
    if (this.fd !== null) {
      closeSync(this.fd);
    }
    this.fd = null;
  }

  put(at, bytes) {
    this.bytes.set(bytes, at);
    this.keep(at, bytes.length);
  }

  check(at, length, unit) {
    if (this.mapped) {
      throw new Error('flash changed while it is mapped for reading');
    }
    if (at % unit !== 0 || length % unit !== 0 || length === 0 || at + length > FLASH_SIZE) {
      throw new Error(`flash: 0x${at.toString(16)}, ${length} bytes: not whole units of ${unit}`);
    }
  }

  // How much of an operation is done: all of it, or half when power goes.
  share(length) {
    this.cutAfter--;
    return this.cutAfter < 0 ? length >> 1 : length;
  }

  get powerIsCut() {
    return this.cutAfter < 0;
  }

  // Both answer how long the flash is busy, microseconds.
  erase(at, length) {
    this.check(at, length, SECTOR);
    this.bytes.fill(0xff, at, at + this.share(length));
    this.keep(at, length);
    this.erased += length / SECTOR;
    return (length / SECTOR) * ERASE_US;
  }

  program(at, length, read) {
    this.check(at, length, PAGE);
    const count = this.share(length);
    for (let i = 0; i < count; i++) {
      this.bytes[at + i] &= read(i);
    }
    this.keep(at, length);
    this.programmed += length / PAGE;
    return (length / PAGE) * PROGRAM_US;
  }
}
