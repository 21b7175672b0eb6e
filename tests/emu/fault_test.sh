#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What happens after a fault: what the app asks for, as far as the board allows it; and what an operator sees of
# processes and does to them.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"

loader-cli -q emu start
check "the bystander is installed" exits 0 loader-cli install "$APPS/counter.tab"

# value APP KEY: what `ps -v --json` says of an app.
value() {
    loader-cli ps -v --json | awk -v app="\"$1\"," -v key="\"$2\":" '
        { field[$1] = $2 }
        /^    }/ && field["\"name\":"] == app { gsub(/[",]/, "", field[key]); print field[key]; exit }'
}

# is APP KEY WANTED
is() {
    got=$(value "$1" "$2")
    [ "$got" = "$3" ] || {
        echo "$1: $2 is $got, not $3"
        return 1
    }
}

# eventually APP KEY WANTED: within some seconds.
eventually() {
    tries=0
    until is "$@" >/dev/null; do
        tries=$((tries + 1))
        [ $tries -lt 60 ] || {
            is "$@"
            return 1
        }
        sleep 0.1
    done
}

stays() {
    exits 0 loader-cli install "$APPS/$1.tab" && eventually "$1" state faulted && is "$1" restarts 0 &&
        is "$1" fault_policy stop && is "$1" fault_cause 1 && is "$1" fault_address 4 &&
        exits 0 loader-cli ps -v && says 'last fault: accessed 0x00000004' &&
        says 'pc 0x[0-9a-f]{8}  lr 0x[0-9a-f]{8}  sp 0x201[0-9a-f]{5}' && exits 0 loader-cli remove "$1"
}
check "an app that asks for nothing stays where it faulted, as this board says" stays faulty-none
check "an app that asks to be stopped is stopped" stays faulty-stop
check "an app cannot have this board stopped" stays faulty-panic

never() {
    exits 0 loader-cli install "$APPS/faulty-restart0.tab" && eventually faulty-restart0 state faulted &&
        is faulty-restart0 restarts 0 && is faulty-restart0 fault_policy restart:0 &&
        exits 0 loader-cli remove faulty-restart0
}
check "at most no restart is none" never

bounded() {
    exits 0 loader-cli install "$APPS/faulty-restart3.tab" && eventually faulty-restart3 restarts 3 &&
        eventually faulty-restart3 state faulted && sleep 1 && is faulty-restart3 restarts 3 &&
        is faulty-restart3 fault_restarts 3 || return 1
    # An operator's start counts from 0 again.
    exits 0 loader-cli start faulty-restart3 && eventually faulty-restart3 restarts 7 &&
        eventually faulty-restart3 state faulted && sleep 1 && is faulty-restart3 restarts 7 &&
        is faulty-restart3 fault_restarts 3 && exits 0 loader-cli remove faulty-restart3
}
check "an app is restarted as often as it asks for, and no more" bounded

endless() {
    exits 0 loader-cli install "$APPS/faulty-restart.tab" && is faulty-restart fault_policy restart &&
        eventually faulty-restart state restarts || return 1
    sleep 3
    # 10 ms, 20, 40 ... 5120: ten restarts take 10 seconds, and the eleventh five more.
    count=$(value faulty-restart restarts)
    if [ "$count" -lt 4 ] || [ "$count" -gt 11 ]; then
        echo "$count restarts"
        return 1
    fi
    # One that waits for its restart can be stopped, and stays so.
    eventually faulty-restart state restarts && exits 0 loader-cli stop faulty-restart &&
        is faulty-restart state ended || return 1
    count=$(value faulty-restart restarts)
    sleep 2
    is faulty-restart restarts "$count" && exits 0 loader-cli start faulty-restart &&
        eventually faulty-restart state restarts && exits 0 loader-cli remove faulty-restart &&
        exits 0 loader-cli ps
}
check "an app that asks for restarts without end gets them ever later, and can be stopped" endless

paused() {
    exits 0 loader-cli pause counter && is counter state stopped || return 1
    calls=$(value counter syscalls)
    sleep 1
    is counter syscalls "$calls" && exits 0 loader-cli resume counter && sleep 1 || return 1
    [ "$(value counter syscalls)" -gt "$calls" ]
}
check "an app is paused and resumed" paused

made_to_fault() {
    exits 0 loader-cli fault counter && is counter state faulted && is counter fault_cause 8 &&
        exits 1 loader-cli fault counter && exits 1 loader-cli pause counter &&
        exits 0 loader-cli start counter && eventually counter state waiting
}
check "an app is made to fault, and started again" made_to_fault

picture() {
    exits 0 loader-cli ps -v && says 'stack, data, heap: [0-9]+' &&
        says 'asked for: [0-9]+; the kernel sets aside [0-9]+; wasted by rounding: [0-9]+' &&
        says 'wasted by rounding: [0-9]+ +\|' && says 'kernel: up for [0-9]+\.[0-9]{3} s; 2 of' &&
        says 'of [0-9]+ drivers keep something for it' && exits 0 loader-cli list &&
        says 'counter +running +0 +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+  0x'
}
exits 0 loader-cli install "$APPS/hello.tab"
check "memory, grants, waste and the kernel's figures are shown" picture

# RAM that is asked for, set aside and wasted makes up the block.
adds_up() {
    sum=$(($(value counter ram_asked) + $(value counter kernel_reserve) + $(value counter ram_waste)))
    size=$(value counter ram_size)
    start=$(value counter ram_start)
    previous=$start
    for edge in $(value counter break) $(value counter visible_end) $(value counter grant_start) $((start + size)); do
        [ "$edge" -ge "$previous" ] || return 1
        previous=$edge
    done
    [ "$sum" -eq "$size" ] && [ "$(value counter grants)" -gt 0 ] &&
        [ "$(value counter grants)" -le "$(value counter drivers)" ]
}
check "the figures add up" adds_up
finish
