# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Shared by the scripts behind ./dev; sourced, with ROOT set to the project's folder.

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

# sources PATTERN...: the project's own tracked or new files that match.
sources() {
    git -C "$ROOT" ls-files --cached --others --exclude-standard -- "$@" | sort -u
}
