# SPDX-License-Identifier: Apache-2.0
# rows: 30
# An emulated board; a real one on serial or USB is the same.
loader-cli emu start
loader-cli install apps/counter.tab apps/blink.tab
loader-cli list
# Another app comes while the counter goes on: no number is lost.
@(sleep 4; loader-cli -q install apps/hello.tab) &
loader-cli monitor --until Hello --for 60
# Nothing unsigned gets in.
@loader-cli -q pack apps/spy.elf --name spy -o apps/unsigned.tab
loader-cli install apps/unsigned.tab
