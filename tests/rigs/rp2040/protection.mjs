// SPDX-License-Identifier: Apache-2.0
// What the emulator's processor lacks of Armv6-M: the protection unit, privilege, faults, the tick counter, and reset
// by AIRCR (Armv6-M Architecture Reference Manual, B1.5 and B3). Laid over the emulator's own accesses, all of which
// go through the core's read and write functions.
import { fastThumb } from './thumb.mjs';

const RAM = 0x20000000;
const RAM_SIZE = 0x42000;
const WINDOW = 0x10000000;
const WINDOW_END = 0x10200000;
const ROM_SIZE = 0x4000;
const PPB = 0xe0000000;

const READ = 1;
const WRITE = 2;
const EXECUTE = 4;
const PRIVILEGED = 0; // shift of the three bits above
const UNPRIVILEGED = 3;
const GRANULE = 5; // log2: the smallest subregion has 32 bytes

// Access of privileged and unprivileged code by AP (B3.5.6).
const ACCESS = [[0, 0], [READ | WRITE, 0], [READ | WRITE, READ], [READ | WRITE, READ | WRITE],
  [0, 0], [READ, 0], [READ, READ], [READ, READ]];

export class Fault extends Error {}

const MPU = { TYPE: 0xd90, CTRL: 0xd94, RNR: 0xd98, RBAR: 0xd9c, RASR: 0xda0 };
const SYST = { CSR: 0x010, RVR: 0x014, CVR: 0x018 };
const AIRCR = 0xd0c;
const CCR = 0xd14;

class Mpu {
  constructor() {
    this.control = 0;
    this.number = 0;
    this.rbar = new Uint32Array(8);
    this.rasr = new Uint32Array(8);
    this.generation = 1;
    this.known = new Uint32Array((RAM_SIZE + 0x200000) >> GRANULE);
  }

  read(offset) {
    switch (offset) {
      case MPU.TYPE: return 8 << 8;
      case MPU.CTRL: return this.control;
      case MPU.RNR: return this.number;
      case MPU.RBAR: return (this.rbar[this.number] | this.number) >>> 0;
      default: return this.rasr[this.number];
    }
  }

  write(offset, value) {
    this.generation = (this.generation + 1) & 0xffffff;
    if (this.generation === 0) {
      this.known.fill(0);
      this.generation = 1;
    }
    switch (offset) {
      case MPU.CTRL: this.control = value & 7; break;
      case MPU.RNR: this.number = value & 7; break;
      case MPU.RBAR:
        if (value & 0x10) {
          this.number = value & 7;
        }
        this.rbar[this.number] = value & ~0xff;
        break;
      case MPU.RASR: this.rasr[this.number] = value; break;
      default:
    }
  }

  // Rights at an address as six bits. The highest region that covers it decides.
  rights(address) {
    for (let n = 7; n >= 0; n--) {
      const rasr = this.rasr[n];
      if (!(rasr & 1)) {
        continue;
      }
      const log2 = ((rasr >> 1) & 31) + 1;
      const offset = address - Math.floor(this.rbar[n] / 2 ** log2) * 2 ** log2;
      if (log2 < 8) {
        throw new Error(`MPU region ${n} of 2^${log2} bytes: this architecture has none that small`);
      }
      if (offset < 0 || offset >= 2 ** log2 || ((rasr >> (8 + Math.floor(offset / 2 ** (log2 - 3)))) & 1)) {
        continue;
      }
      const [privileged, unprivileged] = ACCESS[(rasr >> 24) & 7];
      const executes = rasr & (1 << 28) || address >= 0x40000000 ? 0 : EXECUTE;
      return ((privileged & READ ? privileged | executes : privileged) << PRIVILEGED) |
        ((unprivileged & READ ? unprivileged | executes : unprivileged) << UNPRIVILEGED);
    }
    return this.control & 4 ? (READ | WRITE | (address < 0x40000000 ? EXECUTE : 0)) << PRIVILEGED : 0;
  }

  // The same, remembered for RAM and flash until a register changes.
  cached(index, address) {
    const entry = this.known[index];
    if (entry >>> 8 === this.generation) {
      return entry & 0xff;
    }
    const rights = this.rights(address);
    this.known[index] = (this.generation << 8) | rights;
    return rights;
  }
}

