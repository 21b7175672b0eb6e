// SPDX-License-Identifier: Apache-2.0
// The bootloader on USB, register by register, before a host that is as strict as the bus: enumeration, requests of
// every kind, data in both directions, and a kernel that is installed over the vendor interface.
// usb_test.mjs [BOOTLOADER.bin]: with another bootloader, answers whether the host finds fault with it.
import { createServer } from 'node:net';
import { check, expectCli, factoryFlash, finish, KERNEL_IMAGE, loaderCli, startBoard, stopAtFirst, that, until } from './testing.mjs';
import { TransferError, UsbHost } from './usb_host.mjs';

const BULK_EP = 3;
const CDC_INTERFACE = 0;
const DFU_INTERFACE = 3;

const [bootloader] = process.argv.slice(2);
if (bootloader) {
  stopAtFirst();
}
const flash = factoryFlash({ blank: true, ...(bootloader && { bootloader }) });
const board = await startBoard(flash);
const host = new UsbHost(board.machine);

const stalls = async (request) => {
  try {
    await request;
  } catch (error) {
    that(error instanceof TransferError && error.status === 'stall', error.message);
    return;
  }
  throw new Error('it was carried out');
};
const descriptor = (type, index, length, language = 0) => host.request(0x80, 6, (type << 8) | index, language, length);

// A transfer that nobody answers must not hold the test up.
const soon = (promise) => Promise.race([promise, until('it has ended', () => false, 10)]);

await check('the device shows itself once recovery runs', () => until('pull-up', () => host.attached));
await check('it is reset and gives its first descriptor at address 0', async () => {
  await host.reset();
  const device = await soon(descriptor(1, 0, 64));
  that(device.length === 18 && device[7] === 64, device.toString('hex'));
});
await check('it takes an address when the status stage has ended, and no earlier', async () => {
  await host.reset();
  await soon(host.request(0, 5, 42, 0, 0));
  that((board.machine.chip.usbCtrl.addrEndp & 0x7f) === 42, 'it has not');
  const device = await soon(descriptor(1, 0, 18));
  that(device.readUInt16LE(8) === 0x1209 && device.readUInt16LE(10) === 0x0001, device.toString('hex'));
});
let configuration;
await check('its descriptors are whole', async () => {
  const head = await soon(descriptor(2, 0, 9));
  configuration = await soon(descriptor(2, 0, head.readUInt16LE(2)));
  that(configuration.length === head.readUInt16LE(2), `${configuration.length} bytes`);
  const bos = await soon(descriptor(15, 0, 255));
  that(bos[1] === 15 && bos.length === bos.readUInt16LE(2), bos.toString('hex'));
});
await check('its serial number is that of its flash', async () => {
  const text = await soon(descriptor(3, 3, 255, 0x409));
  that(text.subarray(2).toString('utf16le') === flash.number.toString('hex').toUpperCase(), text.toString('hex'));
});
await check('a descriptor that it does not have stalls, and the next request works', async () => {
  await stalls(soon(descriptor(7, 0, 18)));
  that((await soon(host.request(0x80, 0, 0, 0, 2))).length === 2, 'GET_STATUS');
});
await check('it is configured', async () => {
  await soon(host.request(0, 9, 1, 0, 0));
  that((await soon(host.request(0x80, 8, 0, 0, 1)))[0] === 1, 'GET_CONFIGURATION');
});
await check('data to the device on endpoint 0', async () => {
  const coding = Buffer.from([0x00, 0xc2, 0x01, 0x00, 0, 0, 8]);
  await soon(host.request(0x21, 0x20, 0, CDC_INTERFACE, coding));
  that((await soon(host.request(0xa1, 0x21, 0, CDC_INTERFACE, 7))).equals(coding), 'the line coding is another one');
});
await check('DFU answers that it waits', async () => {
  const status = await soon(host.request(0xa1, 3, 0, DFU_INTERFACE, 6));
  that(status[0] === 0 && status[4] === 2, status.toString('hex')); // OK, dfuIDLE
});
await check('an endpoint is halted and starts afresh', async () => {
  await soon(host.request(2, 3, 0, 0x80 | BULK_EP, 0));
  await stalls(soon(host.read(BULK_EP, 64)));
  await soon(host.request(2, 1, 0, 0x80 | BULK_EP, 0));
  host.toggles.in[BULK_EP] = 0;
});

