#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Who may include whom (docs/architecture.md). An arrow the other way is a defect; the separate include
# paths of the build catch most, this catches the rest and says so in words.
set -eu
cd "$(dirname "$0")/.."
ROOT=$(pwd)
. scripts/common.sh
sources_needed

bad=0
# may FOLDER PREFIXES: files below FOLDER include <PREFIX/...> of these libraries only.
may() {
    folder=$1
    allowed=$2
    [ -d "$folder" ] || return 0
    for file in $(sources "$folder/*.c" "$folder/*.h"); do
        for library in $(sed -n 's/^#include <\([a-z]*\)\/.*>$/\1/p' "$file" | sort -u); do
            case $library in
            base | abi | hil | tbf | trust | store | link | crypto | kv | usb | kernel | gantry) ;;
            *) continue ;;
            esac
            case " $allowed " in
            *" $library "*) ;;
            *)
                echo "$file: includes <$library/...>; $folder may use: $allowed"
                bad=1
                ;;
            esac
        done
    done
}

may lib/base 'base'
may lib/abi 'abi'
may lib/hil 'hil base'
may lib/tbf 'tbf base'
may lib/trust 'trust tbf base'
may lib/crypto 'crypto hil base'
may lib/store 'store trust tbf hil base'
may lib/link 'link store trust tbf hil base'
may lib/kv 'kv hil base'
may lib/usb 'usb hil base'
may lib/app 'gantry abi base'
may apps 'gantry abi'
may kernel/capsules 'kernel hil abi base kv'
may kernel/core 'kernel hil abi base tbf trust'
may kernel/arch 'kernel hil abi base'
may kernel/load 'kernel hil abi base tbf trust store'
may kernel/service 'kernel hil abi base tbf trust store link'
may boards/chips 'hil base trust'
may bootloader 'hil base tbf trust store link usb'
may loader-cli 'base abi hil tbf trust store link kv kernel gantry'

# libgantry knows nothing of the command line: neither its headers, nor what of a caller is for it alone.
for file in $(sources 'loader-cli/*.c' 'loader-cli/*.h' | grep -vE '^loader-cli/(cli|commands|main)'); do
    grep -nE '"(\.\./)?(cli|commands)/|cli->(json|quiet|events|color|result|global)\b' "$file" |
        sed "s|^|$file: the command line's alone: |" | grep . && bad=1
done
# What these commands do with devices, packages and keys, they do by the library's public headers.
for command in apps reboot verify; do
    grep -nE '"\.\./(api|device|offline|package|plan|posix|tickv|transport)/' "loader-cli/commands/$command.c" |
        sed "s|^|loader-cli/commands/$command.c: past libgantry's public headers: |" | grep . && bad=1
done
# What others include is C in a C++ program too.
for header in loader-cli/include/gantry/*.h; do
    [ "$header" = loader-cli/include/gantry/gantry.h ] || grep -q 'extern "C"' "$header" || {
        echo "$header: its declarations are not extern \"C\" in C++"
        bad=1
    }
done
exit $bad
