# SPDX-License-Identifier: Apache-2.0
# gantry_app(NAME hello SOURCES main.c [LIBC] [FLOAT] [STACK 2048] [HEAP 1024] [KERNEL_HEAP 1024] [VERSION 0]
#            [DEFINES ...] [PACK_OPTIONS ...])
#
# Builds an app of C, C++ and assembler sources, packs and signs it: APP.tab in GANTRY_APP_OUT, with the tool LOADER_CLI
# and the private key GANTRY_APP_KEY. LIBC: with the full C library. FLOAT: for processors with single-precision
# floating-point instructions (Cortex-M4F); without it floating point is computed by libgcc.
set(GANTRY_APP_OPTIONS -mthumb -Os -ffunction-sections -fdata-sections -fPIC -msingle-pic-base -mpic-register=r9
  -mno-pic-data-is-text-relative)
set(GANTRY_APP_CPU -mcpu=cortex-m3 -mfloat-abi=soft)
# The calling convention stays that of the libraries, which have no floating-point instructions.
set(GANTRY_APP_CPU_FLOAT -mcpu=cortex-m4 -mfloat-abi=softfp -mfpu=fpv4-sp-d16)
set(GANTRY_APP_CXX_OPTIONS -fno-exceptions -fno-rtti -fno-threadsafe-statics)
set(GANTRY_APP_LINKER_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/app.ld")

function(gantry_app)
  cmake_parse_arguments(ARG "LIBC;FLOAT" "NAME;STACK;HEAP;KERNEL_HEAP;VERSION" "SOURCES;PACK_OPTIONS;DEFINES" ${ARGN})
  foreach(option STACK=2048 HEAP=1024 KERNEL_HEAP=1024 VERSION=0)
    string(REGEX MATCH "^([A-Z_]+)=(.*)$" ignored ${option})
    if(NOT DEFINED ARG_${CMAKE_MATCH_1})
      set(ARG_${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
    endif()
  endforeach()
  set(cpu ${GANTRY_APP_CPU})
  if(ARG_FLOAT)
    set(cpu ${GANTRY_APP_CPU_FLOAT})
  endif()
  set(libraries gantry_app_cxx gantry_app gantry_app_minimal)
  set(language -ffreestanding -fno-builtin)
  if(ARG_LIBC)
    set(libraries gantry_app_cxx gantry_app gantry_app_picolibc $<$<BOOL:${ARG_FLOAT}>:picolibc_float> picolibc)
    set(language "")
  endif()
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  set_target_properties(${ARG_NAME} PROPERTIES OUTPUT_NAME ${ARG_NAME}.elf LINKER_LANGUAGE C)
  target_compile_options(${ARG_NAME} PRIVATE ${cpu} ${GANTRY_APP_OPTIONS}
    $<$<COMPILE_LANGUAGE:C,CXX>:${GANTRY_WARNINGS};${language}> $<$<COMPILE_LANGUAGE:CXX>:${GANTRY_APP_CXX_OPTIONS}>)
  target_compile_definitions(${ARG_NAME} PRIVATE ${ARG_DEFINES})
  # The libraries need each other. -q keeps the relocations in the ELF: `pack` turns those of .data into the table that
  # start.S reads.
  target_link_libraries(${ARG_NAME} PRIVATE -Wl,--start-group ${libraries} gcc -Wl,--end-group)
  target_link_options(${ARG_NAME} PRIVATE ${cpu} ${GANTRY_APP_OPTIONS} -nostdlib -static
    -Wl,-T,${GANTRY_APP_LINKER_SCRIPT}
    -Wl,-q,--gc-sections,--no-warn-rwx-segments,--defsym=STACK_SIZE=${ARG_STACK} -Wl,--undefined=_start)
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
