# SPDX-License-Identifier: Apache-2.0
# The mbedTLS sources, the same for device and host: MBEDTLS_DIR.
set(MBEDTLS_VERSION 3.6.7)
gantry_obtain(NAME mbedtls VERSION ${MBEDTLS_VERSION} SUFFIX tar.bz2
  SHA256 a7e8bcbec0e6f761b4af24f25677626b35f762f68eef79c08677a363212d11f6
  POOL m/mbedtls/mbedtls_${MBEDTLS_VERSION}.orig.tar.bz2
  UPSTREAM https://github.com/Mbed-TLS/mbedtls/releases/download/mbedtls-${MBEDTLS_VERSION}/mbedtls-${MBEDTLS_VERSION}.tar.bz2
  PATTERNS "*/include/*" "*/library/*" "*/3rdparty/*" "*/LICENSE")
