# SPDX-License-Identifier: Apache-2.0
# Files that the host tool reads.
foreach(kind tab elf toml)
  gantry_fuzz_target(NAME ${kind}_fuzz SOURCES ${kind}_fuzz.c input_file.c DEPENDS loader)
  target_compile_definitions(${kind}_fuzz PRIVATE _GNU_SOURCE)
endforeach()
