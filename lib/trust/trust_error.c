// SPDX-License-Identifier: Apache-2.0
#include <trust/error.h>

#include <stddef.h>

struct entry {
    int error;
    const char *name;
    const char *text;
};

static const struct entry entries[] = {
    {TRUST_OK, "TRUST_OK", "done"},
    {TRUST_E_UNSIGNED, "TRUST_E_UNSIGNED", "the package is not signed (no ECDSA P-256 credential)"},
    {TRUST_E_KEY, "TRUST_E_KEY", "the package is signed by a key that is not trusted"},
    {TRUST_E_SIGNATURE, "TRUST_E_SIGNATURE", "the signature does not belong to the package"},
    {TRUST_E_DIGEST, "TRUST_E_DIGEST", "the bytes do not have the announced digest"},
    {TRUST_E_NAME, "TRUST_E_NAME", "the key's owner may not sign an app of this name"},
    {TRUST_E_SHORT_ID, "TRUST_E_SHORT_ID", "the key's owner may not sign an app of this ShortID"},
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

const char *trust_error_name(int error)
{
    const struct entry *entry = find(error);

    return entry != NULL ? entry->name : NULL;
}

const char *trust_error_text(int error)
{
    const struct entry *entry = find(error);

    return entry != NULL ? entry->text : NULL;
}
