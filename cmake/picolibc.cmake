# SPDX-License-Identifier: Apache-2.0
# A full C library for apps: picolibc's sources, built position-independent. Archives of distributions are not.
set(PICOLIBC_VERSION 1.8.10)
gantry_obtain(NAME picolibc VERSION ${PICOLIBC_VERSION} SUFFIX tar.gz
  SHA256 d1fc2a20f217472f8d9da084a519a25678e8d91852a41c7f3f1840d3508f7163
  POOL p/picolibc/picolibc_${PICOLIBC_VERSION}.orig.tar.gz
  UPSTREAM https://github.com/picolibc/picolibc/archive/refs/tags/${PICOLIBC_VERSION}.tar.gz
  PATTERNS "*/picolibc.h.in" "*/COPYING.*" "*/newlib/libc/*" "*/newlib/libm/*")

# What picolibc.h.in asks for. An app is one thread: errno is a plain variable, and nothing is locked.
set(__GLOBAL_ERRNO 1)
set(__SINGLE_THREAD 1)
set(__TINY_STDIO 1)
set(__PREFER_SIZE_OVER_SPEED 1)
set(__IO_C99_FORMATS 1)
set(__IO_LONG_LONG 1)
set(__IO_FLOAT 1)
set(__IO_FLOAT_EXACT 1)
set(__IO_SMALL_ULTOA 1)
set(__IO_DEFAULT d)
set(__IEEE_LIBM 1)
set(__OBSOLETE_MATH_FLOAT 1)
set(__OBSOLETE_MATH_DOUBLE 1)
set(__INIT_FINI_ARRAY 1)
set(__PICO_EXIT 1)
set(__NANO_MALLOC 1)
set(__ELIX_LEVEL 4)
set(__HAVE_BITFIELDS_IN_PACKED_STRUCTS 1)
set(__HAVE_CC_INHIBIT_LOOP_TO_LIBCALL 1)
set(__HAVE_COMPLEX 1)
set(NEWLIB_VERSION 4.3.0)
set(NEWLIB_MAJOR 4)
set(NEWLIB_MINOR 3)
set(NEWLIB_PATCH 0)
configure_file("${PICOLIBC_DIR}/picolibc.h.in" "${CMAKE_BINARY_DIR}/picolibc/picolibc.h")

# The lists of sources are picolibc's own. Files, databases, and streams of wide characters are left out; of two sources
# with one name the processor's is taken.
set(sources "")
set(names "")
foreach(folder libc/machine/arm libc/ctype libc/errno libc/locale libc/misc libc/search libc/signal libc/stdlib libc/string
    libc/time libc/tinystdio libm/math libm/common)
  file(STRINGS "${PICOLIBC_DIR}/newlib/${folder}/CMakeLists.txt" listed REGEX "^ +[A-Za-z0-9_-]+\\.[cS]$")
  list(TRANSFORM listed STRIP)
  list(FILTER listed EXCLUDE REGEX "^(posixiob_|mktemp|tmp|hash|hcreate|ndbm|system|(atod|atof|dtoa|ftoa)_engine)")
  list(FILTER listed EXCLUDE REGEX "wprintf|wscanf|wchar|[ft]wc|[ft]ws|wide|wstrget")
  foreach(source IN LISTS listed)
    get_filename_component(name "${source}" NAME_WE)
    if(folder STREQUAL "libc/machine/arm" OR NOT name IN_LIST processor)
      list(APPEND sources "${PICOLIBC_DIR}/newlib/${folder}/${source}")
      list(APPEND names "${name}")
    endif()
  endforeach()
  if(folder STREQUAL "libc/machine/arm")
    set(processor ${names})
  endif()
endforeach()
list(REMOVE_DUPLICATES sources)

add_library(picolibc STATIC EXCLUDE_FROM_ALL ${sources})
target_include_directories(picolibc SYSTEM PUBLIC "${CMAKE_BINARY_DIR}/picolibc" "${PICOLIBC_DIR}/newlib/libc/tinystdio"
  "${PICOLIBC_DIR}/newlib/libc/machine/arm" "${PICOLIBC_DIR}/newlib/libc/include")
target_include_directories(picolibc PRIVATE "${PICOLIBC_DIR}/newlib/libc/locale" "${PICOLIBC_DIR}/newlib/libm/common")
target_compile_definitions(picolibc PRIVATE _LIBC)
# -fno-builtin: no loop of memset() becomes a call of memset().
target_compile_options(picolibc PRIVATE ${GANTRY_APP_CPU} ${GANTRY_APP_OPTIONS} $<$<COMPILE_LANGUAGE:C>:-std=gnu18> -fno-builtin -fno-common
  -frounding-math -fsignaling-nans -w)

# For apps with floating-point registers: these, too, are what setjmp() keeps. The linker finds it here first.
add_library(picolibc_float STATIC EXCLUDE_FROM_ALL "${PICOLIBC_DIR}/newlib/libc/machine/arm/setjmp.S")
target_link_libraries(picolibc_float PUBLIC picolibc)
target_compile_options(picolibc_float PRIVATE ${GANTRY_APP_CPU_FLOAT} ${GANTRY_APP_OPTIONS})
