// SPDX-License-Identifier: Apache-2.0
// Faults that were put into the USB driver on purpose: the host of this rig finds each, and none in the real one.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ROOT } from './emulator.mjs';
import { check, finish, that } from './testing.mjs';

const FIRMWARE = `${ROOT}build/boards/raspberry_pi_pico`;
const TEST = fileURLToPath(new URL('usb_test.mjs', import.meta.url));

const run = (bootloader) => {
  const result = spawnSync(process.execPath, [TEST, bootloader], { encoding: 'utf8', timeout: 120000 });
  return { code: result.status, out: result.stdout + result.stderr };
};

await check('no fault is found in the driver', () => {
  const { code, out } = run(`${FIRMWARE}/bootloader.bin`);
  that(code === 0, out);
});
const faults = readdirSync(`${FIRMWARE}/faults`).filter((name) => name.endsWith('.bin'));
await check('the build has made five faults', () => that(faults.length === 5, faults.join()));
for (const fault of faults) {
  await check(`${fault}: found`, () => {
    const { code, out } = run(`${FIRMWARE}/faults/${fault}`);
    that(code === 1 && /^FAIL: /m.test(out), `exit code ${code}\n${out}`);
    console.log(`${fault}: ${out.split('\n').slice(0, 2).join(': ').trim()}`);
  });
}
finish();
