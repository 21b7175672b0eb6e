#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# openocd_test.sh LOADER_CLI PROBE: the tool through the real OpenOCD, which drives a probe and a chip of this test.
# Exit code 77: OpenOCD is not installed.
set -eu
LOADER=$1
PROBE=$2
HERE=$(cd "$(dirname "$0")" && pwd)
APPS=$(cd "$HERE/../../.." && pwd)/build/apps
command -v openocd >/dev/null || {
    echo "SKIPPED: openocd is not installed (scripts/setup.sh rigs)"
    exit 77
}
[ -f "$APPS/hello.tab" ] || {
    echo "SKIPPED: there are no apps in build/apps (scripts/build.sh apps)"
    exit 77
}
WORK=$(mktemp -d /tmp/gantry-test.XXXXXX)
XDG_RUNTIME_DIR=$WORK
LOADER_CONFIG=
PROBE_SOCKET=$WORK/socket
export XDG_RUNTIME_DIR LOADER_CONFIG PROBE_SOCKET
unset LOADER_DEVICE LOADER_BOARD LOADER_OPENOCD LOADER_PYOCD LOADER_JLINK_SERVER
cp "$HERE/chip.cfg" "$HERE/chip.json" "$WORK"
cd "$WORK"
probe_pid=
passed=0
failed=0

# power [CHANGES]: plugs the probe in, which dies after so many changes; what was in the chip's flash is still there.
power() {
    rm -f "$PROBE_SOCKET" ready core
    "$PROBE" "$PROBE_SOCKET" flash.bin "$@" >ready 2>>core &
    probe_pid=$!
    for _ in $(seq 100); do
        ! grep -q ready ready || return 0
        sleep 0.02
    done
    cat core
    exit 1
}

# pull: takes it away.
pull() {
    kill "$probe_pid" 2>/dev/null || true
    wait "$probe_pid" 2>/dev/null || true
}

cleanup() {
    pull
    rm -rf "$WORK"
}
trap cleanup EXIT INT TERM

check() {
    name=$1
    shift
    if "$@" >"$WORK/check" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL: $name"
        cat "$WORK/check"
    fi
}

exits() {
    wanted=$1
    shift
    code=0
    timeout 60 "$@" >"$WORK/out" 2>&1 </dev/null || code=$?
    [ "$code" -eq "$wanted" ] || {
        echo "exit code $code instead of $wanted: $*"
        cat "$WORK/out"
        return 1
    }
}

says() {
    grep -Eq "$1" "$WORK/out" || {
        echo "nothing matches '$1' in:"
        cat "$WORK/out"
        return 1
    }
}

# gone: no OpenOCD of this test is left.
gone() {
    for _ in $(seq 50); do
        left=$(grep -lsa "PROBE_SOCKET=$WORK" /proc/[0-9]*/environ | while read -r file; do
            [ "$(cat "${file%environ}comm" 2>/dev/null)" != openocd ] || echo "${file%environ}"
        done)
        [ -n "$left" ] || return 0
        sleep 0.1
    done
    echo "OpenOCD is left: $left"
    return 1
}

# clean: nobody holds the probe, and the core runs.
clean() {
    gone || return 1
    [ "$(grep '^core' core | tail -n 1)" = "core runs" ] || {
        echo "the core does not run:"
        tail -n 3 core
        return 1
    }
}

probe() {
    "$LOADER" -d openocd: --board chip.json "$@"
}
printf '#!/bin/sh\nexec "%s" -d openocd: --board chip.json "$@"\n' "$LOADER" >probe
chmod +x probe
image() {
    exits 0 "$LOADER" -d file:flash.bin --board chip.json list
}

looks() {
    exits 0 ./probe list && says 'no apps' && exits 0 ./probe read 0 16 && says '^00000000  ff ff' && clean
}
changes() {
    exits 0 ./probe install --unchecked "$APPS/hello.tab" && says 'installed hello' && clean && image && says 'hello +verify'
}
rtt() {
    exits 0 ./probe monitor --rtt --until 'line 3' --for 20 && says 'Terminal +\| started' && says 'control block at 0x20000400' &&
        clean || return 1
    (
        echo 'over there'
        sleep 5
    ) | timeout 30 ./probe monitor --rtt --input --until 'over there' --for 10 >out 2>&1 || {
        cat out
        return 1
    }
    exits 0 ./probe monitor --rtt --reset --until 'line 2$' --for 20 && says 'started' && clean
}

