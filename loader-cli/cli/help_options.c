// SPDX-License-Identifier: Apache-2.0
/* Options as people read them: in two columns, wrapped for a terminal. */
#include <stdio.h>
#include <string.h>

#include "help.h"

enum { COLUMN = 30, COLUMNS = 79 };

/* Prints a text from a column on, broken between words. */
static void put_wrapped(const char *text)
{
    size_t at = COLUMN;

    while (*text != '\0') {
        const size_t length = strcspn(text, " ");

        if (at > COLUMN && at + 1 + length > COLUMNS) {
            printf("\n%*s", COLUMN, "");
            at = COLUMN;
        }
        at += (size_t)printf("%s%.*s", at > COLUMN ? " " : "", (int)length, text);
        text += length + (text[length] == ' ' ? 1 : 0);
    }
    printf("\n");
}

static void put_option(const struct poptOption *option)
{
    int width = option->shortName != '\0' ? printf("  -%c, ", option->shortName) : printf("      ");

    width += printf("--%s", option->longName);
    if (option->argDescrip != NULL) {
        width += printf("=%s", option->argDescrip);
    }
    if (width + 2 > COLUMN) {
        printf("\n");
        width = 0;
    }
    printf("%*s", COLUMN - width, "");
    put_wrapped(option->descrip);
}

void help_options(const struct poptOption *option)
{
    for (; option != NULL && (option->longName != NULL || option->argInfo != 0); option++) {
        if (option->descrip != NULL && (option->argInfo & POPT_ARGFLAG_DOC_HIDDEN) == 0) {
            put_option(option);
        }
    }
}
