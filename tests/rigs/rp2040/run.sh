#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh PROGRAM.mjs [ARGUMENT...]: runs a program of this rig, or says loudly why not (exit 77).
set -eu
cd "$(dirname "$0")"
if ! command -v node >/dev/null; then
    echo 'SKIPPED: node is not installed; ./dev setup installs it' >&2
    exit 77
fi
node -e 'process.exit(process.versions.node.split(".")[0] >= 18 ? 0 : 1)' || {
    echo "SKIPPED: node $(node --version) is too old; the emulator needs 18" >&2
    exit 77
}
exec node "$@"
