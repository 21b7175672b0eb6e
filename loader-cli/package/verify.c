// SPDX-License-Identifier: Apache-2.0
/* Who signed a package. */
#include <tbf/footer.h>
#include <trust/error.h>
#include <trust/verify.h>

#include "package.h"

static int verify_member(struct cli *cli, const struct tab_member *member, const struct key *key)
{
    struct tbf_header header;
    uint8_t digest[32];
    const uint8_t *signature;
    uint32_t count = 0;
    int code = image_parse(cli, &member->tbf, member->name, &header);

    if (code != EXIT_DONE) {
        return code;
    }
    package_digest(&member->tbf, &header, digest);
    while ((signature = tbf_ecdsa_signature(member->tbf.data, &header, count)) != NULL) {
        if (trust_verify(key->public_key, digest, signature) == TRUST_VERIFIED) {
            return EXIT_DONE;
        }
        count++;
    }
    if (count == 0) {
        return cli_fail(cli, EXIT_REFUSED, "loader-cli sign PACKAGE --key KEY.pem", "%s: %s",
                        member->name, trust_error_text(TRUST_E_UNSIGNED));
    }
    return cli_fail(cli, EXIT_REFUSED, "it was changed after signing, or signed by another key",
                    "%s: %s", member->name, trust_error_text(TRUST_E_SIGNATURE));
}

int package_verify(struct cli *cli, const struct tab *tab, const struct key *key)
{
    int code = EXIT_DONE;

    for (size_t i = 0; i < tab->count && code == EXIT_DONE; i++) {
        code = verify_member(cli, &tab->member[i], key);
    }
    return code;
}
