// SPDX-License-Identifier: Apache-2.0
// A Raspberry Pi Pico: the emulated chip with what it lacks (protection.mjs), flash (flash.mjs), a stand-in ROM
// (rom.mjs), resets, the ring oscillator's random bit, and a serial line that is paced by the rate that the firmware
// has set.
import { createHash } from 'node:crypto';
import { ConsoleLogger, LogLevel, RP2040 } from './emulator.mjs';
import { FLASH_SIZE } from './flash.mjs';
import { protect } from './protection.mjs';
import { bootChecksum, buildRom, ROM_SIZE, TRAP } from './rom.mjs';

const SYSINFO = 0x40000;
const WATCHDOG = 0x40058;
const USB_ABORT = 0x60;
const SSI = 0x18000;
const ROSC = 0x40060;
const SSI_ENABLE = 0x08;
const SSI_STATUS = 0x28;
const SSI_DATA = 0x60;
const IO_QSPI = 0x40018;
const SELECT = 0x0c;
const SSI_READ = { frame: 0x001f0300, spi: 0x03000218 };
const BOOT2_AT = 0x20041f00;
const ROM_STACK = 0x20041f00;
const BOOT2_SIZE = 256;
const BITS_PER_BYTE = 10;
const FIFO = 32;
const NANOS_PER_CYCLE = 8; // 125 MHz

export class Machine {
  // flash: a Flash. seed: of the random bit. revision: of the chip; 1: B1, 2: B2.
  constructor(flash, { seed = 1, revision = 2 } = {}) {
    this.flash = flash;
    this.revision = revision;
    this.rom = buildRom();
    this.random = createHash('sha256').update(`seed ${seed}`).digest();
    this.resets = []; // the reason of each: 'power', 'timeout', 'forced', 'system', 'run'
    this.warnings = [];
    this.pins = new Map(); // what is connected to pins: number -> level
    this.line = []; // bytes on their way to the board
    this.sent = () => {};
    this.started = () => {}; // after each reset
    this.instructions = 0;
    this.powerUp();
  }

  powerUp() {
    this.scratch = new Uint32Array(8);
    // RAM comes up with anything in it.
    const sram = new Uint8Array(264 * 1024);
    for (let i = 0; i < sram.length; i += 32) {
      this.random = createHash('sha256').update(this.random).digest();
      sram.set(this.random, i);
    }
    this.reset('power', 0, sram);
  }

  // A reset of the whole chip; RAM and the watchdog's words outlive it.
  reset(reason, code, sram) {
    const chip = new RP2040();
    this.chip = chip;
    this.pending = null;
    this.busyUntil = 0;
    this.flash.mapped = false;
    this.resets.push(reason);
    chip.logger = new ConsoleLogger(LogLevel.Error, true);
    chip.flash = this.flash.bytes;
    chip.flash16 = new Uint16Array(this.flash.bytes.buffer);
    chip.flashView = new DataView(this.flash.bytes.buffer);
    chip.sram.set(sram);
    chip.bootrom.set(new Uint32Array(this.rom.bytes.buffer, this.rom.bytes.byteOffset, ROM_SIZE / 4));
    chip.onBreak = (number) => this.trap(number);
    this.watchdog = chip.peripherals[WATCHDOG];
    this.watchdog.scratchData.set(this.scratch);
    this.watchdog.reason = code;
    this.watchdog.onWatchdogTrigger = () => {
      this.pending = this.watchdog.reason === 2 ? 'forced' : 'timeout';
    };
    this.protection = protect(chip, this.flash, () => {
      this.pending = 'system';
    });
    this.protection.onWarning = (text) => this.warnings.push(text);
    this.addRevision();
    this.addFlashController();
    this.addFlashPort();
    this.addRing();
    this.addLine();
    this.addPins();
    this.startRom();
    this.started(chip);
  }

  // What the ROM does with a flash: the second stage is copied, checked and started.
  startRom() {
    const { core, sram } = this.chip;
    const boot2 = this.flash.bytes.slice(0, BOOT2_SIZE);
    this.romGaveUp = bootChecksum(boot2.subarray(0, 252)) !== new DataView(boot2.buffer).getUint32(252, true);
    sram.set(boot2, BOOT2_AT - 0x20000000);
    core.VTOR = 0;
    core.SP = ROM_STACK;
    core.LR = this.rom.returned | 1;
    core.PC = BOOT2_AT;
    core.currentMode = 0;
    core.IPSR = 0;
    core.SPSEL = 0;
    core.nPRIV = false;
    core.PM = false;
    core.waiting = false;
  }

