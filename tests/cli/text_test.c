// SPDX-License-Identifier: Apache-2.0
/*
 * A device whose names and output are full of control characters: nothing of that reaches the
 * terminal, in no command, as text or as JSON, and the JSON is JSON.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "package.h"
#include "tool.h"

static const char *const commands[][5] = {
    {"list"},           {"ps"},           {"info"},           {"monitor", "--for", "1"},
    {"list", "--json"}, {"ps", "--json"}, {"info", "--json"}, {"stop", "nobody"},
};

static bool is_json(const char *text)
{
    json_t *root = json_loads(text, 0, NULL);
    bool ok = json_is_object(root) && json_object_get(root, "schema") != NULL;

    json_decref(root);
    return ok;
}

/* What is wrong with a run, or NULL. */
static const char *judge(const struct tool_run *run, const char *const *arguments)
{
    bool json = arguments[1] != NULL && strcmp(arguments[1], "--json") == 0;
    const char *fault = tool_fault(run, strcmp(arguments[0], "stop") == 0 ? 1 : 0);

    if (fault != NULL) {
        return fault;
    }
    if (json && !is_json(run->out)) {
        return "no JSON object with a schema";
    }
    return strcmp(arguments[0], "list") == 0 && strchr(run->out, '?') == NULL && !json
               ? "the names were not even shown"
               : NULL;
}

int main(void)
{
    static struct tool_run run;
    struct package package;
    struct fake fake;
    int failed = 0;

    tool_setup();
    package_make(&package);
    fake_start(&fake, package.public_key);
    fake.plan->evil = true;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        const char *fault;

        tool_run(&run, fake.selector, commands[i]);
        fault = judge(&run, commands[i]);
        if (fault != NULL) {
            printf("FAIL: %s %s: %s\n", commands[i][0],
                   commands[i][1] != NULL ? commands[i][1] : "", fault);
            tool_show(&run);
            failed++;
        }
    }
    fake_stop(&fake);
    printf("%zu commands, %d failed\n", sizeof commands / sizeof commands[0], failed);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
