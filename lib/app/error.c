// SPDX-License-Identifier: Apache-2.0
#include <gantry/syscall.h>

const char *syscall_error_name(enum abi_error error)
{
    static const char names[][12] = {
        "OK",   "FAIL",   "BUSY",  "ALREADY",   "OFF",      "RESERVE",     "INVAL",
        "SIZE", "CANCEL", "NOMEM", "NOSUPPORT", "NODEVICE", "UNINSTALLED", "NOACK",
    };

    return (uint32_t)error < sizeof names / sizeof names[0] ? names[error] : "?";
}
