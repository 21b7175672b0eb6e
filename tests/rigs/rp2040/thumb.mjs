// SPDX-License-Identifier: Apache-2.0
// The instructions that make up nearly all of what firmware executes, several times as fast as the emulator's own
// core does them, on that core's registers and flags. Everything else is left to it (answer 0). No register changes
// before the last access to memory of an instruction has succeeded: what faults can be begun again.

// Operations of 010000 on two low registers that are worth it; 0: left to the core.
const AND = 0;
const EOR = 1;
const LSL = 2;
const LSR = 3;
const ADC = 5;
const SBC = 6;
const TST = 8;
const NEG = 9;
const CMP = 10;
const ORR = 12;
const MUL = 13;
const BIC = 14;
const MVN = 15;

// memory: read32, read16, read8, write32, write16, write8. Answers execute(opcode, pc): cycles, or 0.
export function fastThumb(core, memory) {
  const r = core.registers;
  const { read32, read16, read8, write32, write16, write8 } = memory;

  const logic = (value) => {
    core.N = value < 0;
    core.Z = value === 0;
    return value;
  };
  const add = (a, b, carry) => {
    const sum = a + b + carry;
    const result = sum | 0;
    core.N = result < 0;
    core.Z = result === 0;
    core.C = sum > 0xffffffff;
    core.V = ((~(a ^ b) & (a ^ result)) | 0) < 0;
    return result;
  };
  const subtract = (a, b) => {
    const result = (a - b) | 0;
    core.N = result < 0;
    core.Z = result === 0;
    core.C = a >= b;
    core.V = (((a ^ b) & (a ^ result)) | 0) < 0;
    return result;
  };
  const shiftLeft = (value, count) => {
    if (count === 0) {
      return logic(value | 0);
    }
    core.C = count <= 32 && ((value >>> (32 - count)) & 1) !== 0;
    return logic(count < 32 ? value << count : 0);
  };
  const shiftRight = (value, count) => {
    if (count === 0) {
      return logic(value | 0);
    }
    core.C = count <= 32 && ((value >>> (count - 1)) & 1) !== 0;
    return logic(count < 32 ? (value >>> count) | 0 : 0);
  };
  const holds = (condition) => {
    switch (condition) {
      case 0: return core.Z;
      case 1: return !core.Z;
      case 2: return core.C;
      case 3: return !core.C;
      case 4: return core.N;
      case 5: return !core.N;
      case 6: return core.V;
      case 7: return !core.V;
      case 8: return core.C && !core.Z;
      case 9: return !(core.C && !core.Z);
      case 10: return core.N === core.V;
      case 11: return core.N !== core.V;
      case 12: return core.N === core.V && !core.Z;
      default: return !(core.N === core.V && !core.Z);
    }
  };

  const dataProcessing = (opcode) => {
    const d = opcode & 7;
    const a = r[d];
    const b = r[(opcode >> 3) & 7];
    switch ((opcode >> 6) & 15) {
      case AND: r[d] = logic(a & b); return 1;
      case EOR: r[d] = logic(a ^ b); return 1;
      case LSL: r[d] = shiftLeft(a, b & 255); return 1;
      case LSR: r[d] = shiftRight(a, b & 255); return 1;
      case ADC: r[d] = add(a, b, core.C ? 1 : 0); return 1;
      case SBC: r[d] = add(a, ~b >>> 0, core.C ? 1 : 0); return 1;
      case TST: logic(a & b); return 1;
      case NEG: r[d] = subtract(0, b); return 1;
      case CMP: subtract(a, b); return 1;
      case ORR: r[d] = logic(a | b); return 1;
      case MUL: r[d] = logic(Math.imul(a, b)); return 1;
      case BIC: r[d] = logic(a & ~b); return 1;
      case MVN: r[d] = logic(~b); return 1;
      default: return 0;
    }
  };
  // MOV between any registers but the program counter.
  const move = (opcode) => {
    const d = ((opcode >> 4) & 8) | (opcode & 7);
    const m = (opcode >> 3) & 15;
    if (opcode >> 8 !== 0x46 || d === 15 || d === 13 || m === 15) {
      return 0;
    }
    r[d] = r[m];
    return 1;
  };
  const byRegister = (opcode) => {
    const address = (r[(opcode >> 3) & 7] + r[(opcode >> 6) & 7]) >>> 0;
    const t = opcode & 7;
    switch ((opcode >> 9) & 7) {
      case 0: write32(address, r[t]); return 2;
      case 1: write16(address, r[t]); return 2;
      case 2: write8(address, r[t]); return 2;
      case 3: r[t] = (read8(address) << 24) >> 24; return 2;
      case 4: r[t] = read32(address); return 2;
      case 5: r[t] = read16(address); return 2;
      case 6: r[t] = read8(address); return 2;
      default: r[t] = (read16(address) << 16) >> 16; return 2;
    }
  };
  const push = (opcode) => {
    let address = r[13];
    let cycles = 1;
    if (opcode & 0x100) {
      address -= 4;
      write32(address >>> 0, r[14]);
      cycles++;
    }
    for (let i = 7; i >= 0; i--) {
      if (opcode & (1 << i)) {
        address -= 4;
        write32(address >>> 0, r[i]);
        cycles++;
      }
    }
    r[13] = address;
    return cycles;
  };
  const values = new Uint32Array(8);
  // Low registers from memory on; answers the address behind them.
  const loadList = (list, from) => {
    let address = from;
    for (let i = 0; i < 8; i++) {
      if (list & (1 << i)) {
        values[i] = read32(address >>> 0);
        address += 4;
      }
    }
    for (let i = 0; i < 8; i++) {
      if (list & (1 << i)) {
        r[i] = values[i];
      }
    }
    return address;
  };
  const storeList = (list, from) => {
    let address = from;
    for (let i = 0; i < 8; i++) {
      if (list & (1 << i)) {
        write32(address >>> 0, r[i]);
        address += 4;
      }
    }
    return address;
  };
  const miscellaneous = (opcode) => {
    switch (opcode >> 8) {
      case 0xb0:
        r[13] += opcode & 0x80 ? -((opcode & 0x7f) << 2) : (opcode & 0x7f) << 2;
        return 1;
      case 0xb2: {
        const value = r[(opcode >> 3) & 7];
        switch ((opcode >> 6) & 3) {
          case 0: r[opcode & 7] = (value << 16) >> 16; return 1;
          case 1: r[opcode & 7] = (value << 24) >> 24; return 1;
          case 2: r[opcode & 7] = value & 0xffff; return 1;
          default: r[opcode & 7] = value & 0xff; return 1;
        }
      }
      case 0xb4: case 0xb5: return push(opcode);
      case 0xbc: r[13] = loadList(opcode & 255, r[13]); return 2;
      default: return 0;
    }
  };

  // The program counter is still at the instruction; it is moved behind it here, when that was done.
  return (opcode, pc) => {
    let cycles = 1;
    const high = opcode >> 8;
    const low = opcode & 7;
    const middle = (opcode >> 3) & 7;
    const five = (opcode >> 6) & 31;
    switch (opcode >> 11) {
      case 0: r[low] = shiftLeft(r[middle], five); break;
      case 1: r[low] = shiftRight(r[middle], five === 0 ? 32 : five); break;
      case 3: {
        const operand = opcode & 0x400 ? five & 7 : r[five & 7];
        r[low] = opcode & 0x200 ? subtract(r[middle], operand) : add(r[middle], operand, 0);
        break;
      }
      case 4: r[high & 7] = logic(opcode & 255); break;
      case 5: subtract(r[high & 7], opcode & 255); break;
      case 6: r[high & 7] = add(r[high & 7], opcode & 255, 0); break;
      case 7: r[high & 7] = subtract(r[high & 7], opcode & 255); break;
      case 8: cycles = opcode & 0x400 ? move(opcode) : dataProcessing(opcode); break;
      case 9: r[high & 7] = read32((((pc + 4) & ~3) >>> 0) + ((opcode & 255) << 2)); cycles = 2; break;
      case 10: case 11: cycles = byRegister(opcode); break;
      case 12: write32((r[middle] + (five << 2)) >>> 0, r[low]); cycles = 2; break;
      case 13: r[low] = read32((r[middle] + (five << 2)) >>> 0); cycles = 2; break;
      case 14: write8((r[middle] + five) >>> 0, r[low]); cycles = 2; break;
      case 15: r[low] = read8((r[middle] + five) >>> 0); cycles = 2; break;
      case 16: write16((r[middle] + (five << 1)) >>> 0, r[low]); cycles = 2; break;
      case 17: r[low] = read16((r[middle] + (five << 1)) >>> 0); cycles = 2; break;
      case 18: write32((r[13] + ((opcode & 255) << 2)) >>> 0, r[high & 7]); cycles = 2; break;
      case 19: r[high & 7] = read32((r[13] + ((opcode & 255) << 2)) >>> 0); cycles = 2; break;
      case 20: r[high & 7] = ((pc + 4) & ~3) + ((opcode & 255) << 2); break;
      case 21: r[high & 7] = r[13] + ((opcode & 255) << 2); break;
      case 22: case 23: cycles = miscellaneous(opcode); break;
      case 24: r[high & 7] = storeList(opcode & 255, r[high & 7]); cycles = 2; break;
      case 25: {
        const end = loadList(opcode & 255, r[high & 7]);
        if (!(opcode & (1 << (high & 7)))) {
          r[high & 7] = end;
        }
        cycles = 2;
        break;
      }
      case 26: case 27: {
        const condition = high & 15;
        if (condition >= 14) {
          return 0;
        }
        if (holds(condition)) {
          r[15] = pc + 4 + (((opcode & 255) << 24) >> 23);
          return 2;
        }
        break;
      }
      case 28:
        r[15] = pc + 4 + (((opcode & 0x7ff) << 21) >> 20);
        return 2;
      default:
        return 0;
    }
    if (cycles !== 0) {
      r[15] = pc + 2;
    }
    return cycles;
  };
}
