// SPDX-License-Identifier: Apache-2.0
/* The footers of an object as a list: what is added, dropped, made anew. */
#include "credential.h"

#include <string.h>

#include <tbf/write.h>

/* Credentials of one object that can be edited; none has as many. */
enum { FOOTERS_MAX = 64, FRAME = 8, HASH_MAX = 64 };

static const struct credential_kind kinds[] = {
    {"reserved", "reserved", TBF_CREDENTIAL_RESERVED, 0, CREDENTIAL_NOTHING},
    {"rsa3072", "RSA-3072", TBF_CREDENTIAL_RSA3072, 768, CREDENTIAL_SIGNATURE},
    {"rsa4096", "RSA-4096", TBF_CREDENTIAL_RSA4096, 1024, CREDENTIAL_SIGNATURE},
    {"sha256", "SHA-256", TBF_CREDENTIAL_SHA256, 32, CREDENTIAL_HASH},
    {"sha384", "SHA-384", TBF_CREDENTIAL_SHA384, 48, CREDENTIAL_HASH},
    {"sha512", "SHA-512", TBF_CREDENTIAL_SHA512, 64, CREDENTIAL_HASH},
    {"ecdsap256", "ECDSA P-256", TBF_CREDENTIAL_ECDSA_P256, 64, CREDENTIAL_SIGNATURE},
    {"hmac_sha256", "HMAC-SHA-256", TBF_CREDENTIAL_HMAC_SHA256, 32, CREDENTIAL_SIGNATURE},
    {"rsa2048", "RSA-2048", TBF_CREDENTIAL_RSA2048, 256, CREDENTIAL_SIGNATURE},
    {"cleartext_id", "clear-text id", TBF_CREDENTIAL_CLEARTEXT_ID, 8, CREDENTIAL_ID},
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

const struct credential_kind *credential_named(const char *name)
{
    for (size_t i = 0; i < KINDS; i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            return &kinds[i];
        }
    }
    return NULL;
}

const struct credential_kind *credential_of(uint32_t format)
{
    for (size_t i = 0; i < KINDS; i++) {
        if (kinds[i].format == format) {
            return &kinds[i];
        }
    }
    return NULL;
}

/* The credentials of an object, Reserved ones left out; their data is in `copy`. */
struct footers {
    struct bytes copy;
    size_t count;
    struct tbf_credential list[FOOTERS_MAX];
};

static int read_footers(struct cli *cli, const struct bytes *tbf, const char *what,
                        const struct tbf_header *header, struct footers *footers)
{
    uint32_t cursor = 0;
    int step = 0;

    *footers = (struct footers){.count = 0};
    if (!bytes_resize(&footers->copy, header->total_size)) {
        return cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
    }
    memcpy(footers->copy.data, tbf->data, header->total_size);
    while (footers->count < FOOTERS_MAX && step == 0) {
        struct tbf_credential *next = &footers->list[footers->count];

        step = tbf_credential_next(footers->copy.data, header, &cursor, next);
        footers->count += step == 0 && next->format != TBF_CREDENTIAL_RESERVED ? 1 : 0;
    }
    if (step == TBF_E_END) {
        return EXIT_DONE;
    }
    bytes_free(&footers->copy);
    return cli_fail(cli, EXIT_FAILED, "loader-cli inspect PACKAGE shows them",
                    "the credentials of '%s' are malformed, or too many", what);
}

static uint32_t footers_size(const struct footers *footers)
{
    uint32_t size = 0;

    for (size_t i = 0; i < footers->count; i++) {
        size += FRAME + footers->list[i].length;
    }
    return size;
}

/* Writes a list that fits, and fills up with Reserved ones. */
static void write_footers(const struct footers *footers, struct bytes *tbf,
                          const struct tbf_header *header)
{
    uint8_t *at = tbf->data + header->binary_end;
    uint32_t room = header->total_size - header->binary_end;

    for (size_t i = 0; i < footers->count; i++) {
        const struct tbf_credential *one = &footers->list[i];
        int size = tbf_write_credential(at, room, one->format, one->data, (uint16_t)one->length);

        at += size;
        room -= (uint32_t)size;
    }
    tbf_write_reserved(at, room);
}

/* Takes credentials of a format out of a list; answers how many. */
static size_t drop(struct footers *footers, uint32_t format)
{
    size_t kept = 0;
    size_t count = footers->count;

    for (size_t i = 0; i < count; i++) {
        if (footers->list[i].format != format) {
            footers->list[kept++] = footers->list[i];
        }
    }
    footers->count = kept;
    return count - kept;
}

