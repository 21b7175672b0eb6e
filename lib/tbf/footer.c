// SPDX-License-Identifier: Apache-2.0
#include <tbf/footer.h>

#include <base/bytes.h>

enum { FORMAT_SIZE = 4 };

int tbf_credential_next(const uint8_t *object, const struct tbf_header *header, uint32_t *cursor,
                        struct tbf_credential *credential)
{
    uint32_t at = *cursor != 0 ? *cursor : header->binary_end;

    while (at < header->total_size && header->total_size - at >= TBF_TLV_HEADER_SIZE) {
        uint32_t type = bytes_get_u16(object + at);
        uint32_t length = bytes_get_u16(object + at + 2);
        uint32_t value = at + TBF_TLV_HEADER_SIZE;

        if (type != TBF_TLV_CREDENTIAL) {
            return TBF_E_END; /* padding, or nothing that is a footer */
        }
        if (length > header->total_size - value) {
            return TBF_E_FOOTER;
        }
        *cursor = value + length;
        if (length >= FORMAT_SIZE) {
            credential->format = bytes_get_u32(object + value);
            credential->data = object + value + FORMAT_SIZE;
            credential->length = length - FORMAT_SIZE;
            credential->offset = at;
            return 0;
        }
        at = *cursor;
    }
    return TBF_E_END;
}

bool tbf_credential_is_sound(const struct tbf_credential *credential)
{
    static const uint16_t sizes[] = {
        [TBF_CREDENTIAL_RSA3072] = 768, [TBF_CREDENTIAL_RSA4096] = 1024,
        [TBF_CREDENTIAL_SHA256] = 32,   [TBF_CREDENTIAL_SHA384] = 48,
        [TBF_CREDENTIAL_SHA512] = 64,   [TBF_CREDENTIAL_ECDSA_P256] = TBF_ECDSA_SIZE,
    };

    return credential->format == TBF_CREDENTIAL_RESERVED ||
           credential->format >= sizeof sizes / sizeof sizes[0] ||
           credential->length == sizes[credential->format];
}

const uint8_t *tbf_ecdsa_signature(const uint8_t *object, const struct tbf_header *header,
                                   uint32_t index)
{
    struct tbf_credential credential;
    uint32_t cursor = 0;

    while (index < TBF_ECDSA_MAX &&
           tbf_credential_next(object, header, &cursor, &credential) == 0) {
        if (credential.format == TBF_CREDENTIAL_ECDSA_P256 && credential.length == TBF_ECDSA_SIZE &&
            index-- == 0) {
            return credential.data;
        }
    }
    return NULL;
}
