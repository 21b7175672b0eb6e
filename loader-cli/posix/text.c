// SPDX-License-Identifier: Apache-2.0
#include "text.h"

#include <regex.h>
#include <stdlib.h>
#include <strings.h>

struct pattern {
    regex_t compiled;
};

struct pattern *pattern_new(const char *expression)
{
    struct pattern *pattern = malloc(sizeof *pattern);

    if (pattern != NULL && regcomp(&pattern->compiled, expression, REG_EXTENDED | REG_NOSUB) != 0) {
        free(pattern);
        return NULL;
    }
    return pattern;
}

bool pattern_matches(const struct pattern *pattern, const char *line)
{
    return regexec(&pattern->compiled, line, 0, NULL, 0) == 0;
}

void pattern_free(struct pattern *pattern)
{
    if (pattern != NULL) {
        regfree(&pattern->compiled);
        free(pattern);
    }
}

void text_local_time(time_t time, struct tm *local)
{
    (void)localtime_r(&time, local);
}

bool text_same(const char *a, const char *b)
{
    return strcasecmp(a, b) == 0;
}
