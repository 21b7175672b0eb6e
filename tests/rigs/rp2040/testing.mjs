// SPDX-License-Identifier: Apache-2.0
// What the tests share: boards with something in their flash, loader-cli in front of them, and checks.
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Board } from './board.mjs';
import { ROOT } from './emulator.mjs';
import { Flash, FLASH_SIZE } from './flash.mjs';

const FIRMWARE = `${ROOT}build/boards/raspberry_pi_pico`;
export const APPS = `${ROOT}build/apps`;
export const KERNEL_IMAGE = `${FIRMWARE}/kernel.img`;
export const SLOT_A = 0x20000;
export const SLOT_B = 0x40000;
const WORK = mkdtempSync(`${tmpdir()}/gantry-rp2040.`);
process.on('exit', () => rmSync(WORK, { recursive: true, force: true }));

let passed = 0;
let failed = 0;

let firstOnly = false;

// From now on the first failure ends the program.
export function stopAtFirst() {
  firstOnly = true;
}

let broken = null; // the machine's own failure: nothing more can be checked

// Runs one check; what it throws is its failure.
export async function check(name, body) {
  if (broken !== null) {
    failed++;
    console.log(`FAIL: ${name}\n  the machine has failed`);
    return;
  }
  try {
    await body();
    passed++;
  } catch (error) {
    failed++;
    console.log(`FAIL: ${name}\n  ${error.stack.replaceAll('\n', '\n  ')}`);
    if (firstOnly) {
      finish();
    }
  }
}

export function that(condition, message) {
  if (!condition) {
    throw new Error(message);
  }
}

// Ends the test program.
export function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 && passed > 0 ? 0 : 1);
}

// A flash with the bootloader, and with the kernel in slot A unless `blank`; as a programmer at the factory makes it. When
// `used`, noise is in the rest of it.
export function factoryFlash({ blank = false, used = false, bootloader = `${FIRMWARE}/bootloader.bin`, file = null } = {}) {
  const flash = new Flash(file);
  for (let at = 0, noise = Buffer.from('used'); used && at < FLASH_SIZE; at += noise.length) {
    noise = createHash('sha256').update(noise).digest();
    flash.put(at, noise);
  }
  flash.put(0, readFileSync(bootloader));
  if (!blank) {
    flash.put(SLOT_A, execFileSync('tar', ['-xOf', KERNEL_IMAGE, 'raspberry_pi_pico.0x10020000.tbf']));
  }
  return flash;
}

// A board that runs, with its line open.
export async function startBoard(flash, options) {
  const board = new Board(flash, options);
  await board.listen();
  board.start();
  board.running.catch((error) => {
    broken = error;
  });
  return board;
}

// Runs loader-cli; answers { code, out }. The machine is slower than the chip: the tool is told to be patient.
export function loaderCli(board, ...args) {
  return new Promise((resolve, reject) => {
    const child = execFile(`${ROOT}build/bin/loader-cli`, args, {
      timeout: 120000,
      env: { ...process.env, LOADER_DEVICE: board.selector, LOADER_PATIENCE_MS: '60000', XDG_RUNTIME_DIR: WORK },
    }, (error, stdout, stderr) => {
      if (board.failure !== null) {
        reject(board.failure);
      } else {
        resolve({ code: error === null ? 0 : error.code ?? `killed: ${error.signal}`, out: stdout + stderr });
      }
    });
    board.running.catch(() => child.kill());
  });
}

// The same; the exit code must be this one and the output match.
export async function expectCli(board, code, pattern, ...args) {
  const result = await loaderCli(board, ...args);
  that(code === null || result.code === code, `exit code ${result.code} instead of ${code}: ${args.join(' ')}\n${result.out}`);
  that(pattern === null || pattern.test(result.out), `${pattern} is not in:\n${result.out}`);
  return result.out;
}

// Waits until something holds; the machine runs meanwhile.
export async function until(what, holds, seconds = 60) {
  for (let i = 0; i < seconds * 50; i++) {
    if (broken !== null) {
      throw broken;
    }
    if (await holds()) {
      return;
    }
    await sleep(20);
  }
  throw new Error(`not within ${seconds} s: ${what}`);
}

