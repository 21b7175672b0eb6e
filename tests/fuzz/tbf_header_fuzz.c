// SPDX-License-Identifier: Apache-2.0
/* Any bytes as an app region: the walk ends, and what is accepted stays inside. */
#include <stdlib.h>

#include <tbf/footer.h>
#include <tbf/header.h>
#include <tbf/storage.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(const uint8_t *object, const struct tbf_header *header)
{
    struct tbf_credential credential;
    uint32_t cursor = 0;
    uint32_t offset;
    uint32_t length;

    for (uint32_t i = 0; i < tbf_writeable_count(&header->tlvs) && i < 64; i++) {
        (void)tbf_writeable_region(&header->tlvs, header->total_size, i, &offset, &length);
    }
    (void)tbf_short_id(header);
    (void)tbf_permits_command(header->permissions.data, 1, 2);
    (void)tbf_storage_permits(header->storage.data, 1, TBF_STORAGE_READ, 2);
    (void)tbf_storage_permits(header->storage.data, 1, TBF_STORAGE_MODIFY, 2);
    for (uint32_t i = 0; !header->padding && i < TBF_ECDSA_MAX; i++) {
        const uint8_t *signature = tbf_ecdsa_signature(object, header, i);

        if (signature != NULL && signature + TBF_ECDSA_SIZE > object + header->total_size) {
            abort();
        }
    }
    while (!header->padding && tbf_credential_next(object, header, &cursor, &credential) == 0) {
        if (credential.data + credential.length > object + header->total_size) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tbf_object object;
    uint32_t offset = 0;

    while (tbf_walk(data, (uint32_t)size, offset, &object) == 0) {
        if (object.error == 0) {
            look(data + offset, &object.header);
        }
        offset += object.header.total_size;
    }
    return 0;
}
