#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every test that docs/from-tockloader.md names is there and is run.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck disable=SC2016 # the grave accents are Markdown's
names=$(sed -n '/^## What does not happen here/,$p' docs/from-tockloader.md | grep -o '`[a-z0-9_]*\(_[a-z0-9]*\)*\(\.c\|\.sh\)\{0,1\}`' |
    tr -d '`' | grep _ | sort -u)
[ "$(printf '%s\n' "$names" | wc -l)" -ge 20 ]
failed=0
for name in $names; do
    case $name in
    *.*) find tests -name "$name" | grep -q . ;;
    *) grep -rqE "cmocka_unit_test[a-z_]*\([[:space:]]*$name\b|^[[:space:]]+$name(,|\))" tests ;;
    esac || {
        echo "docs/from-tockloader.md names '$name', which is no test"
        failed=1
    }
done
exit $failed
