# SPDX-License-Identifier: Apache-2.0
# rows: 22
# A board whose flash is empty.
@loader-cli emu start --blank
loader-cli info
loader-cli recover kernel.img apps/blink.tab apps/counter.tab
loader-cli list
# A new kernel, while the apps are installed: it stays only if it confirms itself.
loader-cli kernel update kernel.img
loader-cli info