// The vendor interface as a line for loader-cli, of which one comes after the other.
let socket = null;
const server = createServer((newest) => {
  socket = newest;
  newest.on('error', () => {});
  newest.on('data', (bytes) => host.write(BULK_EP, bytes).catch(() => newest.destroy()));
});
const pump = async () => {
  for (;;) {
    const bytes = await host.read(BULK_EP, 64);
    socket?.write(bytes);
  }
};
if (!bootloader) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  pump().catch(() => socket?.destroy()); // until the device leaves the bus
  const usb = { ...board, selector: `tcp:127.0.0.1:${server.address().port}`, running: board.running };
  await check('loader-cli reaches it over the vendor interface', () => expectCli(usb, 0, /bootloader/, 'info'));
  await check('a kernel is installed over it, and starts', async () => {
    await expectCli(usb, null, null, 'kernel', 'install', KERNEL_IMAGE);
    await until('the kernel runs and is on the bus', () => /\[kernel\] Gantry/.test(board.text) && host.attached);
    that(host.attachments === 2, `it came onto the bus ${host.attachments} times`);
  });
  await check('the kernel is on USB too, and speaks the same protocol there', async () => {
    await host.reset();
    await soon(host.request(0, 5, 17, 0, 0));
    const product = await soon(descriptor(3, 2, 255, 0x409));
    that(product.subarray(2).toString('utf16le') === 'raspberry_pi_pico', product.toString('hex'));
    await soon(host.request(0, 9, 1, 0, 0));
    pump().catch(() => socket?.destroy());
    await expectCli(usb, 0, /running +kernel/, 'info');
  });
  await check('while it has a session there, a host on its serial line hears that it is busy', async () => {
    const monitor = loaderCli(usb, 'monitor', '--for', '15');
    let ended = false;
    let busy = false;
    monitor.then(() => { ended = true; });
    while (!ended && !busy) {
      const { code, out } = await loaderCli(board, 'info');
      busy = code === 4 && /has a session with another program/.test(out);
    }
    await monitor;
    that(busy, 'it never said so');
    await expectCli(board, 0, /running +kernel/, 'info'); // and is let go at once
  });
  await check('closing its port at 1200 baud sends the kernel into its bootloader', async () => {
    const lines = (state) => soon(host.request(0x21, 0x22, state, CDC_INTERFACE, 0));
    await soon(host.request(0x21, 0x20, 0, CDC_INTERFACE, Buffer.from([0xb0, 0x04, 0, 0, 0, 0, 8])));
    await lines(1);
    await lines(0);
    await until('the bootloader is on the bus', () => host.attachments === 3 && host.attached);
    await expectCli(board, 0, /running +bootloader/, 'info');
  });
}
if (!bootloader) {
  await check('a chip of revision B1 does without aborts, and is set up and halted all the same', async () => {
    const older = await startBoard(factoryFlash({ blank: true }), { revision: 1 });
    const port = new UsbHost(older.machine);
    await until('pull-up', () => port.attached);
    await port.reset();
    await soon(port.request(0, 5, 9, 0, 0));
    await soon(port.request(0, 9, 1, 0, 0));
    port.toggles.out[BULK_EP] = 0;
    for (const endpoint of [BULK_EP, 0x80 | BULK_EP]) { // the first is armed
      await soon(port.request(2, 3, 0, endpoint, 0));
      await soon(port.request(2, 1, 0, endpoint, 0));
    }
    that((await soon(port.request(0x80, 8, 0, 0, 1)))[0] === 1, 'GET_CONFIGURATION');
    that(port.errors.length === 0, port.errors.join());
    await older.stop();
  });
}
await check('the host found no fault', () => that(host.errors.length === 0, [...new Set(host.errors)].join('\n')));
server.close();
await board.stop();
finish();
