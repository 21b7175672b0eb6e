# SPDX-License-Identifier: Apache-2.0
# gantry_app(NAME hello SOURCES main.c [LIBC] [FLOAT] [STACK 2048] [HEAP 1024] [KERNEL_HEAP 1024] [VERSION 0]
#            [DEFINES ...] [OPTIONS ...] [PACK_OPTIONS ...] [NO_M0])
#
# Builds an app of C, C++ and assembler sources, packs and signs it: APP.tab in GANTRY_APP_OUT, with the tool LOADER_CLI
# and the private key GANTRY_APP_KEY. The package has code for Armv7-M and for Armv6-M (Cortex-M0+); with NO_M0, LIBC or
# FLOAT for Armv7-M alone. LIBC: with the full C library. FLOAT: for processors with single-precision floating-point
# instructions (Cortex-M4F); without it floating point is computed by libgcc.
set(GANTRY_APP_OPTIONS -mthumb -Os -ffunction-sections -fdata-sections -fPIC -msingle-pic-base -mpic-register=r9
  -mno-pic-data-is-text-relative)
set(GANTRY_APP_CPU -mcpu=cortex-m3 -mfloat-abi=soft)
set(GANTRY_APP_CPU_M0 -mcpu=cortex-m0 -mfloat-abi=soft)
# The calling convention stays that of the libraries, which have no floating-point instructions.
set(GANTRY_APP_CPU_FLOAT -mcpu=cortex-m4 -mfloat-abi=softfp -mfpu=fpv4-sp-d16)
set(GANTRY_APP_CXX_OPTIONS -fno-exceptions -fno-rtti -fno-threadsafe-statics)
set(GANTRY_APP_LINKER_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/app.ld")

# One executable: gantry_app()'s arguments in ARG_, TARGET, its processor, the suffix of its libraries.
macro(gantry_app_executable TARGET SUFFIX)
  set(libraries gantry_app_cxx${SUFFIX} gantry_app${SUFFIX} gantry_app_minimal${SUFFIX})
  set(language -ffreestanding -fno-builtin)
  if(ARG_LIBC)
    set(libraries gantry_app_cxx gantry_app gantry_app_picolibc $<$<BOOL:${ARG_FLOAT}>:picolibc_float> picolibc)
    set(language "")
  endif()
  add_executable(${TARGET} ${ARG_SOURCES})
  set_target_properties(${TARGET} PROPERTIES OUTPUT_NAME ${TARGET}.elf LINKER_LANGUAGE C)
  target_compile_options(${TARGET} PRIVATE ${ARGN} ${GANTRY_APP_OPTIONS}
    $<$<COMPILE_LANGUAGE:C,CXX>:${GANTRY_WARNINGS};${language}> $<$<COMPILE_LANGUAGE:CXX>:${GANTRY_APP_CXX_OPTIONS}>
    ${ARG_OPTIONS})
  target_compile_definitions(${TARGET} PRIVATE ${ARG_DEFINES})
  # The libraries need each other. -q keeps the relocations in the ELF: `pack` turns those of .data into the table that
  # start.S reads.
  target_link_libraries(${TARGET} PRIVATE -Wl,--start-group ${libraries} gcc -Wl,--end-group)
  target_link_options(${TARGET} PRIVATE ${ARGN} ${GANTRY_APP_OPTIONS} -nostdlib -static
    -Wl,-T,${GANTRY_APP_LINKER_SCRIPT}
    -Wl,-q,--gc-sections,--no-warn-rwx-segments,--defsym=STACK_SIZE=${ARG_STACK} -Wl,--undefined=_start)
  set_target_properties(${TARGET} PROPERTIES LINK_DEPENDS ${GANTRY_APP_LINKER_SCRIPT})
endmacro()

function(gantry_app)
  cmake_parse_arguments(ARG "LIBC;FLOAT;NO_M0" "NAME;STACK;HEAP;KERNEL_HEAP;VERSION" "SOURCES;PACK_OPTIONS;DEFINES;OPTIONS"
    ${ARGN})
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
  gantry_app_executable(${ARG_NAME} "" ${cpu})
  set(targets ${ARG_NAME})
  set(members $<TARGET_FILE:${ARG_NAME}>)
  if(NOT (ARG_LIBC OR ARG_FLOAT OR ARG_NO_M0))
    gantry_app_executable(${ARG_NAME}_m0 _m0 ${GANTRY_APP_CPU_M0})
    list(APPEND targets ${ARG_NAME}_m0)
    list(APPEND members $<TARGET_FILE:${ARG_NAME}_m0>,cortex-m0)
  endif()
  set(tab ${GANTRY_APP_OUT}/${ARG_NAME}.tab)
  add_custom_command(OUTPUT ${tab}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${GANTRY_APP_OUT}
    COMMAND ${LOADER_CLI} --quiet pack ${members} --name ${ARG_NAME} --app-heap ${ARG_HEAP}
      --kernel-heap ${ARG_KERNEL_HEAP} --app-version ${ARG_VERSION} ${ARG_PACK_OPTIONS} --key ${GANTRY_APP_KEY} -o ${tab}
    DEPENDS ${targets} ${LOADER_CLI} ${GANTRY_APP_KEY} VERBATIM)
  add_custom_target(${ARG_NAME}_tab ALL DEPENDS ${tab})
endfunction()

# gantry_embed(installer hello guest): the object in hello.tab as `const uint8_t guest[]` and
# `const uint32_t guest_size` in the app installer, for each processor that of its own.
set(GANTRY_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/embed.cmake")
function(gantry_embed INTO APP SYMBOL)
  foreach(pair ${INTO}:cortex-m3 ${INTO}_m0:cortex-m0)
    string(REPLACE ":" ";" pair ${pair})
    list(GET pair 0 target)
    list(GET pair 1 member)
    if(TARGET ${target})
      set(output ${CMAKE_CURRENT_BINARY_DIR}/${target}.${SYMBOL}.c)
      add_custom_command(OUTPUT ${output}
        COMMAND ${CMAKE_COMMAND} -DTAB=${GANTRY_APP_OUT}/${APP}.tab -DMEMBER=${member}.tbf -DSYMBOL=${SYMBOL}
          -DOUTPUT=${output} -P ${GANTRY_EMBED_SCRIPT}
        DEPENDS ${GANTRY_APP_OUT}/${APP}.tab ${GANTRY_EMBED_SCRIPT} VERBATIM)
      target_sources(${target} PRIVATE ${output})
    endif()
  endforeach()
endfunction()
