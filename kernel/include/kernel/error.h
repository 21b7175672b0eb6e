// SPDX-License-Identifier: Apache-2.0
/* Errors of the kernel; the scheme is in base/error.h. */
#ifndef KERNEL_ERROR_H
#define KERNEL_ERROR_H

enum kernel_error {
    KERNEL_OK = 0,
    KERNEL_E_SLOTS = -500,   /* the process table is full */
    KERNEL_E_RAM = -501,     /* no block of RAM that is large enough */
    KERNEL_E_REGION = -502,  /* the protection unit cannot cover the app's flash */
    KERNEL_E_ADDRESS = -503, /* the fixed address that the app asks for cannot be had */
    KERNEL_E_STATE = -504,   /* not possible in the process's state */
    KERNEL_E_BUSY = -505,    /* the verifier or loader has a job already */
    KERNEL_E_FAULT = -506    /* the verifier faulted */
};

#endif
