// SPDX-License-Identifier: Apache-2.0
/*
 * Numbers of the Tock Binary Format, version 2 (Tock's "Tock Binary Format" document and
 * libraries/tock-tbf). All values in an object are little-endian.
 */
#ifndef TBF_FORMAT_H
#define TBF_FORMAT_H

#define TBF_VERSION           2u
#define TBF_BASE_SIZE         16u /* version, header size, total size, flags, checksum */
#define TBF_TLV_HEADER_SIZE   4u  /* type, length */
#define TBF_NAME_MAX          32u /* longest package name that Gantry takes, bytes */
#define TBF_NO_FIXED_ADDRESS  0xFFFFFFFFu
#define TBF_FLAG_ENABLED      0x1u
#define TBF_FLAG_STICKY       0x2u
#define TBF_KERNEL_VALUE_SIZE 16u /* value of TBF_TLV_KERNEL */
#define TBF_FAULT_VALUE_SIZE  4u  /* value of TBF_TLV_FAULT */
#define TBF_ECDSA_SIZE        64u /* r and s, 32 bytes each, big-endian */

/*
 * Headers may have any size. So that a kernel that walks one is never long at it, these counts are
 * bounded; what exceeds them is refused with TBF_E_TLV.
 */
#define TBF_TLVS_MAX        256u
#define TBF_PERMISSIONS_MAX 256u /* records of the Permissions TLV */

enum tbf_tlv {
    TBF_TLV_MAIN = 1,
    TBF_TLV_WRITEABLE = 2,
    TBF_TLV_NAME = 3,
    TBF_TLV_FIXED = 5,
    TBF_TLV_PERMISSIONS = 6,
    TBF_TLV_STORAGE = 7,
    TBF_TLV_KERNEL_VERSION = 8,
    TBF_TLV_PROGRAM = 9,
    TBF_TLV_SHORT_ID = 10,
    TBF_TLV_CREDENTIAL = 128, /* footers only */
    TBF_TLV_KERNEL = 0x4701,  /* Gantry: this object is a kernel (docs/packages.md) */
    TBF_TLV_FAULT = 0x4702    /* Gantry: what happens when the app faults */
};

enum tbf_credential_format {
    TBF_CREDENTIAL_RESERVED = 0,
    TBF_CREDENTIAL_RSA3072 = 1,
    TBF_CREDENTIAL_RSA4096 = 2,
    TBF_CREDENTIAL_SHA256 = 3,
    TBF_CREDENTIAL_SHA384 = 4,
    TBF_CREDENTIAL_SHA512 = 5,
    TBF_CREDENTIAL_ECDSA_P256 = 6,
    /* Of tockloader; no kernel knows them. */
    TBF_CREDENTIAL_HMAC_SHA256 = 7,
    TBF_CREDENTIAL_RSA2048 = 0x0A,
    TBF_CREDENTIAL_CLEARTEXT_ID = 0xF1
};

#endif
