// SPDX-License-Identifier: Apache-2.0
// A USB host port for the emulated device controller that is as strict as the bus: the emulator's own host completes
// what was never armed, does not look at toggles and takes any address. Here a packet moves only when both sides are
// ready, every packet's toggle is checked, STALL is seen (on endpoint 0 only when it is armed), the device must answer
// to the address that it was given, from the end of the status stage on. What breaks the rules is kept in `errors`.

const AVAILABLE = 1 << 10;
const STALL = 1 << 11;
const DATA1 = 1 << 13;
const FULL = 1 << 15;
const LENGTH = 0x3ff;
const ENABLED = 1 << 31;
const SETUP_RECEIVED = 1 << 17;
const BUS_RESET = 1 << 19;
const PULL_UP = 1 << 16;
const ENDPOINTS = 16;

const CYCLE_NS = 8;
const TURN_NS = 5000; // from one look at the endpoints to the next, while there is something to move
const RECOVERY_NS = 2e6; // a device's time to take its address (USB 2.0, 9.2.6.3)
const RESET_NS = 10e6;

const SET_ADDRESS = 5;
const SET_CONFIGURATION = 9;

export class TransferError extends Error {
  constructor(status) {
    super(`the transfer ended with ${status}`);
    this.status = status;
  }
}

export class UsbHost {
  constructor(machine) {
    this.machine = machine;
    this.errors = [];
    this.naks = 0;
    this.attachments = 0;
    this.onAttach = () => {};
    this.connect(machine.chip);
    const started = machine.started;
    machine.started = (chip) => {
      started(chip);
      this.detach();
      this.connect(chip);
    };
  }

  // To a chip, as it comes out of a reset.
  connect(chip) {
    this.chip = chip;
    this.controller = chip.usbCtrl;
    this.memory = chip.usbDPRAMView;
    this.attached = false;
    this.forget();
    this.alarm = chip.clock.createAlarm(() => this.turn());
    this.settling = chip.clock.createAlarm(() => this.settled());
    this.controller.onUSBEnabled = () => {};
    this.controller.onResetReceived = () => {
      this.resetting = false;
      this.kick();
    };
    this.written = Array.from({ length: 2 * ENDPOINTS }, () => ({ value: 0, at: 0 }));
    this.controller.DPRAMUpdated = (offset, value) => {
      if (offset >= 0x80 && offset < 0x100) {
        this.checkWrite((offset - 0x80) / 4, value);
        if (value & (AVAILABLE | STALL)) {
          this.kick();
        }
      }
    };
    const write = this.controller.handleSieCtrlWrite.bind(this.controller);
    this.controller.handleSieCtrlWrite = (value) => {
      write(value);
      this.pull((value & PULL_UP) !== 0 && (this.controller.mainCtrl & 1) !== 0);
    };
  }

  // A buffer is handed over by a write that changes nothing else, 12 cycles after the rest at the earliest: they cross
  // to another clock (RP2040 Datasheet, 4.1.2.5.1).
  checkWrite(place, value) {
    const before = this.written[place];
    const now = this.chip.clock.nanos;
    const name = `endpoint ${place >> 1} ${place & 1 ? 'OUT' : 'IN'}`;
    if (value & AVAILABLE && ((before.value ^ value) & ~AVAILABLE) !== 0) {
      this.errors.push(`${name}: handed over together with what it holds`);
    } else if (value & AVAILABLE && now - before.at < 12 * CYCLE_NS) {
      this.errors.push(`${name}: handed over ${now - before.at} ns after what it holds`);
    }
    this.written[place] = { value, at: now };
  }

  forget() {
    this.control = null;
    this.controls = [];
    this.queues = { in: Array.from({ length: ENDPOINTS }, () => []), out: Array.from({ length: ENDPOINTS }, () => []) };
    this.toggles = { in: new Uint8Array(ENDPOINTS), out: new Uint8Array(ENDPOINTS) };
    this.address = 0;
    this.resetting = false;
    this.scheduled = false;
    this.newAddress = null;
  }

  pull(up) {
    if (up !== this.attached) {
      this.attached = up;
      if (up) {
        this.attachments++;
        this.onAttach();
      } else {
        this.detach();
      }
    }
  }

  detach() {
    this.attached = false;
    this.abandon('disconnect');
  }

  // Ends everything that is under way.
  abandon(status) {
    const all = [this.control, ...this.controls, ...this.queues.in.flat(), ...this.queues.out.flat()];
    this.forget();
    for (const transfer of all.filter((t) => t !== null)) {
      transfer.reject(new TransferError(status));
    }
  }

  kick() {
    if (!this.scheduled && this.attached) {
      this.scheduled = true;
      this.alarm.schedule(TURN_NS);
    }
  }

  // Resets the bus; resolves when the device has seen it and had its time.
  reset() {
    this.abandon('reset');
    this.resetting = true;
    this.controller.sieStatus |= BUS_RESET;
    this.controller.sieStatusUpdated();
    return this.wait(RESET_NS);
  }

