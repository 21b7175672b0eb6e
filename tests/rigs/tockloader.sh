#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The real tockloader against the bootloader on the emulated board: list, install, update, enable and disable, attributes,
# uninstall; after each the kernel starts and `loader-cli list` agrees. What went over the line is kept as
# build/tockloader/NAME.txt, both directions in hex. Without a tockloader on PATH (pipx install tockloader) or without socat: skipped.
#
#   tests/rigs/tockloader.sh [FOLDER-FOR-TRANSCRIPTS]
set -eu
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
for needed in tockloader socat; do
    command -v $needed >/dev/null || {
        echo "SKIPPED: there is no $needed on this machine: the real tockloader was not tried" >&2
        exit 77
    }
done
# shellcheck source=tests/emu/board.sh
. "$ROOT/tests/emu/board.sh"
BOARD=$GANTRY_EMU_DIR/mps2_an386
KEY=$ROOT/build/keys/dev-app.pem
KEPT=${1:-$ROOT/build/tockloader}
mkdir -p "$KEPT"

# tockloader takes only ports that pyserial lists: this starts it with one more, the pty, and a board that ignores
# DTR and RTS.
cat >"$WORK/run.py" <<'PY'
import sys

import serial
import serial.tools.list_ports
from serial.tools.list_ports_common import ListPortInfo

port = sys.argv.pop(1)
info = ListPortInfo(port)
info.description = "Tock on an emulated board"
info.hwid = "emulated"
serial.tools.list_ports.comports = lambda *args, **kwargs: [info]
for line in ("dtr", "rts"):
    setattr(serial.Serial, line, property(lambda self: False, lambda self, value: None))

from tockloader.main import main

sys.argv[0] = "tockloader"
main()
PY
PYTHON=$(sed -n '1s/^#!//p' "$(command -v tockloader)")

# tool NAME COMMAND...: one command of tockloader, on a board that is in its bootloader.
tool() {
    name=$1
    shift
    loader-cli -q reboot --bootloader || return 1
    rm -f "$WORK/tty"
    socat -x "PTY,link=$WORK/tty,raw,echo=0" "UNIX-CONNECT:$BOARD/serial.sock" 2>"$KEPT/$name.txt" &
    bridge=$!
    while [ ! -e "$WORK/tty" ]; do sleep 0.1; done
    code=0
    started=$(date +%s%N)
    # shellcheck disable=SC2086 # the interpreter may have options
    timeout 120 $PYTHON "$WORK/run.py" "$(readlink -f "$WORK/tty")" "$@" --serial --arch cortex-m3 \
        >"$WORK/out" 2>&1 || code=$?
    echo "$started $(date +%s%N)" | awk '{ printf("%.2f\n", ($2 - $1) / 1e9) }' >"$KEPT/$name.seconds"
    kill $bridge
    wait $bridge 2>/dev/null || true
    [ $code -eq 0 ] || {
        cat "$WORK/out"
        return 1
    }
}

# package APP FILE OPTIONS...: in the layout that tockloader needs.
package() {
    app=$1
    file=$2
    shift 2
    loader-cli -q pack "$ROOT/build/obj/apps/apps/$app.elf" --name "$app" --key "$KEY" --tock-layout --min-footer 200 \
        "$@" -o "$WORK/$file.tab"
}
for app in blink counter buttons; do
    package $app $app
done
package counter counter2 --app-version 2

loader-cli -q emu start
loader-cli -q install "$WORK/buttons.tab"

list() { tool list list && says 'buttons' && up && says '^buttons +running'; }
check "tockloader lists" list
install() {
    tool install install "$WORK/blink.tab" "$WORK/counter.tab" && up && says '^blink +running' && says '^counter +running' &&
        says '^buttons +running'
}
check "tockloader installs" install
update() { tool update install "$WORK/counter2.tab" && up && says '^counter +running +2 '; }
check "tockloader updates" update
flags() {
    tool disable disable-app blink && up && says '^blink +disabled' && tool enable enable-app blink && up &&
        says '^blink +running'
}
check "tockloader disables and enables" flags
attributes() {
    tool set-attribute set-attribute answer forty-two && up && tool list-attributes list-attributes &&
        says 'answer = forty-two' && up && tool remove-attribute remove-attribute answer && up
}
check "tockloader sets and removes an attribute" attributes
uninstall() { tool uninstall uninstall blink && up && ! grep -q '^blink' "$WORK/out"; }
check "tockloader uninstalls" uninstall
echo "transcripts: $KEPT"
finish
