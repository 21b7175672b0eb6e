import { readFileSync } from 'node:fs';
import { Flash } from './flash.mjs';
import { Board } from './board.mjs';
const flash = new Flash();
flash.put(0, readFileSync('/tmp/h-pico/build/boards/raspberry_pi_pico/bootloader.bin'));
const b = new Board(flash); await b.listen(5555); b.start();
setInterval(()=>{ const c=b.machine.chip.core; console.log('pc',c.PC.toString(16),'w',c.waiting,'ms',(b.machine.chip.clock.nanos/1e6).toFixed(1),'instr',b.machine.instructions,'resets',b.machine.resets.join(','), b.machine.warnings.slice(-2), b.machine.romGaveUp, b.failure?.message, b.text.slice(-200));}, 1000);