  // Lets the machine's time pass.
  wait(nanos) {
    return new Promise((resolve) => this.chip.clock.createAlarm(resolve).schedule(nanos));
  }

  // One control transfer. data: a Buffer to send, or how many bytes to ask for.
  request(type, request, value, index, data) {
    const toDevice = !(type & 0x80);
    const length = typeof data === 'number' ? data : data.length;
    const setup = Buffer.from([type, request, value & 255, value >> 8, index & 255, index >> 8, length & 255,
      length >> 8]);
    return this.transact(setup, toDevice && length > 0 ? data : Buffer.alloc(0));
  }

  // The same with a SETUP packet of any shape.
  transact(setup, data) {
    return new Promise((resolve, reject) => {
      this.controls.push({ setup, data, resolve, reject, sent: 0, got: [], stage: 'setup',
        wanted: setup.readUInt16LE(6) });
      this.kick();
    });
  }

  // Reads until a short packet or `length` bytes.
  read(endpoint, length) {
    return this.queue('in', endpoint, { length, got: [] });
  }

  write(endpoint, data) {
    return this.queue('out', endpoint, { data, sent: 0 });
  }

  queue(direction, endpoint, transfer) {
    return new Promise((resolve, reject) => {
      this.queues[direction][endpoint].push({ ...transfer, resolve, reject });
      this.kick();
    });
  }

  place(endpoint, out) {
    return 8 * endpoint + (out ? 4 : 0);
  }

  word(endpoint, out) {
    return this.memory.getUint32(0x80 + this.place(endpoint, out), true);
  }

  setWord(endpoint, out, value) {
    this.memory.setUint32(0x80 + this.place(endpoint, out), value, true);
  }

  // Whether a token finds the endpoint ready; NAK otherwise.
  ready(endpoint, out) {
    const enabled = endpoint === 0 || this.memory.getUint32(this.place(endpoint, out), true) & ENABLED;
    if (enabled && this.word(endpoint, out) & AVAILABLE) {
      return true;
    }
    this.naks++;
    return false;
  }

  stalled(endpoint, out) {
    const armed = endpoint !== 0 || this.controller.epStallArm & (out ? 2 : 1);
    return !!armed && (this.word(endpoint, out) & STALL) !== 0;
  }

  buffer(endpoint, out) {
    const at = endpoint === 0 ? 0x100 : this.memory.getUint32(this.place(endpoint, out), true) & 0xffc0;
    if (at < 0x100 || at + 64 > 4096) {
      this.errors.push(`endpoint ${endpoint}: its buffer lies at 0x${at.toString(16)}`);
    }
    return at;
  }

  checkToggle(endpoint, out, word) {
    const toggle = word & DATA1 ? 1 : 0;
    const expected = this.toggles[out ? 'out' : 'in'][endpoint];
    if (toggle !== expected) {
      this.errors.push(`endpoint ${endpoint} ${out ? 'OUT' : 'IN'}: DATA${toggle} where the host has DATA${expected}`);
    }
    this.toggles[out ? 'out' : 'in'][endpoint] ^= 1;
  }

  // An IN token: the packet, or null.
  takeIn(endpoint) {
    if (!this.ready(endpoint, false)) {
      return null;
    }
    const word = this.word(endpoint, false);
    if (!(word & FULL)) {
      this.errors.push(`endpoint ${endpoint} IN: armed without data`);
    }
    this.checkToggle(endpoint, false, word);
    const at = this.buffer(endpoint, false);
    const packet = Buffer.from(this.chip.usbDPRAM.subarray(at, at + (word & LENGTH)));
    this.setWord(endpoint, false, word & ~(AVAILABLE | FULL));
    this.controller.indicateBufferReady(endpoint, false);
    return packet;
  }

  // An OUT token with a packet: how many bytes were taken, or null.
  giveOut(endpoint, packet) {
    if (!this.ready(endpoint, true)) {
      return null;
    }
    const word = this.word(endpoint, true);
    if (word & FULL) {
      this.errors.push(`endpoint ${endpoint} OUT: armed as full`);
    }
    if (packet.length > (word & LENGTH)) {
      this.errors.push(`endpoint ${endpoint} OUT: armed for ${word & LENGTH} bytes, ${packet.length} came`);
    }
    this.checkToggle(endpoint, true, word);
    this.chip.usbDPRAM.set(packet, this.buffer(endpoint, true));
    this.setWord(endpoint, true, ((word & ~(AVAILABLE | LENGTH)) | FULL | packet.length) >>> 0);
    this.controller.indicateBufferReady(endpoint, true);
    return packet.length;
  }

  finish(value) {
    const { control } = this;
    this.control = null;
    control.resolve(value);
    return true;
  }

  refuse(status) {
    const { control } = this;
    this.control = null;
    control.reject(new TransferError(status));
    return true;
  }

