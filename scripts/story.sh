# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# How a demo tells its story: commands that are printed before they run, and what must hold after them. Sourced behind
# common.sh, with WORK set to a folder of the demo's own.
STEPS=0

title() {
    printf '\n\033[1m%s\033[0m\n' "$*"
}

# spell COMMAND...: prints it as one would type it.
spell() {
    printf '\n$'
    for word in "$@"; do
        case $word in
        *' '*) printf " '%s'" "$word" ;;
        *) printf ' %s' "$word" ;;
        esac
    done
}

# run EXIT-CODE COMMAND...: prints the command, runs it, checks its exit code. Output: $WORK/out.
run() {
    wanted=$1
    shift
    spell "$@"
    echo
    code=0
    "$@" >"$WORK/out" 2>&1 || code=$?
    cat "$WORK/out"
    [ "$code" -eq "$wanted" ] || die "the exit code was $code, it must be $wanted" "the demo has found a defect"
    STEPS=$((STEPS + 1))
}

# check WHAT COMMAND...: the command must succeed; what it says is shown when it does not.
check() {
    what=$1
    shift
    "$@" >"$WORK/checked" 2>&1 || {
        cat "$WORK/checked" >&2
        die "not so: $what" "the demo has found a defect"
    }
    printf '  checked: %s\n' "$what"
    STEPS=$((STEPS + 1))
}
