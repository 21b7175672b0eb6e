# SPDX-License-Identifier: Apache-2.0
# gantry_app(NAME hello SOURCES main.c [STACK 2048] [HEAP 1024] [KERNEL_HEAP 1024] [VERSION 0] [PACK_OPTIONS ...])
#
# Builds an app and packs and signs it: APP.tab in GANTRY_APP_OUT, with the tool LOADER_CLI and the private key
# GANTRY_APP_KEY.
set(GANTRY_APP_OPTIONS -mcpu=cortex-m3 -mthumb -mfloat-abi=soft -Os -ffreestanding -fno-builtin -ffunction-sections
  -fdata-sections -fPIC -msingle-pic-base -mpic-register=r9 -mno-pic-data-is-text-relative)
set(GANTRY_APP_LINKER_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/app.ld")

function(gantry_app)
  cmake_parse_arguments(ARG "" "NAME;STACK;HEAP;KERNEL_HEAP;VERSION" "SOURCES;PACK_OPTIONS;DEFINES" ${ARGN})
  foreach(option STACK=2048 HEAP=1024 KERNEL_HEAP=1024 VERSION=0)
    string(REGEX MATCH "^([A-Z_]+)=(.*)$" ignored ${option})
    if(NOT DEFINED ARG_${CMAKE_MATCH_1})
      set(ARG_${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
    endif()
  endforeach()
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  set_target_properties(${ARG_NAME} PROPERTIES OUTPUT_NAME ${ARG_NAME}.elf)
  target_link_libraries(${ARG_NAME} PRIVATE gantry_app)
  target_compile_options(${ARG_NAME} PRIVATE ${GANTRY_WARNINGS})
  target_compile_definitions(${ARG_NAME} PRIVATE ${ARG_DEFINES})
  # -q keeps the relocations in the ELF: `pack` turns those of .data into the table that start.S reads.
  target_link_options(${ARG_NAME} PRIVATE ${GANTRY_APP_OPTIONS} -nostdlib -static -Wl,-T,${GANTRY_APP_LINKER_SCRIPT}
    -Wl,-q,--gc-sections,--no-warn-rwx-segments,--defsym=STACK_SIZE=${ARG_STACK} -Wl,--undefined=_start)
  target_link_libraries(${ARG_NAME} PRIVATE gcc)
  set_target_properties(${ARG_NAME} PROPERTIES LINK_DEPENDS ${GANTRY_APP_LINKER_SCRIPT})
  set(tab ${GANTRY_APP_OUT}/${ARG_NAME}.tab)
  add_custom_command(OUTPUT ${tab}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${GANTRY_APP_OUT}
    COMMAND ${LOADER_CLI} --quiet pack $<TARGET_FILE:${ARG_NAME}> --name ${ARG_NAME} --app-heap ${ARG_HEAP}
      --kernel-heap ${ARG_KERNEL_HEAP} --app-version ${ARG_VERSION} ${ARG_PACK_OPTIONS} --key ${GANTRY_APP_KEY} -o ${tab}
    DEPENDS ${ARG_NAME} ${LOADER_CLI} ${GANTRY_APP_KEY} VERBATIM)
  add_custom_target(${ARG_NAME}_tab ALL DEPENDS ${tab})
endfunction()

# gantry_embed(installer hello guest): the object in hello.tab as `const uint8_t guest[]` and
# `const uint32_t guest_size` in the app installer.
set(GANTRY_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/embed.cmake")
function(gantry_embed INTO APP SYMBOL)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${INTO}.${SYMBOL}.c)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DTAB=${GANTRY_APP_OUT}/${APP}.tab -DSYMBOL=${SYMBOL} -DOUTPUT=${output}
      -P ${GANTRY_EMBED_SCRIPT}
    DEPENDS ${GANTRY_APP_OUT}/${APP}.tab ${GANTRY_EMBED_SCRIPT} VERBATIM)
  target_sources(${INTO} PRIVATE ${output})
endfunction()