  begin() {
    const control = this.controls.shift();
    this.control = control;
    this.controller.epStallArm = 0;
    for (const out of [false, true]) {
      this.setWord(0, out, this.word(0, out) & ~(AVAILABLE | STALL));
    }
    this.toggles.in[0] = 1;
    this.toggles.out[0] = 1;
    const toHost = control.setup[0] & 0x80;
    control.stage = control.wanted === 0 ? 'status in' : toHost ? 'data in' : 'data out';
    this.controller.sendSetupPacket(control.setup);
  }

  // Each answers whether something has moved.
  dataIn(control) {
    const packet = this.takeIn(0);
    if (packet === null) {
      return this.stalled(0, false) && this.refuse('stall');
    }
    control.got.push(packet);
    const count = control.got.reduce((sum, part) => sum + part.length, 0);
    if (count > control.wanted) {
      this.errors.push(`endpoint 0: ${count} bytes where ${control.wanted} were asked for`);
    }
    if (packet.length < 64 || count >= control.wanted) {
      control.stage = 'status out';
      this.toggles.out[0] = 1;
    }
    return true;
  }

  dataOut(control) {
    const taken = this.giveOut(0, control.data.subarray(control.sent, control.sent + 64));
    if (taken === null) {
      return this.stalled(0, true) && this.refuse('stall');
    }
    control.sent += 64;
    if (control.sent >= control.wanted) {
      control.stage = 'status in';
      this.toggles.in[0] = 1;
    }
    return true;
  }

  statusIn(control) {
    const packet = this.takeIn(0);
    if (packet === null) {
      return this.stalled(0, false) && this.refuse('stall');
    }
    if (packet.length !== 0) {
      this.errors.push('endpoint 0: data in a status stage');
    }
    const [type, request, value] = control.setup;
    if (type === 0 && request === SET_ADDRESS) {
      this.newAddress = value;
      this.settling.schedule(RECOVERY_NS);
      return false;
    }
    if (type === 0 && request === SET_CONFIGURATION) {
      this.toggles.in.fill(0, 1);
      this.toggles.out.fill(0, 1);
    }
    return this.finish(Buffer.alloc(0));
  }

  settled() {
    this.address = this.newAddress;
    this.newAddress = null;
    this.finish(Buffer.alloc(0));
    this.kick();
  }

  statusOut(control) {
    if (this.giveOut(0, Buffer.alloc(0)) === null) {
      return this.stalled(0, true) && this.refuse('stall');
    }
    return this.finish(Buffer.concat(control.got));
  }

  moveControl() {
    if (this.controller.sieStatus & SETUP_RECEIVED) {
      return false; // the firmware has not fetched it: everything is answered NAK
    }
    if (this.control === null) {
      if (this.controls.length > 0) {
        this.begin();
      }
      return false;
    }
    switch (this.control.stage) {
      case 'data in': return this.dataIn(this.control);
      case 'data out': return this.dataOut(this.control);
      case 'status in': return this.statusIn(this.control);
      default: return this.statusOut(this.control);
    }
  }

  moveIn(endpoint) {
    const queue = this.queues.in[endpoint];
    if (queue.length === 0) {
      return false;
    }
    const packet = this.takeIn(endpoint);
    if (packet === null) {
      if (this.stalled(endpoint, false)) {
        queue.shift().reject(new TransferError('stall'));
      }
      return false;
    }
    const [transfer] = queue;
    transfer.got.push(packet);
    const count = transfer.got.reduce((sum, part) => sum + part.length, 0);
    if (packet.length < 64 || count >= transfer.length) {
      queue.shift().resolve(Buffer.concat(transfer.got));
    }
    return true;
  }

  moveOut(endpoint) {
    const queue = this.queues.out[endpoint];
    if (queue.length === 0) {
      return false;
    }
    const [transfer] = queue;
    if (this.giveOut(endpoint, transfer.data.subarray(transfer.sent, transfer.sent + 64)) === null) {
      if (this.stalled(endpoint, true)) {
        queue.shift().reject(new TransferError('stall'));
      }
      return false;
    }
    transfer.sent += 64;
    if (transfer.sent >= transfer.data.length) {
      queue.shift().resolve(transfer.data.length);
    }
    return true;
  }

  turn() {
    this.scheduled = false;
    if (!this.attached || this.resetting || this.newAddress !== null) {
      return;
    }
    const answersTo = this.controller.addrEndp & 0x7f;
    if (answersTo !== this.address) {
      this.errors.push(`the device answers to address ${answersTo}, it was given ${this.address}`);
      this.abandon('timeout');
      return;
    }
    let moved = this.moveControl();
    for (let endpoint = 1; endpoint < ENDPOINTS; endpoint++) {
      moved = this.moveIn(endpoint) || moved;
      moved = this.moveOut(endpoint) || moved;
    }
    if (moved || this.controls.length > 0) {
      this.kick();
    }
  }
}
