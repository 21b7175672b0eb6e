# SPDX-License-Identifier: Apache-2.0
foreach(test package_tab_test package_elf_test package_key_test package_image_test package_layout_test package_tlv_test
    package_credential_test package_flash_file_test)
  gantry_unit_test(NAME ${test} SOURCES ${test}.c DEPENDS loader)
endforeach()
