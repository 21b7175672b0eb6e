# SPDX-License-Identifier: Apache-2.0
# Sources of others, pinned by version and SHA-256.
#
# Debian's source archive is upstream's file byte for byte, so one hash covers both; which server a byte came from does
# not matter. Order: the cache, the Debian or Ubuntu mirrors that this machine's apt uses, upstream.

# Puts the addresses of a file of the pool, such as m/mbedtls/NAME, on this machine's mirrors into OUT.
function(gantry_mirrors OUT FILE)
  set(urls "")
  execute_process(COMMAND apt-get indextargets --format "$(REPO_URI) $(COMPONENT)"
    OUTPUT_VARIABLE targets ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(REPLACE "\n" ";" targets "${targets}")
  foreach(line IN LISTS targets)
    # The match that fills CMAKE_MATCH_n must come last.
    if(NOT line MATCHES "security" AND line MATCHES "^([^ ]+[^/])/? (main|universe)$")
      list(APPEND urls "${CMAKE_MATCH_1}/pool/${CMAKE_MATCH_2}/${FILE}")
    endif()
  endforeach()
  list(REMOVE_DUPLICATES urls)
  set(${OUT} ${urls} PARENT_SCOPE)
endfunction()

# Tries one address; leaves ARCHIVE only when its hash is right.
function(gantry_try URL ARCHIVE SHA256)
  if(EXISTS /usr/lib/apt/apt-helper AND NOT URL MATCHES "github")
    # apt's own downloader knows the machine's proxy and credentials.
    execute_process(COMMAND /usr/lib/apt/apt-helper -o Acquire::Retries=2 download-file
        "${URL}" "${ARCHIVE}.part" "SHA256:${SHA256}"
      OUTPUT_QUIET ERROR_QUIET)
  endif()
  if(NOT EXISTS "${ARCHIVE}.part")
    file(DOWNLOAD "${URL}" "${ARCHIVE}.part" TIMEOUT 180 INACTIVITY_TIMEOUT 15 STATUS status)
  endif()
  if(EXISTS "${ARCHIVE}.part")
    file(SHA256 "${ARCHIVE}.part" hash)
    if(hash STREQUAL SHA256)
      file(RENAME "${ARCHIVE}.part" "${ARCHIVE}")
    else()
      file(REMOVE "${ARCHIVE}.part")
    endif()
  endif()
endfunction()

# gantry_obtain(NAME mbedtls VERSION 3.6.7 SHA256 ... SUFFIX tar.bz2 POOL m/mbedtls/... UPSTREAM https://...
#               PATTERNS "*/include/*" ...)
# Sets NAME_DIR, in capitals, to the unpacked tree; -DNAME_DIR=<tree> uses one that is there already.
function(gantry_obtain)
  cmake_parse_arguments(ARG "" "NAME;VERSION;SHA256;SUFFIX;POOL;UPSTREAM" "PATTERNS" ${ARGN})
  string(TOUPPER "${ARG_NAME}_DIR" variable)
  if(${variable})
    return()
  endif()
  set(title "${ARG_NAME}-${ARG_VERSION}")
  set(tree "${PROJECT_SOURCE_DIR}/build/third_party/${title}")
  set(${variable} "${tree}" PARENT_SCOPE)
  if(IS_DIRECTORY "${tree}") # it comes into being at once, by renaming
    return()
  endif()
  message(STATUS "obtaining ${ARG_NAME} ${ARG_VERSION}")
  # Without a home the archive stays in the build folder.
  set(cache "${PROJECT_SOURCE_DIR}/build/third_party")
  if(NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
    set(cache "$ENV{XDG_CACHE_HOME}/gantry")
  elseif(IS_DIRECTORY "$ENV{HOME}")
    set(cache "$ENV{HOME}/.cache/gantry")
  endif()
  set(archive "${cache}/${title}.${ARG_SUFFIX}")
  file(MAKE_DIRECTORY "${cache}")
  if(EXISTS "${archive}")
    file(SHA256 "${archive}" hash)
    if(NOT hash STREQUAL ARG_SHA256)
      file(REMOVE "${archive}")
    endif()
  endif()
  gantry_mirrors(urls "${ARG_POOL}")
  foreach(url IN LISTS urls ITEMS "${ARG_UPSTREAM}")
    if(NOT EXISTS "${archive}")
      gantry_try("${url}" "${archive}" "${ARG_SHA256}")
    endif()
  endforeach()
  if(NOT EXISTS "${archive}")
    message(FATAL_ERROR "${ARG_NAME} ${ARG_VERSION} could not be obtained. Put ${title}.${ARG_SUFFIX} "
      "(SHA-256 ${ARG_SHA256}) into ${cache}, or give -D${variable}=<unpacked tree>.")
  endif()
  string(RANDOM LENGTH 8 suffix)
  file(ARCHIVE_EXTRACT INPUT "${archive}" DESTINATION "${tree}.${suffix}" PATTERNS ${ARG_PATTERNS})
  file(RENAME "${tree}.${suffix}/${title}" "${tree}")
  file(REMOVE_RECURSE "${tree}.${suffix}")
endfunction()
