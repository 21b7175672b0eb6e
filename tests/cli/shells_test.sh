#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The completions as bash, zsh and fish run them, and the manual pages as man reads them.
# shells_test.sh TOOL: exit 77 when none of a part's programs is installed.
set -eu
export ASAN_OPTIONS=${ASAN_OPTIONS:-}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin" "$folder/work" "$folder/work/sub"
ln -s "$(realpath "$1")" "$folder/bin/loader-cli"
export PATH=$folder/bin:$PATH
unset LOADER_DEVICE
export LOADER_CONFIG=
cd "$folder/work"
touch a.tab b.img 'with space.tab'
failed=0

# wants WHAT ANSWER WORD...: every word is a line of the answer.
wants() {
    what=$1
    answer=$2
    shift 2
    for word in "$@"; do
        printf '%s\n' "$answer" | grep -qxF -e "$word" || {
            printf '%s: no line "%s" in:\n%s\n' "$what" "$word" "$answer"
            failed=1
        }
    done
}

# lacks WHAT ANSWER WORD: the word is in no line.
lacks() {
    ! printf '%s\n' "$2" | grep -qF -e "$3" || {
        printf '%s: "%s" is in:\n%s\n' "$1" "$3" "$2"
        failed=1
    }
}

# A tool whose device has bad names.
hostile=$folder/hostile
mkdir "$hostile"
cat >"$hostile/loader-cli" <<'TEXT'
#!/bin/sh
printf '%s\n' '$(touch pwned)' '`touch pwned`' '; touch pwned' 'two words' '*'
TEXT
chmod +x "$hostile/loader-cli"

in_bash() {
    bash --norc -c '
        source <(loader-cli completion bash)
        [ -z "${2:-}" ] || PATH=$2:$PATH
        COMP_LINE=$1 COMP_POINT=${#1}
        _loader_cli loader-cli
        printf "%s\n" "${COMPREPLY[@]}"' bash "$@" 2>&1
}
wants bash "$(in_bash 'loader-cli inst')" install install-udev
wants bash "$(in_bash 'loader-cli install --')" --dry-run --device --quiet
wants bash "$(in_bash 'loader-cli emu ')" start stop strap
wants bash "$(in_bash 'loader-cli list -d emu:')" mps2_an386
wants bash "$(in_bash 'loader-cli list --device=emu:')" mps2_an386
answer=$(in_bash 'loader-cli install ')
wants bash "$answer" a.tab sub 'with space.tab'
lacks bash "$answer" b.img
wants bash "$(in_bash 'loader-cli remove ' "$hostile")" '\$\(touch\ pwned\)' 'two\ words' '\*'

# zsh's own words for what it was given.
in_zsh() {
    zsh -f -c '
        compadd() { while [[ $1 != -- ]]; do shift; done; shift; print -rl -- "$@" }
        _files() { print -rl -- "files $*" }
        loader-cli completion zsh >completion.zsh
        source completion.zsh
        [[ -z $2 ]] || PATH=$2:$PATH
        words=("${(@s: :)1}")
        CURRENT=$#words
        _loader_cli' zsh "$1" "${2:-}" 2>&1
}
if command -v zsh >/dev/null; then
    wants zsh "$(in_zsh 'loader-cli inst')" install install-udev
    wants zsh "$(in_zsh 'loader-cli install --')" --dry-run --device --quiet
    wants zsh "$(in_zsh 'loader-cli list -d emu:')" emu:mps2_an386
    wants zsh "$(in_zsh 'loader-cli install x')" 'files -g *.tab(-.)'
    wants zsh "$(in_zsh 'loader-cli remove x' "$hostile")" "\$(touch pwned)" 'two words'
fi

in_fish() {
    # shellcheck disable=SC2016 # for fish to expand
    fish --no-config -c 'loader-cli completion fish | source
        test -z "$argv[2]"; or set -p PATH $argv[2]
        complete -C $argv[1] | string replace -r "\t.*" ""' "$1" "${2:-}" 2>&1
}
if command -v fish >/dev/null; then
    wants fish "$(in_fish 'loader-cli inst')" install install-udev
    wants fish "$(in_fish 'loader-cli install --')" --dry-run --device --quiet
    wants fish "$(in_fish 'loader-cli list -d emu:')" emu:mps2_an386
    wants fish "$(in_fish 'loader-cli install ')" a.tab
    wants fish "$(in_fish 'loader-cli remove ' "$hostile")" "\$(touch pwned)" 'two words'
fi
[ ! -e pwned ] || {
    echo "a name from a device was run as a command"
    failed=1
}

# Every page without a complaint, and complete.
check_page() {
    page=$folder/page.1
    loader-cli help --man "$@" >"$page"
    if command -v groff >/dev/null; then
        complaint=$(groff -man -ww -b -z -Tutf8 "$page" 2>&1)
        [ -z "$complaint" ] || {
            printf 'groff, page of "%s": %s\n' "$*" "$complaint"
            failed=1
        }
    fi
    if command -v mandoc >/dev/null; then
        complaint=$(mandoc -man -Tlint -Wwarning "$page" 2>&1 | grep -v 'missing date' || true)
        [ -z "$complaint" ] || {
            printf 'mandoc, page of "%s": %s\n' "$*" "$complaint"
            failed=1
        }
    fi
}
pages=0
check_page
lacks 'loader-cli(1)' "$(cat "$page")" '(null)'
while IFS= read -r name; do
    # shellcheck disable=SC2086 # a name of two words
    check_page $name
    grep -q '^\.SH OPTIONS' "$page"
    pages=$((pages + 1))
done < <(loader-cli help --json | sed -n 's/.*"name": "\(.*\)",*$/\1/p')
[ "$pages" -gt 40 ] || {
    echo "only $pages commands have pages"
    failed=1
}
exit "$failed"
