// SPDX-License-Identifier: Apache-2.0
// Where the emulator is found: setup installs it into build/, it is not part of this tree.
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PACKAGE = `${ROOT}build/rigs/rp2040/node_modules/rp2040js/package.json`;

// Exit code that ctest is told to count as skipped.
export const SKIPPED = 77;

if (!existsSync(PACKAGE)) {
  console.error('SKIPPED: the RP2040 emulator is not installed; `./dev setup` installs it (npm)');
  process.exit(SKIPPED);
}
export const { RP2040, LogLevel, ConsoleLogger } = createRequire(PACKAGE)('rp2040js');
