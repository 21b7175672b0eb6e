# SPDX-License-Identifier: Apache-2.0
# The very sources of lib/app that need no processor, under other names than the host's C library has. Builtins are off,
# so that the compiler does not make a loop of memset() a call of memset().
set(names malloc calloc realloc free memcpy memmove memset memcmp strlen strcmp strncmp strchr printf vprintf snprintf
  vsnprintf)
list(TRANSFORM names REPLACE "(.+)" "\\1=app_\\1" OUTPUT_VARIABLE renamed)
add_library(gantry_app_host OBJECT ${PROJECT_SOURCE_DIR}/lib/app/format.c ${PROJECT_SOURCE_DIR}/lib/app/malloc.c
  ${PROJECT_SOURCE_DIR}/lib/app/memory.c
  ${PROJECT_SOURCE_DIR}/lib/app/string.c)
target_include_directories(gantry_app_host PRIVATE ${PROJECT_SOURCE_DIR}/lib/app/include)
target_compile_definitions(gantry_app_host PRIVATE ${renamed})
target_compile_options(gantry_app_host PRIVATE ${GANTRY_WARNINGS} -fno-builtin)
target_link_libraries(gantry_app_host PRIVATE gantry::abi)
foreach(test app_format_test app_malloc_test app_string_test)
  gantry_unit_test(NAME ${test} SOURCES ${test}.c app_kernel.c DEPENDS abi)
  target_link_libraries(${test} PRIVATE gantry_app_host)
endforeach()

# And those that ask the kernel, with a kernel of the tests' own.
add_library(gantry_app_calls_host OBJECT)
foreach(source alarm console device process timer)
  target_sources(gantry_app_calls_host PRIVATE ${PROJECT_SOURCE_DIR}/lib/app/${source}.c)
endforeach()
target_include_directories(gantry_app_calls_host PUBLIC ${PROJECT_SOURCE_DIR}/lib/app/include)
target_compile_options(gantry_app_calls_host PRIVATE ${GANTRY_WARNINGS})
target_link_libraries(gantry_app_calls_host PUBLIC gantry::abi)
foreach(test app_timer_test app_call_test)
  gantry_unit_test(NAME ${test} SOURCES ${test}.c app_board.c DEPENDS abi)
  target_link_libraries(${test} PRIVATE gantry_app_calls_host)
endforeach()
