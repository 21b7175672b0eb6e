# SPDX-License-Identifier: Apache-2.0
foreach(test link_frame_test link_session_test link_console_test link_transfer_test link_host_test link_upload_test
    link_rate_test link_vector_test)
  gantry_unit_test(NAME ${test} SOURCES ${test}.c DEPENDS link)
endforeach()
