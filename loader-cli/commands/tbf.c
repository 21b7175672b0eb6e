// SPDX-License-Identifier: Apache-2.0
#include "tbf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* For a name that was cleaned. */
enum { NAME_ROOM = TBF_NAME_MAX + 8 };

struct tbf_files tbf_files;

bool tbf_number(const char *text, unsigned long long max, unsigned long long *value)
{
    char *end;

    errno = 0;
    *value = strtoull(text, &end, 0);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && *value <= max;
}

void tbf_say_dropped(struct cli *cli, const struct tab_member *member, size_t dropped)
{
    json_object_set_new(cli->result, "dropped", json_integer((json_int_t)dropped));
    if (dropped > 0) {
        cli_note(cli, "note: %s: %zu signature%s covered what was changed: sign it again",
                 member->name, dropped, dropped == 1 ? "" : "s");
    }
}

static int change_all(struct cli *cli, struct tab *tab, const char **argument, tbf_change *change)
{
    size_t matching = 0;
    size_t changed = 0;

    for (size_t i = 0; i < tab->count; i++) {
        struct tab_member *member = &tab->member[i];
        int code;

        if (tbf_files.member != NULL &&
            strncmp(member->name, tbf_files.member, strlen(tbf_files.member)) != 0) {
            continue;
        }
        matching++;
        code = change(cli, member, argument);
        if (code != EXIT_DONE && code != EXIT_NOTHING) {
            return code;
        }
        changed += code == EXIT_DONE ? 1 : 0;
    }
    if (matching == 0) {
        return cli_fail(cli, EXIT_FAILED, "loader-cli inspect PACKAGE shows what is in it",
                        "'%s' has no object '%s'", argument[0], tbf_files.member);
    }
    if (changed == 0) {
        return cli_fail(cli, EXIT_NOTHING, "loader-cli inspect PACKAGE shows what is in it",
                        "there is nothing to change in '%s'", argument[0]);
    }
    json_object_set_new(cli->result, "changed", json_integer((json_int_t)changed));
    return EXIT_DONE;
}

/* The app's name in the header of the first object; "" when it has none. */
static void first_name(const struct tab *tab, char name[NAME_ROOM])
{
    const struct bytes *tbf = &tab->member[0].tbf;
    struct tbf_header header;

    name[0] = '\0';
    if (tbf_header_parse(tbf->data, (uint32_t)tbf->size, &header) == 0) {
        cli_clean(header.name.data, header.name.length, name, NAME_ROOM);
    }
}

int tbf_change_package(struct cli *cli, const char **argument, tbf_change *change)
{
    static struct tab tab;
    char before[NAME_ROOM];
    char after[NAME_ROOM];
    const char *output = tbf_files.output != NULL ? tbf_files.output : argument[0];
    int code = tab_read(cli, argument[0], &tab);

    if (code != EXIT_DONE) {
        return code;
    }
    cli->password_file = tbf_files.password_file;
    first_name(&tab, before);
    code = change_all(cli, &tab, argument, change);
    first_name(&tab, after);
    if (strcmp(before, after) != 0) {
        snprintf(tab.name, sizeof tab.name, "%s", after); /* the bundle is called after the app */
    }
    code = code != EXIT_DONE ? code : tab_write(cli, output, &tab);
    tab_free(&tab);
    if (code == EXIT_DONE) {
        cli_say(cli, "%s: written", output);
    }
    return code;
}