class Tick {
  constructor(rp2040) {
    this.rp2040 = rp2040;
    this.enabled = false;
    this.interrupts = false;
    this.reload = 0;
    this.flag = false;
    this.value = 0;
    this.since = 0;
    this.alarm = rp2040.clock.createAlarm(() => this.expire());
  }

  get nanos() {
    return 1e9 / this.rp2040.clkSys;
  }

  counter() {
    const passed = Math.floor((this.rp2040.clock.nanos - this.since) / this.nanos);
    if (!this.enabled || passed === 0) {
      return this.value;
    }
    return Math.max(this.value === 0 ? this.reload + 1 - passed : this.value - passed, 0);
  }

  schedule() {
    this.alarm.cancel();
    this.since = this.rp2040.clock.nanos;
    if (this.enabled && (this.value !== 0 || this.reload !== 0)) {
      this.alarm.schedule((this.value === 0 ? this.reload + 1 : this.value) * this.nanos);
    }
  }

  expire() {
    const { core } = this.rp2040;
    this.flag = true;
    this.value = 0;
    if (this.interrupts) {
      core.pendingSystick = true;
      core.interruptsUpdated = true;
      core.waiting = false;
    }
    this.schedule();
  }

  read(offset) {
    if (offset === SYST.RVR) {
      return this.reload;
    }
    if (offset === SYST.CVR) {
      return this.counter();
    }
    const value = (this.flag ? 1 << 16 : 0) | 4 | (this.interrupts ? 2 : 0) | (this.enabled ? 1 : 0);
    this.flag = false;
    return value;
  }

  write(offset, value) {
    if (offset === SYST.RVR) {
      this.reload = value & 0xffffff;
    } else if (offset === SYST.CVR) {
      this.value = 0;
      this.flag = false;
      this.schedule();
    } else {
      this.value = this.counter();
      this.enabled = !!(value & 1);
      this.interrupts = !!(value & 2);
      this.schedule();
    }
  }
}

