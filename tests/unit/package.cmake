# SPDX-License-Identifier: Apache-2.0
foreach(test package_tab_test package_elf_test package_key_test package_key_encrypt_test package_image_test package_layout_test package_tlv_test
    package_credential_test package_flash_file_test)
  gantry_unit_test(NAME ${test} SOURCES ${test}.c DEPENDS loader)
endforeach()

# Short runs of the fuzz targets that read files.
foreach(run tab:6000 elf:20000 toml:60000)
  string(REPLACE ":" ";" run ${run})
  list(GET run 0 kind)
  list(GET run 1 rounds)
  add_executable(${kind}_short_run ../fuzz/file_run.c ../fuzz/input_file.c ../fuzz/${kind}_fuzz.c)
  target_compile_options(${kind}_short_run PRIVATE ${GANTRY_WARNINGS})
  target_compile_definitions(${kind}_short_run PRIVATE _GNU_SOURCE)
  target_link_libraries(${kind}_short_run PRIVATE gantry::loader)
  add_test(NAME ${kind}_short_run
    COMMAND ${kind}_short_run ${rounds} ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${kind}_fuzz)
endforeach()
