# SPDX-License-Identifier: Apache-2.0
# Images of a board: a board's CMakeLists.txt includes this first. They land in the folder `out`.
set(out ${GANTRY_OUT}/boards/${GANTRY_BOARD})
file(MAKE_DIRECTORY ${out})
set(common ${PROJECT_SOURCE_DIR}/boards/common)

# linker_script(NAME INPUT DEFINITIONS...): runs a linker script through the preprocessor.
function(linker_script NAME INPUT)
  add_custom_command(OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${NAME}
    COMMAND ${CMAKE_C_COMPILER} -E -P -x c ${ARGN} -I ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/${INPUT}
      -o ${CMAKE_CURRENT_BINARY_DIR}/${NAME}
    DEPENDS ${INPUT} sections.ld.in memory_map.h VERBATIM)
  add_custom_target(${NAME}_script DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/${NAME})
endfunction()

# firmware(NAME SCRIPT LIBRARIES...): links one image.
function(firmware NAME SCRIPT)
  add_dependencies(${NAME} ${SCRIPT}_script)
  set_target_properties(${NAME} PROPERTIES OUTPUT_NAME ${NAME}.elf RUNTIME_OUTPUT_DIRECTORY ${out}
    LINK_DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/${SCRIPT})
  target_include_directories(${NAME} PRIVATE ${common} ${CMAKE_CURRENT_SOURCE_DIR})
  target_compile_options(${NAME} PRIVATE $<$<COMPILE_LANGUAGE:C>:${GANTRY_WARNINGS}>)
  # Sections as where it was compiled: the verifier's block has one of its own (sections.ld.in).
  target_link_options(${NAME} PRIVATE -flto-partition=none -mcpu=${GANTRY_CPU} -mthumb -mfloat-abi=soft -nostartfiles
    -ffunction-sections -fdata-sections -Wl,-T,${CMAKE_CURRENT_BINARY_DIR}/${SCRIPT}
    -Wl,--gc-sections,--no-warn-rwx-segments,-Map=${out}/${NAME}.map)
  target_link_libraries(${NAME} PRIVATE ${ARGN})
endfunction()

# kernel(NAME SCRIPT [LIBRARIES...]): links a kernel.
function(kernel NAME SCRIPT)
  firmware(${NAME} ${SCRIPT} kernel_service kernel_load kernel_capsules kernel_core kernel_scheduler kernel_arch chips
    ${ARGN} gantry::crypto)
endfunction()

# bootloader(NAME SCRIPT [LIBRARIES...]): links a bootloader.
function(bootloader NAME SCRIPT)
  firmware(${NAME} ${SCRIPT} bootloader_core chips ${ARGN} gantry::link gantry::store gantry::tbf)
  target_compile_options(${NAME} PRIVATE $<$<COMPILE_LANGUAGE:C>:-std=gnu11>)
endfunction()

# kernel_image(NAME KERNELS...): one signed image of them, one for each slot, which `loader-cli kernel` takes.
function(kernel_image NAME)
  list(TRANSFORM ARGN PREPEND ${out}/ OUTPUT_VARIABLE elves)
  list(TRANSFORM elves APPEND .elf)
  add_custom_command(OUTPUT ${out}/${NAME}.img
    COMMAND ${LOADER_CLI} --quiet pack --kernel --board ${GANTRY_BOARD} --name gantry --app-version 1
      --key ${GANTRY_KEYS}/dev-kernel.pem -o ${out}/${NAME}.img ${elves}
    DEPENDS ${ARGN} ${LOADER_CLI} ${GANTRY_KEYS}/dev-kernel.pem VERBATIM)
  string(REPLACE - _ target ${NAME})
  add_custom_target(${target}_image ALL DEPENDS ${out}/${NAME}.img)
endfunction()
