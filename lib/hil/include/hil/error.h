// SPDX-License-Identifier: Apache-2.0
/* Errors of drivers; the scheme is in base/error.h. */
#ifndef HIL_ERROR_H
#define HIL_ERROR_H

enum hil_error {
    HIL_OK = 0,
    HIL_E_BUSY = -600,       /* an operation is still running */
    HIL_E_ADDRESS = -601,    /* outside the device, or not aligned as it asks */
    HIL_E_PROTECTED = -602,  /* this range may not be changed by the caller */
    HIL_E_NOT_ERASED = -603, /* programming would have to set bits that only an erasure sets */
    HIL_E_IO = -604,         /* the device reported a failure */
    HIL_E_UNSUPPORTED = -605 /* this device cannot do that */
};

/** The name of a driver error, such as "HIL_E_BUSY"; NULL when the number is not one of them. */
const char *hil_error_name(int error);
/** A sentence for people; NULL when the number is not one of them. */
const char *hil_error_text(int error);

#endif
