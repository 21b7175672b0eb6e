# SPDX-License-Identifier: Apache-2.0
# Obtains the mbedTLS sources, pinned by version and SHA-256: the same for device and host.
#
# Debian's source archive is upstream's release file byte for byte, so one hash covers both; which server a byte came
# from does not matter. Order: the cache, the Debian or Ubuntu mirrors that this machine's apt uses, upstream.
# -DMBEDTLS_DIR=<unpacked tree> uses a tree that is there already.
set(MBEDTLS_VERSION 3.6.7)
set(MBEDTLS_SHA256 a7e8bcbec0e6f761b4af24f25677626b35f762f68eef79c08677a363212d11f6)
set(MBEDTLS_UPSTREAM https://github.com/Mbed-TLS/mbedtls/releases/download)

# Puts the addresses of the archive on this machine's mirrors into OUT.
function(mbedtls_mirrors OUT)
  set(urls "")
  execute_process(COMMAND apt-get indextargets --format "$(REPO_URI) $(COMPONENT)"
    OUTPUT_VARIABLE targets ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(REPLACE "\n" ";" targets "${targets}")
  foreach(line IN LISTS targets)
    # The match that fills CMAKE_MATCH_n must come last.
    if(NOT line MATCHES "security" AND line MATCHES "^([^ ]+[^/])/? (main|universe)$")
      list(APPEND urls "${CMAKE_MATCH_1}/pool/${CMAKE_MATCH_2}/m/mbedtls/mbedtls_${MBEDTLS_VERSION}.orig.tar.bz2")
    endif()
  endforeach()
  list(REMOVE_DUPLICATES urls)
  set(${OUT} ${urls} PARENT_SCOPE)
endfunction()

# Tries one address; leaves ARCHIVE only when its hash is right.
function(mbedtls_try URL ARCHIVE)
  if(EXISTS /usr/lib/apt/apt-helper AND NOT URL MATCHES "github")
    # apt's own downloader knows the machine's proxy and credentials.
    execute_process(COMMAND /usr/lib/apt/apt-helper -o Acquire::Retries=2 download-file
        "${URL}" "${ARCHIVE}.part" "SHA256:${MBEDTLS_SHA256}"
      OUTPUT_QUIET ERROR_QUIET)
  endif()
  if(NOT EXISTS "${ARCHIVE}.part")
    file(DOWNLOAD "${URL}" "${ARCHIVE}.part" TIMEOUT 180 INACTIVITY_TIMEOUT 15 STATUS status)
  endif()
  if(EXISTS "${ARCHIVE}.part")
    file(SHA256 "${ARCHIVE}.part" hash)
    if(hash STREQUAL MBEDTLS_SHA256)
      file(RENAME "${ARCHIVE}.part" "${ARCHIVE}")
    else()
      file(REMOVE "${ARCHIVE}.part")
    endif()
  endif()
endfunction()

function(mbedtls_obtain DEST)
  # Without a home the archive stays in the build folder.
  set(cache "${PROJECT_SOURCE_DIR}/build/third_party")
  if(NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
    set(cache "$ENV{XDG_CACHE_HOME}/gantry")
  elseif(IS_DIRECTORY "$ENV{HOME}")
    set(cache "$ENV{HOME}/.cache/gantry")
  endif()
  set(archive "${cache}/mbedtls-${MBEDTLS_VERSION}.tar.bz2")
  file(MAKE_DIRECTORY "${cache}")
  if(EXISTS "${archive}")
    file(SHA256 "${archive}" hash)
    if(NOT hash STREQUAL MBEDTLS_SHA256)
      file(REMOVE "${archive}")
    endif()
  endif()
  mbedtls_mirrors(urls)
  foreach(url IN LISTS urls ITEMS
      "${MBEDTLS_UPSTREAM}/mbedtls-${MBEDTLS_VERSION}/mbedtls-${MBEDTLS_VERSION}.tar.bz2")
    if(NOT EXISTS "${archive}")
      mbedtls_try("${url}" "${archive}")
    endif()
  endforeach()
  if(NOT EXISTS "${archive}")
    message(FATAL_ERROR "mbedTLS ${MBEDTLS_VERSION} could not be obtained. Put mbedtls-${MBEDTLS_VERSION}.tar.bz2 "
      "(SHA-256 ${MBEDTLS_SHA256}) into ${cache}, or give -DMBEDTLS_DIR=<unpacked tree>.")
  endif()
  string(RANDOM LENGTH 8 suffix)
  file(ARCHIVE_EXTRACT INPUT "${archive}" DESTINATION "${DEST}.${suffix}"
    PATTERNS "*/include/*" "*/library/*" "*/3rdparty/*" "*/LICENSE")
  file(REMOVE_RECURSE "${DEST}")
  file(RENAME "${DEST}.${suffix}/mbedtls-${MBEDTLS_VERSION}" "${DEST}")
  file(REMOVE_RECURSE "${DEST}.${suffix}")
endfunction()

if(NOT MBEDTLS_DIR)
  set(MBEDTLS_DIR "${PROJECT_SOURCE_DIR}/build/third_party/mbedtls-${MBEDTLS_VERSION}")
  if(NOT EXISTS "${MBEDTLS_DIR}/library/sha256.c")
    message(STATUS "obtaining mbedTLS ${MBEDTLS_VERSION}")
    mbedtls_obtain("${MBEDTLS_DIR}")
  endif()
endif()
