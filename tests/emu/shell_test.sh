#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The text shell: in the kernel that is built with it, on a plain terminal; and not in the usual one.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"

TERMINAL=${TERMINAL:-$ROOT/build/obj/test/tests/emu/terminal}
SOCKET=$GANTRY_EMU_DIR/mps2_an386/serial.sock

# types UNTIL COMMAND...: what the board answers goes to $WORK/out.
types() {
    "$TERMINAL" "$SOCKET" "$@" >"$WORK/out" 2>&1
}

# The shell answers again after a session, also when its end got lost on a busy machine: it ends by itself, then.
outlast_session() {
    tries=0
    while ! types 'tock$ ' '' && [ $tries -lt 20 ]; do
        tries=$((tries + 1))
        sleep 0.5
    done
}

loader-cli -q emu start
silent() {
    exits 0 loader-cli install "$APPS/template.tab" && sleep 4 && ! types 'tock$ ' help list && ! grep -q 'Valid commands' "$WORK/out"
}
check "the usual kernel has no shell" silent

loader-cli -q emu kill
rm -rf "$GANTRY_EMU_DIR"
loader-cli -q emu start --kernel "$ROOT/build/boards/mps2_an386/kernel-shell.img"
check "an app is installed beside the shell" exits 0 loader-cli install "$APPS/busy.tab"
check "another one" exits 0 loader-cli install "$APPS/blink.tab"

helps() {
    outlast_session
    types 'tock$ ' help nonsense '' || cat "$WORK/out"
    says 'Welcome to the process console' &&
        [ "$(grep -c 'Valid commands are: help status list stop start fault boot terminate process kernel reset panic' "$WORK/out")" -eq 2 ]
}
check "help lists the commands, and so does what is none" helps

lists() {
    types 'tock$ ' status list && says '^Total processes: 2' && says '^Active processes: 2' &&
        says '^Timeslice expirations: [1-9]' && says 'PID  ShortID    Name' &&
        says '^ +[0-9]+  0x[0-9a-f]{8} busy +[0-9]+ +[0-9]+ +0 +[0-9]+/ *[0-9]+  Running' &&
        says '0x[0-9a-f]{8} blink .*Yielded'
}
check "status and list" lists

steers() {
    types 'tock$ ' 'stop busy' list && says 'Process busy stopped' && says ' busy .*Stopped' &&
        types 'tock$ ' 'start busy' list && says 'Process busy resumed\.' && says ' busy .*Running' &&
        types 'tock$ ' 'fault busy' list && says 'Process busy now faulted' && says ' busy .*Faulted' &&
        types 'tock$ ' 'boot busy' list && says 'Process busy booted' && says ' busy .*Running' &&
        types 'tock$ ' 'terminate busy' list && says 'Process busy terminated' && says ' busy .*Terminated' &&
        types 'tock$ ' 'stop busy' && says 'Process busy is not in a state for that'
}
check "stop, start, fault, boot, terminate" steers

shows() {
    types 'tock$ ' 'process blink' 'process nobody' kernel && says 'Process: blink  \[Yielded' &&
        says 'Syscall count: [0-9]+' && says 'Restart count: 0' && says '0x201[0-9a-f]{5} - 0x201[0-9a-f]{5}  RAM: app' &&
        says '0x211[0-9a-f]{5} - 0x211[0-9a-f]{5}  flash: binary' && says 'Kernel version: 2\.3' &&
        says '0x21020000  kernel slot'
}
check "process and kernel show memory" shows

edits() {
    types 'tock$ ' "$(printf 'lisx\010t')" && says 'PID  ShortID' &&
        types 'tock$ ' 'list00000000000000000000000000000000000000000000000000000000000000000000000000000000' && says 'Valid commands'
}
check "backspace works, and a line that is too long does no harm" edits

# In a session nothing is typed to the shell, and afterwards it is there again.
beside_session() {
    exits 0 loader-cli list || return 1
    says 'blink +running' || return 1
    outlast_session
    types 'tock$ ' status && says 'Total processes: 2'
}
check "the protocol works beside it" beside_session

sleeps() {
    types 'until console-start' console-stop && ! types 'tock$ ' list && ! grep -q PID "$WORK/out" &&
        types 'tock$ ' console-start && types 'tock$ ' list && says PID
}
check "console-stop and console-start" sleeps

resets() {
    types 'Gantry on' reset && says 'Resetting' && types 'panic: asked for on the shell' panic &&
        exits 0 loader-cli list && outlast_session && types 'tock$ ' status && says 'Total processes: 2'
}
check "reset and panic restart the board, apps and all" resets
finish