// Lays all of that over an emulated chip. onReset: AIRCR asked for a reset. Answers what tests look at, and step().
export function protect(rp2040, flash, onReset) {
  const { core, ppb } = rp2040;
  const mpu = new Mpu();
  const tick = new Tick(rp2040);
  const state = { faults: 0, last: null, lockedUp: null, mpu };
  const ram8 = rp2040.sram;
  const ram16 = new Uint16Array(ram8.buffer);
  const ram32 = new Uint32Array(ram8.buffer);
  const flash16 = new Uint16Array(flash.bytes.buffer);
  const flash32 = new Uint32Array(flash.bytes.buffer);
  let at = 0; // of the instruction that is executed

  const unprivileged = () => core.nPRIV && core.currentMode === 0;

  // What holds for accesses until the mode changes: whether the unit is asked (not in HardFault and NMI; this kernel
  // sets no HFNMIENA), and which three bits of the rights count.
  let checked = false;
  let shift = PRIVILEGED;
  let fetchGranule = -1; // where the last instruction came from, found executable
  const modeChanged = () => {
    checked = (mpu.control & 1) !== 0 && !(core.IPSR === 3 && core.currentMode === 1);
    shift = unprivileged() ? UNPRIVILEGED : PRIVILEGED;
    fetchGranule = -1;
  };

  const refuse = (address, why) => {
    state.last = { address: address >>> 0, why, pc: at >>> 0, privileged: !unprivileged() };
    throw new Fault(`${why} at 0x${(address >>> 0).toString(16)}, pc 0x${at.toString(16)}`);
  };
  const allow = (rights, address, kind) => {
    if (!((rights >> shift) & kind)) {
      refuse(address, kind === EXECUTE ? 'execute' : kind === WRITE ? 'write' : 'read');
    }
  };
  const aligned = (address, size) => {
    if (address & (size - 1)) {
      refuse(address, 'alignment');
    }
  };
  // Everything that is neither RAM nor the flash window.
  const other = (address, kind) => {
    if (address >= PPB) {
      if (unprivileged() || kind === EXECUTE) {
        refuse(address, 'system');
      }
      return;
    }
    if (checked) {
      allow(mpu.rights(address), address, kind);
    }
    const isRom = address < ROM_SIZE && kind !== WRITE;
    const isDevice = kind !== EXECUTE &&
      (rp2040.findPeripheral(address) || (address >= 0x50100000 && address < 0x50101000) || address >>> 28 === 0xd);
    if (!isRom && !isDevice) {
      refuse(address, 'bus');
    }
  };
  const { known } = mpu;
  const ramCheck = (offset, address, kind) => {
    const entry = known[offset >>> GRANULE];
    if (entry >>> 8 !== mpu.generation || !((entry >> shift) & kind)) {
      allow(mpu.cached(offset >>> GRANULE, address), address, kind);
    }
  };
  const flashCheck = (offset, address, kind) => {
    if (!flash.mapped) {
      throw new Error(`flash is read while it cannot be, pc 0x${at.toString(16)}`);
    }
    if (checked) {
      allow(mpu.cached((RAM_SIZE + offset) >>> GRANULE, address), address, kind);
    }
  };

  const reader = (size, ram, words, log2, slow) => (value) => {
    const address = value >>> 0;
    const offset = address - RAM;
    if (address & (size - 1)) {
      aligned(address, size);
    }
    if (offset >= 0 && offset < RAM_SIZE) {
      if (checked) {
        ramCheck(offset, address, READ);
      }
      return ram[offset >>> log2];
    }
    if (address >= WINDOW && address < WINDOW_END) {
      flashCheck(address - WINDOW, address, READ);
      return words[(address - WINDOW) >>> log2];
    }
    other(address, READ);
    return slow(address);
  };
  const writer = (size, ram, log2, slow) => (place, value) => {
    const address = place >>> 0;
    const offset = address - RAM;
    if (address & (size - 1)) {
      aligned(address, size);
    }
    if (offset >= 0 && offset < RAM_SIZE) {
      if (checked) {
        ramCheck(offset, address, WRITE);
      }
      ram[offset >>> log2] = value;
      return;
    }
    other(address, WRITE); // the flash window too: nothing takes a store there
    slow(address, value);
  };
  const memory = {
    read32: reader(4, ram32, flash32, 2, (a) => rp2040.readUint32(a)),
    read16: reader(2, ram16, flash16, 1, (a) => rp2040.readUint16(a)),
    read8: reader(1, ram8, flash.bytes, 0, (a) => rp2040.readUint8(a)),
    write32: writer(4, ram32, 2, (a, v) => rp2040.writeUint32(a, v)),
    write16: writer(2, ram16, 1, (a, v) => rp2040.writeUint16(a, v)),
    write8: writer(1, ram8, 0, (a, v) => rp2040.writeUint8(a, v)),
  };
  core.readUint32 = memory.read32;
  core.readUint16 = memory.read16;
  core.readUint8 = memory.read8;
  core.writeUint32 = memory.write32;
  core.writeUint16 = memory.write16;
  core.writeUint8 = memory.write8;

  const readSystem = ppb.readUint32.bind(ppb);
  ppb.readUint32 = (offset) => {
    if (offset >= MPU.TYPE && offset <= MPU.RASR) {
      return mpu.read(offset);
    }
    if (offset >= SYST.CSR && offset <= SYST.CVR) {
      return tick.read(offset);
    }
    return offset === CCR ? 0x208 : readSystem(offset);
  };
  const writeSystem = ppb.writeUint32.bind(ppb);
  ppb.writeUint32 = (offset, value) => {
    if (offset > MPU.TYPE && offset <= MPU.RASR) {
      mpu.write(offset, value);
      modeChanged();
    } else if (offset >= SYST.CSR && offset <= SYST.CVR) {
      tick.write(offset, value);
    } else if (offset === AIRCR) {
      if (value >>> 16 === 0x5fa && value & 4) {
        onReset();
      }
    } else {
      writeSystem(offset, value);
    }
  };

  const readSpecial = core.readSpecialRegister.bind(core);
  core.readSpecialRegister = (n) => (unprivileged() && n >= 5 && n !== 20 ? 0 : readSpecial(n));
  const writeSpecial = core.writeSpecialRegister.bind(core);
  core.writeSpecialRegister = (n, value) => {
    if (!(unprivileged() && n >= 5)) {
      writeSpecial(n, value);
      modeChanged();
    }
  };
  // A branch to an even address clears the Thumb bit: what is there faults.
  const branch = core.BXWritePC.bind(core);
  core.BXWritePC = (address) => {
    const returns = core.currentMode === 1 && address >>> 28 === 15;
    branch(address);
    if (!returns && !(address & 1)) {
      state.noThumb = true;
    }
  };

  const repend = (number) => {
    if (number === 11) {
      core.pendingSVCall = true;
    } else if (number === 14) {
      core.pendingPendSV = true;
    } else if (number === 15) {
      core.pendingSystick = true;
    }
    core.interruptsUpdated = true;
  };
  const enter = core.exceptionEntry.bind(core);
  // The frame's eight words must be writeable for whom it is pushed. When they are not, HardFault is entered in place
  // of the exception, which stays pending; nothing was stored then. The same for HardFault itself.
  core.exceptionEntry = (number) => {
    const process = core.SPSEL && core.currentMode === 0;
    const sp = process ? core.SPprocess : core.SPmain;
    const frame = ((sp - 0x20) & ~4) >>> 0;
    let good = true;
    try {
      for (let i = 0; i < 8; i++) {
        const address = (frame + 4 * i) >>> 0;
        if (address < RAM || address >= RAM + RAM_SIZE) {
          refuse(address, 'stacking');
        }
        if (checked) {
          ramCheck(address - RAM, address, WRITE);
        }
      }
    } catch (error) {
      if (!(error instanceof Fault)) {
        throw error;
      }
      good = false;
    }
    if (good) {
      enter(number);
      core.PC &= ~1;
      modeChanged();
      return;
    }
    if (!process) {
      state.lockedUp = { why: 'no frame can be pushed on the main stack', ...state.last };
      throw new Error(`LOCKUP ${JSON.stringify(state.lockedUp)}`);
    }
    state.faults++;
    if (number !== 3) {
      repend(number);
    }
    core.SPprocess = frame;
    core.LR = 0xfffffffd;
    core.currentMode = 1;
    core.IPSR = 3;
    core.switchStack(0);
    modeChanged();
    core.PC = memory.read32(core.VTOR + 12) & ~1;
  };
  // Both entry and return change the mode, then the stack, then access memory with the new mode's rights.
  const choose = core.switchStack.bind(core);
  core.switchStack = (stack) => {
    choose(stack);
    modeChanged();
  };
  const leave = core.exceptionReturn.bind(core);
  core.exceptionReturn = (value) => {
    leave(value);
    modeChanged();
  };

  rp2040.logger.warn = (component, text) => {
    if (component === 'CortexM0Core' && /not implemented/.test(text)) {
      refuse(at, 'undefined');
    }
    if (!/^Opcode/.test(text)) {
      state.onWarning?.(`${component}: ${text}`);
    }
  };

  const execute = core.executeInstruction.bind(core);
  const fast = fastThumb(core, memory);
  const registers = core.registers;
  const saved = new Uint32Array(16);
  state.refuse = refuse;

  // The instruction that comes next; checks that it may be executed.
  const fetch = () => {
    const granule = at >>> GRANULE;
    if (at >= WINDOW && at < WINDOW_END) {
      if (granule !== fetchGranule || !flash.mapped) {
        flashCheck(at - WINDOW, at, EXECUTE);
        fetchGranule = granule;
      }
      return flash16[(at - WINDOW) >>> 1];
    }
    if (at >= RAM && at < RAM + RAM_SIZE) {
      if (checked && granule !== fetchGranule) {
        ramCheck(at - RAM, at, EXECUTE);
      }
      fetchGranule = granule;
      return ram16[(at - RAM) >>> 1];
    }
    other(at, EXECUTE);
    return rp2040.readUint16(at);
  };
  // What the emulator's own core has to do, undone when it faults.
  const slowly = () => {
    const before = core.PM;
    const user = unprivileged();
    saved.set(registers);
    try {
      const cycles = execute();
      if (user && core.PM !== before) {
        core.PM = before; // CPS does nothing there
      }
      return cycles;
    } catch (error) {
      registers.set(saved);
      throw error;
    }
  };
  state.step = () => {
    try {
      while (core.interruptsUpdated && core.checkForInterrupts()) {
        core.waiting = false;
      }
      at = (registers[15] & ~1) >>> 0;
      if (state.noThumb) {
        state.noThumb = false;
        refuse(at, 'no Thumb state');
      }
      return fast(fetch(), at) || slowly();
    } catch (error) {
      if (!(error instanceof Fault)) {
        throw error;
      }
      state.faults++;
      if (core.currentMode === 1 && (core.IPSR === 3 || core.IPSR === 2)) {
        state.lockedUp = state.last;
        throw new Error(`LOCKUP ${JSON.stringify(state.last)}`);
      }
      core.exceptionEntry(3);
      return 12;
    }
  };
  modeChanged();
  return state;
}
