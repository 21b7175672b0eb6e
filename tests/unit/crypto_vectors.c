// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <hil/aes.h>
#include <hil/crc.h>

#include "crypto_vectors.h"

const struct digest_vector digest_vectors[DIGEST_VECTORS] = {
    {"empty", {"", 1}, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"one block",
     {"616263", 1},
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"two blocks",
     {"6162636462636465636465666465666765666768666768696768696a68696a6b"
      "696a6b6c6a6b6c6d6b6c6d6e6c6d6e6f6d6e6f706e6f7071",
      1},
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"a million times a",
     {"61", 1000000},
     "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

const struct hmac_vector hmac_vectors[HMAC_VECTORS] = {
    {"RFC 4231, 4.2",
     {"0b", 20},
     {"4869205468657265", 1},
     "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
    {"RFC 4231, 4.3",
     {"4a656665", 1},
     {"7768617420646f2079612077616e7420666f72206e6f7468696e673f", 1},
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    {"RFC 4231, 4.4",
     {"aa", 20},
     {"dd", 50},
     "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
    {"RFC 4231, 4.5",
     {"0102030405060708090a0b0c0d0e0f10111213141516171819", 1},
     {"cd", 50},
     "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
    {"RFC 4231, 4.6",
     {"0c", 20},
     {"546573742057697468205472756e636174696f6e", 1},
     "a3b6167473100ee06e0c796c2955552b"},
    {"RFC 4231, 4.7",
     {"aa", 131},
     {"54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a"
      "65204b6579202d2048617368204b6579204669727374",
      1},
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    {"RFC 4231, 4.8",
     {"aa", 131},
     {"5468697320697320612074657374207573696e672061206c6172676572207468"
      "616e20626c6f636b2d73697a65206b657920616e642061206c61726765722074"
      "68616e20626c6f636b2d73697a6520646174612e20546865206b6579206e6565"
      "647320746f20626520686173686564206265666f7265206265696e6720757365"
      "642062792074686520484d414320616c676f726974686d2e",
      1},
     "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
};

const char stream_key[] = "2b7e151628aed2a6abf7158809cf4f3c";
const char stream_text[] = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
                           "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";
const struct stream_vector stream_vectors[STREAM_VECTORS] = {
    {"SP 800-38A, F.1.1", HIL_AES_ECB, "",
     "3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf"
     "43b1cd7f598ece23881b00e3ed0306887b0c785e27e8ad3f8223207104725dd4"},
    {"SP 800-38A, F.2.1", HIL_AES_CBC, "000102030405060708090a0b0c0d0e0f",
     "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"
     "73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7"},
    {"SP 800-38A, F.5.1", HIL_AES_CTR, "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
     "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"
     "5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee"},
};

const struct message_vector message_vectors[MESSAGE_VECTORS] = {
    {"RFC 3610, packet vector 1", HIL_AES_CCM, "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf",
     "00000003020100a0a1a2a3a4a5", "0001020304050607",
     "08090a0b0c0d0e0f101112131415161718191a1b1c1d1e",
     "588c979a61c663d2f066d0c2c0f989806d5f6b61dac384", "17e8d12cfdf926e0"},
    {"RFC 3610, packet vector 2", HIL_AES_CCM, "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf",
     "00000004030201a0a1a2a3a4a5", "0001020304050607",
     "08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
     "72c91a36e135f8cf291ca894085c87e3cc15c439c9e43a3b", "a091d56e10400916"},
    {"RFC 3610, packet vector 4", HIL_AES_CCM, "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf",
     "00000006050403a0a1a2a3a4a5", "000102030405060708090a0b",
     "0c0d0e0f101112131415161718191a1b1c1d1e", "a28c6865939a9a79faaa5c4c2a9d4a91cdac8c",
     "96c861b9c9e61ef1"},
    {"RFC 3610, packet vector 7", HIL_AES_CCM, "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf",
     "00000009080706a0a1a2a3a4a5", "0001020304050607",
     "08090a0b0c0d0e0f101112131415161718191a1b1c1d1e",
     "0135d1b2c95f41d5d1d4fec185d166b8094e999dfed96c", "048c56602c97acbb7490"},
    {"RFC 3610, packet vector 24", HIL_AES_CCM, "d7828d13b2b0bdc325a76236df93cc6b",
     "008d493b30ae8b3c9696766cfa", "6e37a6ef546d955d34ab6059",
     "abf21c0b02feb88f856df4a37381bce3cc128517d4", "f32905b88a641b04b9c9ffb58cc390900f3da12ab1",
     "6dce9e82efa16da62059"},
    {"GCM specification, test case 1", HIL_AES_GCM, "00000000000000000000000000000000",
     "000000000000000000000000", "", "", "", "58e2fccefa7e3061367f1d57a4e7455a"},
    {"GCM specification, test case 2", HIL_AES_GCM, "00000000000000000000000000000000",
     "000000000000000000000000", "", "00000000000000000000000000000000",
     "0388dace60b6a392f328c2b971b2fe78", "ab6e47d42cec13bdf53a67b21257bddf"},
    {"GCM specification, test case 3", HIL_AES_GCM, "feffe9928665731c6d6a8f9467308308",
     "cafebabefacedbaddecaf888", "",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
     "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
     "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985",
     "4d5c2af327cd64a62cf35abd2ba6fab4"},
    {"GCM specification, test case 4", HIL_AES_GCM, "feffe9928665731c6d6a8f9467308308",
     "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
     "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
     "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
     "5bc94fbc3221a5db94fae95ae7121a47"},
};

const struct crc_vector crc_vectors[CRC_VECTORS] = {
    {HIL_CRC_32, "123456789", 0xCBF43926u},
    {HIL_CRC_32, "ABCDEFG", 0x0E6F94BCu},
    {HIL_CRC_32, "A man, a plan, a canal, Panama", 0x44050CDAu},
    {HIL_CRC_32C, "123456789", 0xE3069283u},
    {HIL_CRC_32C, "ABCDEFG", 0x2C775665u},
    {HIL_CRC_32C, "A man, a plan, a canal, Panama", 0xB5DDEB44u},
    {HIL_CRC_CCITT, "ABCDEFG", 0x00001541u},
    {HIL_CRC_CCITT, "ABCD", 0x0000B34Bu},
    {HIL_CRC_CCITT, "01234567", 0x0000C21Fu},
    {HIL_CRC_CCITT, "01234567ABCDEFGHI", 0x0000B881u},
};

static uint8_t nibble(char digit)
{
    const char *digits = "0123456789abcdef";
    const char *at = strchr(digits, digit);

    assert_non_null(at);
    return (uint8_t)(at - digits);
}

size_t from_hex(const char *hex, uint8_t *data, size_t capacity)
{
    size_t length = strlen(hex) / 2;

    assert_int_equal(strlen(hex) % 2, 0);
    assert_in_range(length, 0, capacity);
    for (size_t i = 0; i < length; i++) {
        data[i] = (uint8_t)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
    }
    return length;
}

size_t from_repeated(const struct repeated *repeated, uint8_t *data, size_t capacity)
{
    size_t length = from_hex(repeated->hex, data, capacity);

    assert_in_range(length * repeated->times, 0, capacity);
    for (size_t i = 1; i < repeated->times; i++) {
        memcpy(data + i * length, data, length);
    }
    return length * repeated->times;
}
