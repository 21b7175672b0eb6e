# SPDX-License-Identifier: Apache-2.0
# cmake -DINPUT=rp2040_usb.c -DFAULT=toggle -DOUTPUT=x.c -P seed_fault.cmake: the driver with a fault that must be found.
file(READ "${INPUT}" source)
if(FAULT STREQUAL toggle) # packets to the host all have the same toggle
  set(right "    data1 ^= bit_of(place);\n")
  set(wrong "    data1 ^= place % 2u != 0 ? bit_of(place) : 0;\n")
elseif(FAULT STREQUAL full) # packets to the host are armed without data
  set(right "arm(place, (uint32_t)length, BUFFER_FULL)")
  set(wrong "arm(place, (uint32_t)length, 0)")
elseif(FAULT STREQUAL address) # the new address counts before the status stage has ended
  set(right "        address_waits = true;\n")
  set(wrong "        ADDRESS = value;\n")
elseif(FAULT STREQUAL stall) # a stall of endpoint 0 is not armed
  set(right "        STALL_ARM = STALL_EP0;\n")
  set(wrong "        STALL_ARM = 0;\n")
elseif(FAULT STREQUAL crossing) # a buffer is handed over in one write with what it holds
  set(right "    BUFFER_WORD(place) = word;\n    for")
  set(wrong "    for")
endif()
string(FIND "${source}" "${right}" at)
if(at EQUAL -1 OR NOT FAULT)
  message(FATAL_ERROR "there is no place for the fault '${FAULT}' in ${INPUT}")
endif()
string(REPLACE "${right}" "${wrong}" source "${source}")
file(WRITE "${OUTPUT}" "${source}")
