# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Sourced by conformance_test.sh: makes the table of docs/abi.md from the results and conformance/checks.

# One row for each line of conformance/checks. A check that should have run and did not is a failure.
rows() {
    awk -F '\t' '
        FNR == NR {
            split($0, word, " ")
            id = word[2]
            result[id] = word[1]
            name[id] = substr($0, length(word[1]) + length(id) + 3)
            next
        }
        /^#/ || NF < 2 { next }
        $2 == "run" {
            print "| " $1 " | " (($1 in name) ? name[$1] : "NOT HEARD OF") " | " \
                (($1 in result) ? tolower(result[$1]) : "missing") " | " $3 " |"
            next
        }
        { print "| " $1 " | | " ($2 == "other" ? "elsewhere" : "not here") " | " $3 " |" }
    ' "$RESULTS" "$SUITE/checks"
}

# Checks that are reported but not listed.
unlisted() {
    awk -F '\t' 'FNR == NR { listed[$1] = 1; next } { split($0, word, " "); if (!(word[2] in listed)) print word[2] }' \
        "$SUITE/checks" "$RESULTS"
}

{
    echo '| check | what holds | result | remark |'
    echo '|---|---|---|---|'
    rows
} >"$OUT/table.md"
grep '^FAIL' "$RESULTS" || true
grep -E '\| missing \|' "$OUT/table.md" || true
check "every check of the list has passed" equals "$(grep -cE '\| (fail|missing) \|' "$OUT/table.md")" 0
check "every check is in the list" equals "$(unlisted)" ""
echo "$(grep -c '| pass |' "$OUT/table.md") checks have passed"

if [ "$UPDATE" = update ]; then
    awk -v table="$OUT/table.md" '
        /^<!-- conformance: end -->/ { inside = 0 }
        !inside
        /^<!-- conformance: begin -->/ { inside = 1; while ((getline line <table) > 0) print line }
    ' "$ROOT/docs/abi.md" >"$WORK/abi.md" && cp "$WORK/abi.md" "$ROOT/docs/abi.md"
fi
in_docs() {
    sed -n '/^<!-- conformance: begin -->/,/^<!-- conformance: end -->/p' "$ROOT/docs/abi.md" | sed '1d;$d' |
        diff -u - "$OUT/table.md" || {
        echo "docs/abi.md does not hold the table of this run; tests/emu/conformance_test.sh update"
        return 1
    }
}
check "docs/abi.md holds the table" in_docs

# Every driver number of lib/abi is in the list of drivers.
drivers_in_docs() {
    sed -n 's/^ *ABI_DRIVER_[A-Z_]* = 0x0*\([0-9A-Fa-f]\{1,\}\).*/\1/p' "$ROOT/lib/abi/include/abi/driver.h" >"$WORK/drivers"
    [ -s "$WORK/drivers" ] || return 1
    while read -r driver; do
        grep -Eq "^[|] 0x$driver [|]" "$ROOT/docs/abi.md" || {
            echo "docs/abi.md does not list driver 0x$driver"
            return 1
        }
    done <"$WORK/drivers"
}
check "docs/abi.md describes every driver" drivers_in_docs

# What the page and the list refer to exists: checks by their ids, tests by their names.
references() {
    {
        awk -F '\t' '$2 == "other" { print $3 }' "$SUITE/checks" | sed 's/[^0-9a-z]/\n/g'
        sed '/^<!-- conformance: begin -->/,$d' "$ROOT/docs/abi.md" | grep -o '\[[0-9][0-9a-z, ]*\]' | sed 's/[^0-9a-z]/\n/g'
    } | grep -E '^[0-9]+[a-z]?$' | sort -u >"$WORK/ids"
    awk -F '\t' '$2 != "run" { print $3 }' "$SUITE/checks" | grep -o '[a-z_]*_test[.sh]*' | sort -u >"$WORK/tests"
    [ -s "$WORK/ids" ] && [ -s "$WORK/tests" ] || return 1
    while read -r id; do
        grep -Eq "^PASS ${id}[a-z]? " "$RESULTS" || echo "nothing is known of check $id"
    done <"$WORK/ids" >"$WORK/unknown"
    while read -r test; do
        find "$ROOT/tests" -name "${test%.sh}.*" | grep -q . || echo "there is no test $test"
    done <"$WORK/tests" >>"$WORK/unknown"
    cat "$WORK/unknown"
    [ ! -s "$WORK/unknown" ]
}
check "what docs/abi.md and the list refer to exists" references
