// SPDX-License-Identifier: Apache-2.0
/*
 * forge KEY.pem IN.tab OUT.tbf [EDIT ...]: takes an app apart, changes what the edits say, puts it
 * together again and signs the result, whatever it is: objects that no packing tool makes, but that
 * only one thing speaks against.
 *
 *   name=TEXT           another name
 *   tlv=TYPE:HEX        one more TLV behind the others
 *   drop=TYPE           without TLVs of this type
 *   word=TYPE:N:VALUE   word N of the first TLV of this type
 *   size=BYTES          padded to this size
 *   credential=FORMAT:BYTES   a credential of so many bytes in front of the signature
 *   version=V  header=V  total=V  flags=V   fields of the base header
 *   late-flags=V        flags, changed when all was signed; the checksum is right again
 *   flip=OFFSET         a bit, when all was signed
 *   padding=BYTES       no app: padding of this size
 *   unsigned            no signature
 *
 * Types, formats and values are hexadecimal with 0x or decimal.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <base/bytes.h>
#include <cli/cli.h>
#include <package/package.h>
#include <tbf/write.h>
#include <trust/sha256.h>

enum { TLVS = 32, VALUE = 256, OBJECT = 1 << 20, ALIGNMENT = 0x80, WORDS = 16 };

struct tlv {
    uint16_t type;
    uint16_t length;
    uint8_t value[VALUE];
};

struct word {
    uint32_t type;
    uint32_t index;
    uint32_t value;
};

/* The object under construction. */
static struct {
    struct tlv tlv[TLVS];
    size_t tlvs;
    uint32_t entry; /* from the start of the binary */
    const uint8_t *binary;
    uint32_t binary_size;
    uint32_t size;
    uint32_t version;
    uint32_t header;
    uint32_t total;
    uint32_t flags;
    uint32_t late_flags;
    uint32_t flip;
    uint32_t padding;
    bool is_unsigned;
    struct word word[WORDS];
    size_t words;
    uint32_t credential_format;
    uint32_t credential_size;
} object = {.version = TBF_VERSION, .flags = TBF_FLAG_ENABLED, .late_flags = UINT32_MAX};

static uint8_t out[OBJECT];

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "forge: %s\n", what);
    exit(1);
}

/* Takes the app apart. */
static void take(const struct bytes *tbf)
{
    struct tbf_header header;
    const uint8_t *end;

    if (tbf_header_parse(tbf->data, (uint32_t)tbf->size, &header) != 0) {
        die("the package holds no usable object");
    }
    end = tbf->data + header.header_size;
    for (const uint8_t *p = tbf->data + TBF_BASE_SIZE; p < end && object.tlvs < TLVS;) {
        struct tlv *tlv = &object.tlv[object.tlvs++];

        tlv->type = bytes_get_u16(p);
        tlv->length = bytes_get_u16(p + 2);
        if (tlv->length > VALUE) {
            die("a TLV is too long");
        }
        memcpy(tlv->value, p + 4, tlv->length);
        p += 4 + (tlv->length + 3u) / 4u * 4u;
    }
    object.entry = header.entry - header.app_start;
    object.binary = tbf->data + header.app_start;
    object.binary_size = header.binary_end - header.app_start;
}

static struct tlv *find(uint32_t type)
{
    for (size_t i = 0; i < object.tlvs; i++) {
        if (object.tlv[i].type == type) {
            return &object.tlv[i];
        }
    }
    return NULL;
}

static void drop(uint32_t type)
{
    struct tlv *tlv;

    while ((tlv = find(type)) != NULL) {
        object.tlvs--;
        memmove(tlv, tlv + 1, (size_t)(object.tlv + object.tlvs - tlv) * sizeof *tlv);
    }
}

static void add(uint32_t type, const char *hex)
{
    struct tlv *tlv = &object.tlv[object.tlvs];
    unsigned byte;

    if (object.tlvs == TLVS || strlen(hex) / 2 > VALUE) {
        die("there is no room for this TLV");
    }
    object.tlvs++;
    *tlv = (struct tlv){.type = (uint16_t)type, .length = (uint16_t)(strlen(hex) / 2)};
    for (uint16_t i = 0; i < tlv->length; i++) {
        if (sscanf(hex + (size_t)i * 2, "%2x", &byte) != 1) {
            die("a TLV's value is not hexadecimal");
        }
        tlv->value[i] = (uint8_t)byte;
    }
}

static void rename_app(const char *name)
{
    struct tlv *tlv = find(TBF_TLV_NAME);

    if (tlv == NULL || strlen(name) > TBF_NAME_MAX) {
        die("it cannot have this name");
    }
    tlv->length = (uint16_t)strlen(name);
    memcpy(tlv->value, name, tlv->length);
}

static bool edit_number(const char *key, uint32_t value)
{
    const struct {
        const char *key;
        uint32_t *field;
    } fields[] = {
        {"size", &object.size},   {"version", &object.version}, {"header", &object.header},
        {"total", &object.total}, {"flags", &object.flags},     {"late-flags", &object.late_flags},
        {"flip", &object.flip},   {"padding", &object.padding},
    };

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (strcmp(key, fields[i].key) == 0) {
            *fields[i].field = value;
            return true;
        }
    }
    return false;
}

