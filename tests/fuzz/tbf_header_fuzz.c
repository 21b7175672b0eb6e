// SPDX-License-Identifier: Apache-2.0
/* Any bytes as an app region: the walk ends, and what is accepted stays inside. */
#include <stdlib.h>

#include <tbf/footer.h>
#include <tbf/header.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(const uint8_t *object, const struct tbf_header *header)
{
    struct tbf_credential credential;
    uint32_t cursor = 0;
    uint32_t offset;
    uint32_t length;

    for (uint32_t i = 0; i < tbf_writeable_count(header) && i < 64; i++) {
        (void)tbf_writeable_region(header, i, &offset, &length);
    }
    (void)tbf_short_id(header);
    (void)tbf_permits_command(&header->permissions, 1, 2);
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