  // Before B2 the device controller never gets over an abort (RP2040-E2).
  addRevision() {
    const info = this.chip.peripherals[SYSINFO];
    const readInfo = info.readUint32.bind(info);
    info.readUint32 = (offset) => (offset === 0 ? this.revision * 2 ** 28 + 0x2927 : readInfo(offset));
    const usb = this.chip.usbCtrl;
    const write = usb.writeUint32.bind(usb);
    usb.writeUint32 = (offset, value) => {
      if (offset === USB_ABORT && value !== 0 && this.revision < 2) {
        throw new Error('an abort on a chip on which it never ends');
      }
      write(offset, value);
    };
  }

  // The window shows the flash while the controller is on and set up to read.
  addFlashController() {
    const ssi = this.chip.peripherals[SSI];
    const write = ssi.writeUint32.bind(ssi);
    ssi.writeUint32 = (offset, value) => {
      if (ssi.ssienr && this.flash.mapped && offset !== SSI_ENABLE) {
        throw new Error('the flash controller is set up while it is on');
      }
      write(offset, value);
      this.flash.mapped = !!ssi.ssienr && ssi.crtlr0 === SSI_READ.frame && ssi.spictlr0 === SSI_READ.spi &&
        ssi.baudr >= 2;
    };
  }

  // Commands that the firmware sends by itself: of those there is one, the chip's number (4Bh).
  addFlashPort() {
    const ssi = this.chip.peripherals[SSI];
    const selector = this.chip.peripherals[IO_QSPI];
    let select = 0;
    let sent = [];
    const answers = [];
    selector.readUint32 = (offset) => (offset === SELECT ? select : 0);
    selector.writeUint32 = (offset, value) => {
      if (offset === SELECT) {
        select = value;
        sent = [];
      }
    };
    const read = ssi.readUint32.bind(ssi);
    ssi.readUint32 = (offset) => {
      if (offset === SSI_STATUS) {
        return 6 | (answers.length > 0 ? 8 : 0);
      }
      return offset === SSI_DATA ? answers.shift() ?? 0 : read(offset);
    };
    const write = ssi.writeUint32.bind(ssi);
    ssi.writeUint32 = (offset, value) => {
      if (offset !== SSI_DATA) {
        write(offset, value);
        return;
      }
      if (this.flash.mapped || (select >> 8 & 3) !== 2) {
        throw new Error('a byte goes to a flash that is not selected');
      }
      sent.push(value);
      answers.push(sent[0] === 0x4b && sent.length > 5 ? this.flash.number[sent.length - 6] : 0xff);
    };
  }

  addRing() {
    const ring = this.chip.peripherals[ROSC];
    let left = 0;
    let bits = 0;
    ring.readUint32 = (offset) => {
      if (offset !== 0x1c) {
        return 0;
      }
      if (left === 0) {
        this.random = createHash('sha256').update(this.random).digest();
        bits = this.random.readUInt32LE(0);
        left = 32;
      }
      left--;
      return (bits >>> left) & 1;
    };
  }

  addLine() {
    const { chip } = this;
    const uart = chip.uart[0];
    uart.onByte = (byte) => this.sent(byte);
    this.receiving = chip.clock.createAlarm(() => this.receive());
    this.receivingNow = false;
    if (this.line.length > 0) {
      this.schedule();
    }
  }

  schedule() {
    const rate = this.chip.uart[0].baudRate;
    this.receivingNow = true;
    this.receiving.schedule(Number.isFinite(rate) && rate > 0 ? (BITS_PER_BYTE * 1e9) / rate : 1e6);
  }

  // A byte that finds no room is lost, as on the chip.
  receive() {
    const uart = this.chip.uart[0];
    this.receivingNow = false;
    if (!uart.enabled) {
      this.schedule(); // the line has not been opened: it waits in the adapter
      return;
    }
    const byte = this.line.shift();
    if (uart.rxFIFO.itemCount < FIFO) {
      uart.feedByte(byte);
    } else {
      this.overruns = (this.overruns ?? 0) + 1;
    }
    if (this.line.length > 0) {
      this.schedule();
    }
  }

  // Bytes from the host, which reach the board one after the other at the line's rate.
  send(bytes) {
    for (const byte of bytes) {
      this.line.push(byte);
    }
    if (!this.receivingNow && this.line.length > 0) {
      this.schedule();
    }
  }

