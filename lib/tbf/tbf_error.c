// SPDX-License-Identifier: Apache-2.0
#include <tbf/error.h>

#include <stddef.h>

struct entry {
    int error;
    const char *name;
    const char *text;
};

static const struct entry entries[] = {
    {TBF_OK, "TBF_OK", "done"},
    {TBF_E_END, "TBF_E_END", "there is no TBF object here"},
    {TBF_E_TRUNCATED, "TBF_E_TRUNCATED", "the TBF header is longer than the object"},
    {TBF_E_SIZE, "TBF_E_SIZE", "the size in the TBF header is impossible or larger than the file"},
    {TBF_E_CHECKSUM, "TBF_E_CHECKSUM", "the checksum of the TBF header is wrong"},
    {TBF_E_TLV, "TBF_E_TLV", "an entry of the TBF header has an impossible length"},
    {TBF_E_NAME, "TBF_E_NAME", "the package name is not UTF-8 or longer than 32 bytes"},
    {TBF_E_ENTRY, "TBF_E_ENTRY", "entry point or binary end lie outside the binary"},
    {TBF_E_FOOTER, "TBF_E_FOOTER", "a credential runs past the end of the object"},
    {TBF_E_ROOM, "TBF_E_ROOM", "the TBF header or footer does not fit the space for it"},
};

static const struct entry *find(int error)
{
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        if (entries[i].error == error) {
            return &entries[i];
        }
    }
    return NULL;
}

const char *tbf_error_name(int error)
{
    const struct entry *entry = find(error);

    return entry != NULL ? entry->name : NULL;
}

const char *tbf_error_text(int error)
{
    const struct entry *entry = find(error);

    return entry != NULL ? entry->text : NULL;
}
