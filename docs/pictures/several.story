# SPDX-License-Identifier: Apache-2.0
# rows: 30
# Three boards; `-d all` is every one that is there.
loader-cli -d emu:mps2_an386/1 -d emu:mps2_an386/2 -d emu:mps2_an386/3 emu start
# First what would happen: nothing is changed.
loader-cli -d emu:mps2_an386/1 install apps/counter.tab --dry-run
loader-cli -d all install apps/counter.tab apps/blink.tab
loader-cli -d all remove blink