# interrupt SIGNAL AFTER COMMAND...: the signal comes when OUT has a line that matches AFTER.
interrupt() {
    signal=$1
    after=$2
    shift 2
    "$@" >"$WORK/out" 2>&1 </dev/null &
    tool=$!
    for _ in $(seq 200); do
        grep -Eq "$after" out core && break
        sleep 0.02
    done
    kill "-$signal" "$tool"
    code=0
    wait "$tool" || code=$?
}
broken_off() {
    interrupt INT 'line [0-9]' "$LOADER" -d openocd: --board chip.json monitor --rtt
    [ "$code" -eq 0 ] && clean || return 1
    : >core
    interrupt INT 'core halts' "$LOADER" -d openocd: --board chip.json install --unchecked "$APPS/counter.tab"
    [ "$code" -eq 130 ] || {
        echo "exit code $code instead of 130"
        cat out
        return 1
    }
    clean && image && says 'hello +verify'
}
killed() {
    : >core
    interrupt KILL 'core halts' "$LOADER" -d openocd: --board chip.json list
    gone || return 1
    exits 0 ./probe list && says 'hello +verify' && clean
}

# The probe is pulled in the middle of the first record, of the app, of the last record.
pulled() {
    for changes in 2 40 700; do
        pull
        power $changes
        exits 7 ./probe install --unchecked "$APPS/counter.tab" && says 'hint: ' && says '^\| ' || return 1
        wait "$probe_pid" || return 1
        power
        image && says 'hello +verify' || return 1
    done
    exits 0 ./probe install --unchecked "$APPS/counter.tab" && image && says 'hello +verify' && says 'counter +verify' &&
        exits 0 ./probe remove hello && image && ! grep -q hello out
}
errors() {
    exits 4 "$LOADER" -d openocd:none_such --board chip.json list && says "Can't find board/none_such.cfg" &&
        says 'has ended before' || return 1
    exits 4 env LOADER_OPENOCD=/nowhere/openocd ./probe list && says "'/nowhere/openocd' cannot be run" || return 1
    pull
    exits 4 ./probe list && says '^\| Error: .*connect' || return 1
    power
    exits 2 "$LOADER" -d openocd: list && says '\-\-board' && exits 2 "$LOADER" -d openocd: --board mps2_an386 list &&
        says 'configuration of OpenOCD'
}

# What is not installed here is stood in for by a program that notes its words; then by OpenOCD, told to behave so.
others() {
    # shellcheck disable=SC2016 # the program's own variables
    printf '#!/bin/sh\necho "$@" >words\necho "no probe, says $0" >&2\nexit 1\n' >stand_in
    chmod +x stand_in
    LOADER_PYOCD=$WORK/stand_in
    LOADER_JLINK_SERVER=$WORK/stand_in
    export LOADER_PYOCD LOADER_JLINK_SERVER
    exits 4 "$LOADER" -d pyocd: --board chip.json list && says '^\| no probe, says ' &&
        grep -Eqx 'gdbserver --no-wait --target nrf52840 --port [0-9]+ --telnet-port 0' words || return 1
    exits 4 "$LOADER" -d pyocd:other@0123 --board chip.json list &&
        grep -Eqx 'gdbserver --no-wait --target other --probe 0123 --port [0-9]+ --telnet-port 0' words || return 1
    exits 4 "$LOADER" -d jlink:CHIP --board chip.json list &&
        grep -Eqx -- '-device CHIP -if swd -port [0-9]+ -localhostonly -singlerun -nogui' words || return 1
    cat >stand_in <<'END'
#!/bin/sh
while [ "$1" != --port ]; do shift; done
exec openocd -c "gdb_port $2; tcl_port disabled; telnet_port disabled; gdb_report_data_abort enable" -f chip.cfg \
    -c 'chip.cpu configure -event gdb-detach { resume; shutdown }'
END
    exits 0 "$LOADER" -d pyocd: --board chip.json list && says 'counter +verify' && clean &&
        exits 0 "$LOADER" -d pyocd: --board chip.json monitor --rtt --until 'line' --for 20 && says 'is stopped' && clean
}

power
check "an empty chip is looked at" looks
check "an app is installed" changes
check "rings are read and filled while the core runs" rtt
check "Ctrl-C lets the core run and ends OpenOCD" broken_off
check "OpenOCD does not outlive a tool that is killed" killed
check "a probe that is pulled leaves a store that holds" pulled
check "what goes wrong is said in OpenOCD's own words" errors
check "pyOCD and the J-Link server are started as they want it" others
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