static void edit(const char *text)
{
    char key[16];
    char value[2 * VALUE + 1] = "";
    int fields = sscanf(text, "%15[^=]=%512s", key, value);
    char *rest;
    uint32_t first = (uint32_t)strtoul(value, &rest, 0);
    uint32_t second = *rest == ':' ? (uint32_t)strtoul(rest + 1, &rest, 0) : 0;

    if (strcmp(text, "unsigned") == 0) {
        object.is_unsigned = true;
    } else if (fields != 2) {
        die("an edit is KEY=VALUE");
    } else if (strcmp(key, "name") == 0) {
        rename_app(value);
    } else if (strcmp(key, "tlv") == 0 && strchr(value, ':') != NULL) {
        add(first, strchr(value, ':') + 1);
    } else if (strcmp(key, "drop") == 0) {
        drop(first);
    } else if (strcmp(key, "word") == 0 && *rest == ':' && object.words < WORDS) {
        object.word[object.words++] =
            (struct word){first, second, (uint32_t)strtoul(rest + 1, NULL, 0)};
    } else if (strcmp(key, "credential") == 0) {
        object.credential_format = first;
        object.credential_size = second;
    } else if (!edit_number(key, first)) {
        die(text);
    }
}

/* What Main and Program say of the new layout, then what the edits say of them. */
static void set_words(uint32_t header_size, uint32_t start)
{
    for (size_t i = 0; i < object.tlvs; i++) {
        struct tlv *tlv = &object.tlv[i];

        if (tlv->type == TBF_TLV_MAIN || tlv->type == TBF_TLV_PROGRAM) {
            bytes_put_u32(tlv->value, start - header_size + object.entry);
            bytes_put_u32(tlv->value + 4, start - header_size);
        }
        if (tlv->type == TBF_TLV_PROGRAM) {
            bytes_put_u32(tlv->value + 12, start + object.binary_size);
        }
    }
    for (size_t i = 0; i < object.words; i++) {
        struct tlv *tlv = find(object.word[i].type);

        if (tlv == NULL || (object.word[i].index + 1) * 4 > tlv->length) {
            die("there is no such word");
        }
        bytes_put_u32(tlv->value + (size_t)object.word[i].index * 4, object.word[i].value);
    }
}

static uint32_t write_header(uint32_t total)
{
    struct tbf_writer writer;
    int size;

    tbf_write_begin(&writer, out, sizeof out);
    for (size_t i = 0; i < object.tlvs; i++) {
        tbf_write_tlv(&writer, object.tlv[i].type, object.tlv[i].value, object.tlv[i].length);
    }
    size = tbf_write_end(&writer, total, object.flags);
    if (size < 0) {
        die("the header is too large");
    }
    return (uint32_t)size;
}

static void put_checksum(uint32_t header_size)
{
    bytes_put_u32(out + 12, tbf_checksum(out, header_size));
}

static uint32_t write_footers(const struct key *key, uint32_t at, uint32_t total)
{
    uint8_t digest[32];
    uint8_t signature[TBF_ECDSA_SIZE];
    static const uint8_t zeros[4096];
    int size;

    trust_sha256(out, at, digest);
    if (key_sign(key, digest, signature) != 0) {
        die("it cannot be signed with this key");
    }
    if (object.credential_size != 0) {
        size = tbf_write_credential(out + at, total - at, object.credential_format, zeros,
                                    (uint16_t)object.credential_size);
        at += size > 0 ? (uint32_t)size : 0;
    }
    if (!object.is_unsigned) {
        size = tbf_write_credential(out + at, total - at, TBF_CREDENTIAL_ECDSA_P256, signature,
                                    sizeof signature);
        if (size < 0) {
            die("there is no room for the signature");
        }
        at += (uint32_t)size;
    }
    tbf_write_reserved(out + at, total - at);
    return total;
}

/* Puts it together; answers its size. */
static uint32_t build(const struct key *key)
{
    uint32_t header_size = write_header(0);
    uint32_t start = (header_size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    uint32_t footers = start + object.binary_size;
    uint32_t total = footers + 8 + object.credential_size + 8 + TBF_ECDSA_SIZE + 15;

    total = object.size != 0 ? object.size : total / 16 * 16;
    if (total > sizeof out || footers + 80 + object.credential_size > total) {
        die("it does not fit into this size");
    }
    set_words(header_size, start);
    (void)write_header(total);
    memset(out + header_size, 0, start - header_size);
    memcpy(out + start, object.binary, object.binary_size);
    bytes_put_u16(out, (uint16_t)object.version);
    if (object.header != 0) {
        bytes_put_u16(out + 2, (uint16_t)object.header);
    }
    if (object.total != 0) {
        bytes_put_u32(out + 4, object.total == 1 ? 0 : object.total); /* 1 stands for 0 */
    }
    put_checksum(header_size);
    (void)write_footers(key, footers, total);
    if (object.late_flags != UINT32_MAX) {
        bytes_put_u32(out + 8, object.late_flags);
        put_checksum(header_size);
    }
    return total;
}

int main(int count, char **argument)
{
    static struct cli cli = {.hooks = &cli_hooks, .quiet = 1};
    struct tab tab;
    struct key key;
    uint32_t size;

    cli.result = json_object();
    if (count < 4) {
        die("forge KEY.pem IN.tab OUT.tbf [EDIT ...]");
    }
    if (key_read(&cli, argument[1], &key) != 0 || tab_read(&cli, argument[2], &tab) != 0) {
        return 1;
    }
    take(&tab.member[0].tbf);
    for (int i = 4; i < count; i++) {
        edit(argument[i]);
    }
    if (object.padding != 0) {
        size = object.padding;
        tbf_write_padding(out, size);
    } else {
        size = build(&key);
    }
    if (object.flip != 0) {
        out[object.flip] ^= 1u;
    }
    size = file_write(&cli, argument[3], out, size, false) == 0 ? 0 : 1;
    tab_free(&tab);
    json_decref(cli.result);
    return (int)size;
}