  // What a pin reads: as it is driven, else what is connected, else its resistor.
  level(number) {
    const pin = this.chip.gpio[number];
    if (pin.outputEnable) {
      return pin.outputValue;
    }
    return this.pins.get(number) ?? pin.pullupEnabled;
  }

  addPins() {
    for (const pin of this.chip.gpio) {
      pin.addListener(() => pin.setInputValue(this.level(pin.index)));
      pin.setInputValue(this.level(pin.index));
    }
  }

  // Connects a pin to a level; null: leaves it open.
  connect(number, high) {
    if (high === null) {
      this.pins.delete(number);
    } else {
      this.pins.set(number, high);
    }
    this.chip.gpio[number].setInputValue(this.level(number));
  }

  trap(number) {
    const { core } = this.chip;
    const r = core.registers;
    if (core.PC >= ROM_SIZE + 2) {
      this.protection.refuse(core.PC - 2, 'undefined'); // a breakpoint or UDF of the firmware's own
    }
    switch (number) {
      case TRAP.CONNECT:
      case TRAP.FLUSH:
        break;
      case TRAP.EXIT_XIP:
        this.flash.mapped = false;
        this.chip.peripherals[SSI].ssienr = 1; // set up for bytes
        break;
      case TRAP.ERASE:
        this.busy(this.flash.erase(r[0], r[1]));
        break;
      case TRAP.PROGRAM:
        if (r[1] < 0x20000000 || r[1] >= 0x20042000) {
          throw new Error('flash is programmed from what cannot be read meanwhile');
        }
        this.busy(this.flash.program(r[0], r[2], (i) => this.chip.sram[r[1] - 0x20000000 + i]));
        break;
      case TRAP.ENTER_XIP:
        this.flash.mapped = true;
        break;
      case TRAP.LOOK_UP:
        r[0] = this.lookUp(r[0], r[1]);
        return;
      case TRAP.BUSY:
        r[0] = this.chip.clock.nanos < this.busyUntil ? 1 : 0;
        if (r[0] !== 0) {
          this.skipTo(this.busyUntil);
        }
        return;
      default:
        throw new Error(`the ROM was left by breakpoint 0x${number.toString(16)}`);
    }
    if (this.flash.powerIsCut) {
      this.pending = 'power';
    }
  }

  busy(microseconds) {
    this.busyUntil = this.chip.clock.nanos + microseconds * 1000;
  }

  // Nothing happens in the loop of a busy ROM until something does.
  skipTo(nanos) {
    const { clock } = this.chip;
    const next = clock.nextAlarm ? Math.max(clock.nanosToNextAlarm, 1) : Infinity;
    clock.tick(Math.min(nanos - clock.nanos, next));
  }

  lookUp(table, code) {
    const { bytes } = this.rom;
    for (let at = table; bytes.readUInt16LE(at) !== 0; at += 4) {
      if (bytes.readUInt16LE(at) === code) {
        return bytes.readUInt16LE(at + 2);
      }
    }
    return 0;
  }

  // Pulls the RUN pin to ground for a moment: RAM survives that, the watchdog's words do not.
  pullRun() {
    this.pending = 'run';
  }

  finishReset() {
    const reason = this.pending;
    const code = { power: 0, run: 0, timeout: 1, forced: 2, system: this.watchdog.reason }[reason];
    this.scratch.set(this.watchdog.scratchData);
    if (reason === 'power') {
      this.off = true;
      return;
    }
    if (reason === 'run') {
      this.scratch.fill(0);
    }
    this.reset(reason, code, this.chip.sram);
  }

  // Runs for up to `nanos` of the machine's time, at most `most` instructions. Answers true when it was that long.
  run(nanos, most) {
    const { core, clock } = this.chip;
    const { step } = this.protection;
    const until = clock.nanos + nanos;
    let count = 0;
    while (count < most && this.pending === null) {
      if (this.romGaveUp || this.off || clock.nanosCounter >= until) {
        return true;
      }
      if (core.waiting) {
        const next = clock.nextAlarm ? clock.nanosToNextAlarm : Infinity;
        if (clock.nanos + next > until) {
          clock.tick(until - clock.nanos);
          return true;
        }
        clock.tick(Math.max(next, 1));
        continue;
      }
      const passed = step() * NANOS_PER_CYCLE;
      const next = clock.nextAlarm;
      if (next === null || next.nanos > clock.nanosCounter + passed) {
        clock.nanosCounter += passed;
      } else {
        clock.tick(passed);
      }
      count++;
    }
    if (this.pending !== null) {
      this.finishReset();
    }
    this.instructions += count;
    return false;
  }
}

export { FLASH_SIZE };
