// SPDX-License-Identifier: Apache-2.0
// Apps beside each other on the v6-M protection unit, and across resets.
import { APPS, check, expectCli, factoryFlash, finish, startBoard, that, until } from './testing.mjs';

const flash = factoryFlash();
let board = await startBoard(flash);

const counted = () => (board.text.match(/\n\d+\r/g) ?? []).length;

await check('a counter counts', async () => {
  await expectCli(board, 0, /installed counter/, 'install', `${APPS}/counter.tab`);
  await until('it counts', () => counted() > 3);
});
await check('the counter has no gap, and its period no drift', async () => {
  const before = board.machine.chip.clock.nanos;
  const first = counted();
  await until('20 more', () => counted() >= first + 20);
  const seconds = (board.machine.chip.clock.nanos - before) / 1e9;
  that(seconds > 1.7 && seconds < 2.4, `20 periods of 100 ms took ${seconds} s of the board's time`);
});
await check('an app that reads the memory of another faults alone', async () => {
  await expectCli(board, 0, /installed spy/, 'install', `${APPS}/spy.tab`);
  const out = await expectCli(board, 0, /spy +faulted[^]*accessed 0x2000[0-9a-f]+, outside its memory/, 'ps');
  that(/counter +waiting/.test(out), out);
  that(!/ESCAPED/.test(board.text), 'it has read it');
  const { last, lockedUp } = board.machine.protection;
  that(last.why === 'read' && !last.privileged && lockedUp === null, JSON.stringify(last));
});
await check('the others go on', async () => {
  const before = counted();
  await until('it counts on', () => counted() > before + 3);
});
await check('apps are stopped, started and removed at run time', async () => {
  await expectCli(board, 0, null, 'stop', 'counter');
  await expectCli(board, 0, /counter +ended/, 'ps');
  await expectCli(board, 0, null, 'start', 'counter');
  await expectCli(board, 0, null, 'remove', 'spy');
  const out = await expectCli(board, 0, /counter +running/, 'list');
  that(!/spy/.test(out), out);
});
await check('after a reset by the watchdog the same apps run', async () => {
  await expectCli(board, 0, null, 'reboot');
  await until('it was reset', () => board.machine.resets.length === 2);
  await expectCli(board, 0, /counter +running/, 'list');
  that(board.machine.resets[1] === 'forced', `the reset was: ${board.machine.resets[1]}`);
});
await check('after a power cut too', async () => {
  await board.stop();
  board = await startBoard(flash, { seed: 2 });
  await expectCli(board, 0, /counter +running/, 'list');
  await until('it counts', () => counted() > 3);
});
await check('one reset by hand starts the kernel, two in a row keep the bootloader', async () => {
  const { machine } = board;
  await until('the kernel counts as up', () => counted() > 15);
  machine.pullRun();
  await until('the kernel is started', () => machine.resets.at(-1) === 'run' && machine.chip.core.VTOR === 0x10020200);
  machine.pullRun();
  await expectCli(board, 0, /running +bootloader/, 'info');
  that(machine.resets.join() === 'power,run,run', machine.resets.join());
});
await board.stop();
finish();
