#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# From nothing to an app that prints: new, run; again after a change; what goes wrong says so.
# shellcheck source=tests/emu/board.sh
. "$(dirname "$0")/board.sh"
unset LOADER_DEVICE # nothing but the emulated board is there: it is taken
cd "$WORK"

made() {
    exits 0 loader-cli new my-app || return 1
    for file in CMakeLists.txt main.c .gitignore; do
        [ -s "my-app/$file" ] || {
            echo "no my-app/$file"
            return 1
        }
    done
}
check "new makes a project" made
kept() {
    echo kept >my-app/note
    exits 1 loader-cli new my-app && says 'File exists' && [ "$(cat my-app/note)" = kept ]
}
check "new overwrites nothing" kept

outside() { exits 2 loader-cli run && says 'no project in this folder'; }
check "run outside of a project says so" outside
cd my-app

# runs CODE WORDS...: as exits, with the patience that a compiler needs.
runs() {
    wanted=$1
    shift
    code=0
    timeout 300 loader-cli run "$@" >"$WORK/out" 2>&1 || code=$?
    [ "$code" -eq "$wanted" ] || {
        echo "exit code $code instead of $wanted"
        cat "$WORK/out"
        return 1
    }
}
first() {
    runs 0 --until 'my-app: it runs' --for 60 && says 'my-app +\| my-app: it runs' &&
        exits 0 loader-cli list && says '^my-app .* 1 ' && exits 0 loader-cli verify build/my-app.tab \
        --key "$ROOT/build/keys/dev-app.pem"
}
check "run builds, signs, powers the emulated board up, installs and shows what it prints" first
again() { runs 0 --until 'my-app: it runs' --for 60 && says 'my-app: it runs'; }
check "run without a change starts it anew" again
changed() {
    sed -i 's/it runs/it runs anew/' main.c
    runs 0 --until 'it runs anew' --for 60
}
check "run after a change installs the change" changed
silent() { runs 0 -q --no-monitor && [ ! -s "$WORK/out" ]; }
check "run --quiet says nothing" silent
broken() {
    echo 'int broken(' >>main.c
    runs 1 --no-monitor && says 'main.c:[0-9]+:[0-9]+: error' && says '^hint: '
}
check "what the compiler says is shown when it fails" broken
sed -i '$d' main.c
foreign() {
    loader-cli keygen "$WORK/other.pem" >/dev/null
    runs 5 --key "$WORK/other.pem" --no-monitor
}
check "a key that the board does not trust is refused by the board" foreign

completed() { exits 0 loader-cli complete -- remove my && says '^my-app$'; }
check "completion knows the board's apps" completed
reset() { exits 0 loader-cli monitor --reset --until 'it runs anew' --for 50 && says 'my-app +\| '; }
check "monitor --reset shows what is said at the start" reset
# The board's power goes and comes while a monitor waits.
reconnected() {
    loader-cli monitor --reset --reconnect 60 --for 100 --log "$WORK/log" >"$WORK/heard" 2>&1 &
    monitor=$!
    for round in 1 2; do
        for try in $(seq 60); do
            [ "$(grep -c 'it runs anew' "$WORK/log" 2>/dev/null)" != "$round" ] || break
            sleep 0.5
        done
        [ "$round" -eq 2 ] || {
            loader-cli emu kill && loader-cli emu start || return 1
        }
    done
    kill -INT "$monitor"
    wait "$monitor" || true
    if [ "$(grep -c 'it runs anew' "$WORK/log")" -lt 2 ] || ! grep -q 'is back' "$WORK/heard"; then
        echo "try $try"
        cat "$WORK/heard" "$WORK/log"
        return 1
    fi
}
check "monitor --reconnect goes on when the board has its power back" reconnected
finish
