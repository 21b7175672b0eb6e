# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Shared by the scripts behind ./dev; sourced, with ROOT set to the project's folder.

# A person's own settings have no say in how the project is built and tested.
LOADER_CONFIG=
export LOADER_CONFIG

# say TEXT: one line about what happens, on standard error.
say() {
    printf '== %s\n' "$*" >&2
}

# die WHAT [HINT]: one line that says what is wrong, one that says what to do, exit 1.
die() {
    printf 'error: %s\n' "$1" >&2
    [ $# -lt 2 ] || printf 'hint: %s\n' "$2" >&2
    exit 1
}

# sources_needed: ends the script when git lists no files, so that no check passes for want of anything to look at.
sources_needed() {
    reason=$(git -C "$ROOT" ls-files --error-unmatch dev 2>&1 >/dev/null) && return 0
    case $reason in
    *'dubious ownership'*) hint="run it as the folder's owner, or: git config --global --add safe.directory $ROOT" ;;
    *) hint="these checks need a git clone of the project" ;;
    esac
    die "git does not list the project's files: $(printf '%s\n' "$reason" | sed -n '1s/^fatal: //p')" "$hint"
}

# sources PATTERN...: the project's own tracked or new files that match. After sources_needed.
sources() {
    git -C "$ROOT" ls-files --cached --others --exclude-standard -- "$@" | sort -u
}
