// SPDX-License-Identifier: Apache-2.0
// A board whose flash holds the bootloader, and what others have left, gets a kernel and an app over its serial line.
import { APPS, check, expectCli, factoryFlash, finish, KERNEL_IMAGE, SLOT_A, startBoard, that, until } from './testing.mjs';
import { bootChecksum } from './rom.mjs';

const flash = factoryFlash({ blank: true, used: true });
const board = await startBoard(flash);
const { machine } = board;

await check('the ROM accepts the second stage', () => {
  const stored = new DataView(flash.bytes.buffer).getUint32(252, true);
  that(bootChecksum(flash.bytes.subarray(0, 252)) === stored, 'its checksum is wrong');
  that(!machine.romGaveUp, 'the ROM did not start it');
});
await check('without a kernel the bootloader waits for one', async () => {
  await expectCli(board, 0, /raspberry_pi_pico \(cortex-m0\)[^]*bootloader/, 'info');
  that(board.text.indexOf('[kernel]') < 0, 'something else runs');
});
await check('a kernel is installed and runs from where it is', async () => {
  const erased = flash.erased;
  await expectCli(board, 0, /running from slot 0x10020000/, 'kernel', 'install', KERNEL_IMAGE);
  that(machine.resets.join() === 'power,forced', `resets: ${machine.resets}`);
  that(machine.chip.core.VTOR === 0x10000000 + SLOT_A + 0x200, 'its vectors are not in use');
  that(flash.erased > erased + 20, 'nothing was erased');
});
await check('the kernel says who it is', () => until('it does', () => /\[kernel\] Gantry on raspberry_pi_pico/.test(board.text)));
await check('an app is installed, and prints', async () => {
  await expectCli(board, 0, /installed hello/, 'install', `${APPS}/hello.tab`);
  await until('it has printed', () => /Hello from Gantry!/.test(board.text), 10);
});
await check('it is listed', () => expectCli(board, 0, /hello +ended/, 'list'));
await check('nothing was lost on the line', () => that(!machine.overruns, `${machine.overruns} bytes`));
await check('the processor never faulted', () => that(machine.protection.faults === 0, JSON.stringify(machine.protection.last)));
await check('only what the emulator lacks was warned of', () => {
  const others = machine.warnings.filter((text) => !/^UART0: Unimplemented peripheral write to 0x34/.test(text));
  that(others.length === 0, others.join('\n'));
});
await board.stop();
finish();
