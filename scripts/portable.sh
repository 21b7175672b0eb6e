#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# portable.sh: no file of the host tool outside loader-cli/posix needs more than C11 and portable libraries
# (docs/porting-the-tool.md): neither by what it includes, nor by what it calls, nor to be compiled; for Windows too, where
# gcc-mingw-w64-x86-64 is installed.
set -eu
cd "$(dirname "$0")/.."
ROOT=$(pwd)
. scripts/common.sh
sources_needed

bad=0
# Headers of C11, and of the libraries; what is in quotes or of the project's libraries has a '/' or is ours.
standard='assert|ctype|errno|float|inttypes|limits|locale|math|setjmp|signal|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|time|uchar|wchar|wctype'
libraries='archive|archive_entry|elf|gelf|libelf|jansson|libusb|libserialport|popt'
calls='access|asprintf|close|fchmod|fdopen|fileno|fork|getline|getpid|gmtime_r|isatty|localtime_r|lstat|mkdir|mkstemp|nanosleep|open|opendir|pclose|pipe|poll|popen|pread|pwrite|read|readlink|realpath|setenv|sigaction|sleep|ssize_t|stat|stpcpy|strcasecmp|strdup|strncasecmp|strndup|strsignal|strtok_r|unlink|unsetenv|usleep|vasprintf|waitpid|write'
files=$(sources 'loader-cli/*.c' 'loader-cli/*.h' | grep -v '^loader-cli/posix/')
for file in $files; do
    found=$(sed -n 's/^#include <\(.*\)>$/\1/p' "$file" |
        grep -vxE "($standard|$libraries)\.h|(base|abi|hil|tbf|trust|store|link|kv|kernel|gantry|mbedtls)/.*" || true)
    [ -z "$found" ] || {
        echo "$file: includes <$(echo "$found" | tr '\n' ' ')>, which C11 does not have: it belongs into loader-cli/posix"
        bad=1
    }
    # Calls, but neither members nor the words of comments and strings.
    sed 's://.*$::; s:"[^"]*"::g; s:/\*.*\*/::; /^ *\*/d' "$file" |
        grep -nE "(^|[^A-Za-z0-9_.>*])($calls)\(" | grep -vE '[.>](open|close|read|write)\(|^[0-9]+:(static )?(int|bool|void) ' |
        sed "s|^|$file: calls what C11 does not have: |" | grep . && bad=1
done

# Each compiled as strict C11, without the macros that would uncover more.
database=build/obj/host/compile_commands.json
[ -f "$database" ] || die "the host build has not been configured" "scripts/build.sh host"
# compile COMPILER FILES...: with the include paths of the build.
compile() {
    compiler=$1
    shift
    for file in "$@"; do
        # shellcheck disable=SC2086 # words
        $compiler -std=c11 -D_ISOC11_SOURCE -fsyntax-only -Wall -Wextra -Werror $paths -DLOADER_CLI_VERSION='"0"' '-DMBEDTLS_CONFIG_FILE=<host_config.h>' \
            "$file" 2>"$log" || {
            grep -E 'error' "$log" | head -n 5
            bad=1
        }
    done
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
log=$work/log
paths=$(tr ' ' '\n' <"$database" | grep -E '^-I' | sort -u | tr '\n' ' ')
system=$(tr ' ' '\n' <"$database" | grep -A 1 -x -e '-isystem' | grep -v '^-' | sort -u)
for folder in $system; do
    paths="$paths -isystem $folder"
done
paths=$(echo "$paths" | tr -d '"')
portable=$(echo "$files" | grep '\.c$')
# shellcheck disable=SC2086 # words
compile cc $portable

# The same for Windows: no header of this system but those of the libraries, each by itself. Two types of libelf.h are
# POSIX's; formats are C's, as the Universal C Runtime has them.
windows=x86_64-w64-mingw32-gcc
command -v $windows >/dev/null || {
    say "skipped: whether it compiles for Windows ($windows is not installed)"
    exit $bad
}
mkdir -p "$work/include/bits"
for header in archive.h archive_entry.h elf.h gelf.h libelf.h jansson.h jansson_config.h libserialport.h libusb.h popt.h \
    bits/auxv.h; do
    for folder in /usr/include /usr/include/libusb-1.0 "/usr/include/$(cc -print-multiarch)"; do
        [ ! -f "$folder/$header" ] || ln -sf "$folder/$header" "$work/include/$header"
    done
done
paths=$(for path in $paths; do
    case $path in
    /usr/* | -isystem) ;;
    -I*) echo "$path" ;;
    *) echo "-isystem $path" ;;
    esac
done)
paths="$paths -isystem $work/include -D_UCRT -D__USE_MINGW_ANSI_STDIO=1 -Duid_t=int -Dgid_t=int"
# shellcheck disable=SC2046,SC2086 # words
compile $windows $portable $(sources 'lib/*.c' | grep -E '^lib/(abi|base|hil|kv|link|store|tbf|trust)/' |
    grep -vE '^lib/trust/(verify_p256m|zeroize)\.c$')
exit $bad
