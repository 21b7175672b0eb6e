#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tell.sh STORY: types each line of a story, and runs it. Lines that begin with '@' run unseen.
set -eu

type_line() {
    printf '\033[1;32m$\033[0m '
    printf '%s\n' "$1" | awk '{ for (i = 1; i <= length($0); i++) { printf "%s", substr($0, i, 1); fflush(); system("sleep 0.03") } print "" }'
}

while IFS= read -r line <&3; do
    case $line in
    '' | '# rows:'* | '# SPDX'*) ;;
    '#'*)
        printf '\033[2m%s\033[0m\n' "$line"
        sleep 0.8
        ;;
    '@'*) sh -c "${line#@}" >/dev/null 2>&1 || true ;;
    *)
        type_line "$line"
        sh -c "$line" || true
        sleep 1.2
        ;;
    esac
done 3<"$1"
sleep 3
