# SPDX-License-Identifier: Apache-2.0
# several.py FOLDER LINES: what the test of several devices has seen printed fits the schemas in FOLDER, of each kind something has
# been seen, and what is not so is refused. Prints what does not fit, exits 1 then.
import collections
import json
import sys

from jsonschema import Draft202012Validator


def load(name):
    with open("%s/%s.json" % (sys.argv[1], name)) as file:
        schema = json.load(file)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


bad = 0
event = load("event")
result = load("result")
seen = collections.Counter()
with open(sys.argv[2]) as file:
    lines = file.readlines()
for line in lines:
    printed = json.loads(line)
    seen[printed.get("event", "result")] += 1
    for error in (event if "event" in printed else result).iter_errors(printed):
        bad += 1
        print("%.200s: %s" % (line, error.message[:300]))
for kind in event.schema["properties"]["event"]["enum"] + ["result"]:
    if seen[kind] == 0 and kind != "note":
        bad += 1
        print("no %r has been seen" % kind)

good = {"schema": 1, "event": "progress", "device": "tcp:x:1", "what": "a.tab", "done": 1, "total": 2, "rate": 0}
one = {"schema": 1, "exit": 0, "command": "list", "device": "tcp:x:1", "apps": []}
both = {"schema": 1, "exit": 0, "command": "list", "results": [one, one]}
if not event.is_valid(good) or not result.is_valid(both):
    bad += 1
    print("a good object is refused")
for change in ({"schema": 2}, {"event": "x"}, {"event": "end"}, {"done": -1}, {"more": 1}):
    if event.is_valid({**good, **change}):
        bad += 1
        print("accepted: %r" % change)
for change in ({"results": [{}]}, {"results": 1}, {"results": [{**one, "apps": 1}]}, {"exit": 1}, {"more": 1}):
    if result.is_valid({**both, **change}):
        bad += 1
        print("accepted: %r" % change)
print("%d lines: %s" % (sum(seen.values()), dict(seen)))
sys.exit(bad > 0)
