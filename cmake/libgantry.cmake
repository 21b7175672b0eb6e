# SPDX-License-Identifier: Apache-2.0
# libgantry as others use it: a shared library that gives out what libgantry.map names, a static one whose other symbols
# are local too, headers, and gantry.pc. `cmake --install build/obj/host --component libgantry --prefix ...` installs them.
include(GNUInstallDirs)

set(map ${CMAKE_CURRENT_SOURCE_DIR}/libgantry.map)
add_library(gantry SHARED $<TARGET_OBJECTS:gantry_objects>)
target_link_libraries(gantry PRIVATE ${core_needs})
target_link_options(gantry PRIVATE -Wl,--version-script=${map} -Wl,--no-undefined -Wl,--gc-sections)
set_target_properties(gantry PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR} LINK_DEPENDS ${map}
  LIBRARY_OUTPUT_DIRECTORY ${GANTRY_OUT}/lib)

# One object with all that it is made of, so that no name of ours, or of what is built into it, can meet another of the
# program that it is linked to.
set(static ${GANTRY_OUT}/lib/libgantry.a)
set(parts)
foreach(part tbf trust base kv link store hil)
  list(APPEND parts $<TARGET_FILE:gantry_${part}>)
endforeach()
set(whole ${CMAKE_CURRENT_BINARY_DIR}/libgantry.o)
add_custom_command(OUTPUT ${static}
  COMMAND ${CMAKE_LINKER} -r -o ${whole} --whole-archive $<TARGET_FILE:gantry_core> --no-whole-archive
    --start-group ${parts} $<TARGET_FILE:mbedtls_host> --end-group
  COMMAND ${CMAKE_OBJCOPY} --wildcard --keep-global-symbol=gantry_* ${whole}
  COMMAND ${CMAKE_COMMAND} -E rm -f ${static}
  COMMAND ${CMAKE_AR} qcD ${static} ${whole}
  DEPENDS gantry_core ${parts} mbedtls_host VERBATIM)
add_custom_target(gantry_static ALL DEPENDS ${static})

file(RELATIVE_PATH GANTRY_INCLUDE_FROM_LIB ${CMAKE_INSTALL_FULL_LIBDIR} ${CMAKE_INSTALL_FULL_INCLUDEDIR})
configure_file(gantry.pc.in ${CMAKE_CURRENT_BINARY_DIR}/gantry.pc @ONLY)

install(TARGETS gantry LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT libgantry NAMELINK_COMPONENT libgantry)
install(FILES ${static} DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT libgantry)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/gantry.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT libgantry)
install(DIRECTORY include/gantry DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT libgantry)
