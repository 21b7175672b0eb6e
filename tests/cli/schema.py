# SPDX-License-Identifier: Apache-2.0
# schema.py SCHEMA OBJECTS COMMANDS.md context.h <COMMANDS.json: what schema_test.sh says. Prints what does not fit, exits 1 then.
import collections
import json
import re
import sys

from jsonschema import Draft202012Validator

with open(sys.argv[1]) as file:
    schema = json.load(file)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
bad = 0


def fault(text):
    global bad
    bad += 1
    print(text)


# What was printed.
seen = collections.Counter()
succeeded = set()
codes = set()
with open(sys.argv[2]) as file:
    lines = file.readlines()
for line in lines:
    printed = json.loads(line)
    seen[printed.get("command")] += 1
    codes.add(printed["exit"])
    if printed["exit"] == 0:
        succeeded.add(printed["command"])
    for error in validator.iter_errors(printed):
        fault("%s: %s" % (printed.get("command"), error.message[:300]))

# Every command is known, and every one whose success has properties of its own has been seen to succeed.
names = {command["name"] for command in json.load(sys.stdin)["commands"]}
for name in names - set(schema["properties"]["command"]["enum"]):
    fault("docs/schema/result.json does not know the command %r" % name)
for name in set(schema["properties"]["command"]["enum"]) - names:
    fault("docs/schema/result.json has a command that is none: %r" % name)
for name in names - set(seen):
    fault("no object of %r has been seen" % name)
shared = set(re.findall(r"'#/\$defs/([^']+)'", str(schema["$defs"])))
for name in set(schema["$defs"]) - shared - {name.replace(" ", "-") for name in names}:
    fault("docs/schema/result.json describes a command that is none: %r" % name)
with_then = {name for name, part in schema["$defs"].items() if "then" in part}
for name in with_then - {name.replace(" ", "-") for name in succeeded} - {"emu-status", "new", "doctor"}:
    fault("no success of %r has been seen" % name)

# Exit codes: those of the page about commands are those of the schema.
with open(sys.argv[3]) as file:
    page = file.read()
table = page[page.index("| exit code |"):].split("\n\n")[0]
documented = {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.M)}
if documented != set(schema["properties"]["exit"]["enum"]):
    fault("exit codes: the page has %s, the schema %s" % (documented, schema["properties"]["exit"]["enum"]))
with open(sys.argv[4]) as file:
    used = {int(code) for code in re.findall(r"^    GANTRY_[A-Z]+ = (\d+)", file.read(), re.M)}
if used != documented:
    fault("exit codes: the page has %s, the source %s" % (documented, used))

# It can refuse.
good = {"schema": 1, "exit": 0, "command": "list", "device": "tcp:x:1", "apps": []}
if not validator.is_valid(good):
    fault("a good object is refused")
for change in ({"schema": 2}, {"exit": 9}, {"exit": 1}, {"command": "frobnicate"}, {"apps": None}, {"apps": [{}]}, {"more": 1}):
    if validator.is_valid({**good, **change}):
        fault("accepted: %r" % change)
for missing in ("schema", "exit", "apps"):
    if validator.is_valid({key: value for key, value in good.items() if key != missing}):
        fault("accepted without %r" % missing)
print("%d objects of %d commands, exit codes %s" % (sum(seen.values()), len(seen), sorted(codes)))
sys.exit(bad > 0)
