# SPDX-License-Identifier: Apache-2.0
# How every library and unit test of Gantry is declared.

# Warnings that all of Gantry's own code compiles without.
set(GANTRY_WARNINGS -Wall -Wextra -Wconversion -Wshadow -Werror)

# gantry_library(NAME base SOURCES a.c b.c [DEPENDS tbf ...] [PRIVATE_DEPENDS ...])
# Makes the static library gantry_NAME, alias gantry::NAME, with include/ as its only public include path, so that
# a library sees the headers of those it names and of no others.
function(gantry_library)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(gantry_${ARG_NAME} STATIC ${ARG_SOURCES})
  add_library(gantry::${ARG_NAME} ALIAS gantry_${ARG_NAME})
  target_include_directories(gantry_${ARG_NAME} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/include)
  target_compile_options(gantry_${ARG_NAME} PRIVATE ${GANTRY_WARNINGS})
  list(TRANSFORM ARG_DEPENDS PREPEND gantry::)
  list(TRANSFORM ARG_PRIVATE_DEPENDS PREPEND gantry::)
  target_link_libraries(gantry_${ARG_NAME} PUBLIC ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE_DEPENDS})
endfunction()

# gantry_headers(NAME hil) : a library of headers alone.
function(gantry_headers)
  cmake_parse_arguments(ARG "" "NAME" "DEPENDS" ${ARGN})
  add_library(gantry_${ARG_NAME} INTERFACE)
  add_library(gantry::${ARG_NAME} ALIAS gantry_${ARG_NAME})
  target_include_directories(gantry_${ARG_NAME} INTERFACE ${CMAKE_CURRENT_SOURCE_DIR}/include)
  list(TRANSFORM ARG_DEPENDS PREPEND gantry::)
  target_link_libraries(gantry_${ARG_NAME} INTERFACE ${ARG_DEPENDS})
endfunction()

# gantry_unit_test(NAME base_crc32_test SOURCES base_crc32_test.c DEPENDS base [DEFINES X=1] [ARGS ...])
# One cmocka program = one ctest test.
function(gantry_unit_test)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPENDS;DEFINES;ARGS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_compile_options(${ARG_NAME} PRIVATE ${GANTRY_WARNINGS})
  target_compile_definitions(${ARG_NAME} PRIVATE ${ARG_DEFINES} GANTRY_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  list(TRANSFORM ARG_DEPENDS PREPEND gantry::)
  target_link_libraries(${ARG_NAME} PRIVATE ${ARG_DEPENDS} PkgConfig::CMOCKA)
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME} ${ARG_ARGS})
endfunction()

# gantry_fuzz_target(NAME tbf_header_fuzz SOURCES tbf_header_fuzz.c DEPENDS tbf) : a libFuzzer program.
function(gantry_fuzz_target)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  list(TRANSFORM ARG_DEPENDS PREPEND gantry::)
  target_link_libraries(${ARG_NAME} PRIVATE ${ARG_DEPENDS})
  target_link_options(${ARG_NAME} PRIVATE -fsanitize=fuzzer)
  target_compile_options(${ARG_NAME} PRIVATE ${GANTRY_WARNINGS})
  set_property(GLOBAL APPEND PROPERTY GANTRY_FUZZ_TARGETS ${ARG_NAME})
endfunction()