static bool is_signed(const struct footers *footers)
{
    for (size_t i = 0; i < footers->count; i++) {
        const struct credential_kind *kind = credential_of(footers->list[i].format);

        if (kind == NULL || kind->source == CREDENTIAL_SIGNATURE) {
            return true; /* or of a kind that nobody knows here, and that may be a signature */
        }
    }
    return false;
}

int credential_make_room(struct cli *cli, struct bytes *tbf, const char *what,
                         const struct credential_kind *kind, struct tbf_header *header)
{
    struct footers footers;
    uint32_t wanted;
    size_t dropped;
    bool fits;
    int code = read_footers(cli, tbf, what, header, &footers);

    if (code != EXIT_DONE) {
        return code;
    }
    if (kind->source == CREDENTIAL_HASH) {
        (void)drop(&footers, kind->format);
    }
    wanted = footers_size(&footers) + FRAME + kind->length;
    fits = wanted <= header->total_size - header->binary_end || is_signed(&footers);
    bytes_free(&footers.copy);
    if (fits) {
        return EXIT_DONE;
    }
    code = image_make_room(cli, tbf, what, wanted, header);
    return code != EXIT_DONE ? code : credential_refresh(cli, tbf, what, header, &dropped);
}

int credential_add(struct cli *cli, struct bytes *tbf, const char *what,
                   const struct credential_kind *kind, const uint8_t *data)
{
    struct tbf_header header;
    struct footers footers;
    uint32_t room;
    uint32_t wanted;
    int code = image_parse(cli, tbf, what, &header);

    code = code != EXIT_DONE ? code : read_footers(cli, tbf, what, &header, &footers);
    if (code != EXIT_DONE) {
        return code;
    }
    if (kind->source == CREDENTIAL_HASH) {
        (void)drop(&footers, kind->format);
    }
    room = header.total_size - header.binary_end;
    wanted = footers_size(&footers) + FRAME + kind->length;
    if (wanted > room || footers.count == FOOTERS_MAX) {
        code = cli_fail(cli, EXIT_SPACE, "loader-cli pack --min-footer leaves more room",
                        "'%s' has %u bytes for credentials, %u are needed", what, room, wanted);
    } else {
        footers.list[footers.count++] =
            (struct tbf_credential){.format = kind->format, .data = data, .length = kind->length};
        write_footers(&footers, tbf, &header);
    }
    bytes_free(&footers.copy);
    return code;
}

int credential_remove(struct cli *cli, struct bytes *tbf, const char *what,
                      const struct credential_kind *kind, size_t *removed)
{
    struct tbf_header header;
    struct footers footers;
    int code = image_parse(cli, tbf, what, &header);

    code = code != EXIT_DONE ? code : read_footers(cli, tbf, what, &header, &footers);
    if (code == EXIT_DONE) {
        *removed = drop(&footers, kind->format);
        if (*removed > 0) {
            write_footers(&footers, tbf, &header);
        }
        bytes_free(&footers.copy);
    }
    return code;
}

int credential_refresh(struct cli *cli, struct bytes *tbf, const char *what,
                       const struct tbf_header *header, size_t *dropped)
{
    const struct credential_secret none = {.key_path = NULL};
    uint8_t hashes[FOOTERS_MAX][HASH_MAX];
    struct footers footers;
    int code = read_footers(cli, tbf, what, header, &footers);

    *dropped = 0;
    if (code != EXIT_DONE) {
        return code;
    }
    for (size_t i = 0; i < KINDS; i++) {
        *dropped += kinds[i].source == CREDENTIAL_SIGNATURE ? drop(&footers, kinds[i].format) : 0;
    }
    for (size_t i = 0; i < footers.count && code == EXIT_DONE; i++) {
        const struct credential_kind *kind = credential_of(footers.list[i].format);
        uint8_t data[CREDENTIAL_DATA_MAX];

        if (kind == NULL || kind->source != CREDENTIAL_HASH ||
            footers.list[i].length != kind->length) {
            continue;
        }
        code = credential_make(cli, kind, tbf, header, &none, data);
        memcpy(hashes[i], data, kind->length);
        footers.list[i].data = hashes[i];
    }
    if (code == EXIT_DONE) {
        write_footers(&footers, tbf, header);
    }
    bytes_free(&footers.copy);
    return code;
}
