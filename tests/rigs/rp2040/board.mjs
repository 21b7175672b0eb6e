// SPDX-License-Identifier: Apache-2.0
// A running board: the machine, a TCP socket as its serial line, and pace. Idle time is not shorter than on the
// wall clock, so that neither end's time-outs run ahead of the other's.
import { createServer } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { Machine } from './machine.mjs';

const CHUNK = 40000; // instructions between two looks at the sockets

export class Board {
  constructor(flash, options) {
    this.machine = new Machine(flash, options);
    this.output = []; // everything that the board ever sent
    this.client = null;
    this.stopped = false;
    this.failure = null;
    let queue = [];
    this.flush = () => {
      if (queue.length > 0 && this.client !== null) {
        this.client.write(Buffer.from(queue));
      }
      queue = [];
    };
    this.machine.sent = (byte) => {
      this.output.push(byte);
      queue.push(byte);
    };
  }

  get text() {
    return Buffer.from(this.output).toString('latin1');
  }

  // Opens the line on a port of this host; answers the selector for loader-cli.
  listen(port = 0) {
    this.server = createServer((socket) => {
      this.client?.destroy();
      this.client = socket;
      socket.setNoDelay(true);
      socket.on('data', (bytes) => this.machine.send(bytes));
      socket.on('error', () => {});
      socket.on('close', () => {
        if (this.client === socket) {
          this.client = null;
        }
      });
    });
    return new Promise((resolve) => {
      this.server.listen(port, '127.0.0.1', () => {
        this.selector = `tcp:127.0.0.1:${this.server.address().port}`;
        resolve(this.selector);
      });
    });
  }

  // Runs until stop(). A failure of the machine, which no firmware should cause, ends it.
  async run() {
    let last = process.hrtime.bigint();
    try {
      while (!this.stopped) {
        const now = process.hrtime.bigint();
        const passed = Math.min(Number(now - last), 50e6);
        last = now;
        const idle = this.machine.run(Math.max(passed, 1000), CHUNK);
        this.flush();
        await (idle ? new Promise((resolve) => setTimeout(resolve, 1)) : turn());
      }
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  start() {
    this.running = this.run();
    this.running.catch(() => {});
    return this;
  }

  async stop() {
    this.stopped = true;
    this.client?.destroy();
    this.server?.close();
    await this.running.catch(() => {});
  }
}
