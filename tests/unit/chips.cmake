# SPDX-License-Identifier: Apache-2.0
# Chip drivers that are plain C over memory.
add_library(gantry_mapped_flash STATIC ${PROJECT_SOURCE_DIR}/boards/chips/mapped_flash.c)
add_library(gantry::mapped_flash ALIAS gantry_mapped_flash)
target_include_directories(gantry_mapped_flash PUBLIC ${PROJECT_SOURCE_DIR}/boards/chips/include)
target_compile_options(gantry_mapped_flash PRIVATE ${GANTRY_WARNINGS})
target_link_libraries(gantry_mapped_flash PUBLIC gantry::base gantry::hil)
gantry_unit_test(NAME chips_mapped_flash_test SOURCES chips_mapped_flash_test.c DEPENDS mapped_flash)
