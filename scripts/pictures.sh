#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# pictures.sh [NAME...]: records docs/pictures/NAME.story on an emulated board, each into docs/pictures/NAME.svg. A story
# is a shell script whose lines are typed and run one by one. What is shown is what the tool printed, with its pauses.
set -eu
cd "$(dirname "$0")/.."
ROOT=$(pwd)
. scripts/common.sh

TOOLS=build/rigs/pictures
WORK=$(mktemp -d /tmp/gantry-pictures.XXXXXX)

finish() {
    GANTRY_EMU_DIR=$WORK/emu build/bin/loader-cli -q emu kill >/dev/null 2>&1 || true
    rm -rf "$WORK"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# By version and hash as package-lock.json has them.
obtain() {
    cmp -s docs/pictures/package-lock.json $TOOLS/node_modules/.installed && return 0
    say "installing svg-term"
    mkdir -p $TOOLS
    cp docs/pictures/package.json docs/pictures/package-lock.json $TOOLS/
    (cd $TOOLS && npm ci --no-audit --no-fund --ignore-scripts >npm.log 2>&1) ||
        die "npm could not install svg-term" "$TOOLS/npm.log says why"
    cp docs/pictures/package-lock.json $TOOLS/node_modules/.installed
}

# record NAME: in a folder of its own, where nothing of this machine can be seen.
record() {
    name=$1
    say "recording $name"
    rm -rf "${WORK:?}/home"
    mkdir -p "$WORK/home"
    cp -R build/apps "$WORK/home/apps"
    cp build/boards/mps2_an386/kernel.img "$WORK/home/kernel.img"
    cp build/obj/apps/apps/spy.elf "$WORK/home/apps/spy.elf"
    rows=$(sed -n 's/^# rows: //p' "docs/pictures/$name.story")
    (
        cd "$WORK/home"
        env PATH="$ROOT/build/bin:$PATH" GANTRY_EMU_DIR="$WORK/emu" XDG_RUNTIME_DIR="$WORK" LOADER_CONFIG= \
            LOADER_DEVICE=emu:mps2_an386 TERM=xterm-256color \
            asciinema rec -q --overwrite --cols 112 --rows "$rows" -i 2 \
            -c "sh $ROOT/scripts/tell.sh $ROOT/docs/pictures/$name.story" "$WORK/$name.cast" </dev/null
    )
    grep -q "$WORK" "$WORK/$name.cast" && die "the picture of $name shows a path of this machine" "mend the story"
    $TOOLS/node_modules/.bin/svg-term --in "$WORK/$name.cast" --out "docs/pictures/$name.svg" --window --no-cursor
    GANTRY_EMU_DIR=$WORK/emu build/bin/loader-cli -q emu kill >/dev/null 2>&1 || true
    rm -rf "${WORK:?}/emu"
}

obtain
if [ $# -eq 0 ]; then
    for story in docs/pictures/*.story; do
        set -- "$@" "$(basename "$story" .story)"
    done
fi
for picture; do
    record "$picture"
done
