// SPDX-License-Identifier: Apache-2.0
/*
 * Numbers of the Tock 2.x system-call interface (TRD 104). The kernel and lib/app share them.
 */
#ifndef ABI_SYSCALL_H
#define ABI_SYSCALL_H

/* Classes: the immediate of the SVC instruction on Arm, register a4 on RISC-V (TRD 104, 3). */
enum abi_class {
    ABI_YIELD = 0,
    ABI_SUBSCRIBE = 1,
    ABI_COMMAND = 2,
    ABI_ALLOW_RW = 3,
    ABI_ALLOW_RO = 4,
    ABI_MEMOP = 5,
    ABI_EXIT = 6,
    ABI_ALLOW_UR = 7, /* userspace-readable allow */
    ABI_CLASS_COUNT = 8
};

/* Return variants, in register 0 (TRD 104, 3.2). */
enum abi_return {
    ABI_FAILURE = 0,
    ABI_FAILURE_U32 = 1,
    ABI_FAILURE_2_U32 = 2,
    ABI_FAILURE_U64 = 3,
    ABI_SUCCESS = 128,
    ABI_SUCCESS_U32 = 129,
    ABI_SUCCESS_2_U32 = 130,
    ABI_SUCCESS_U64 = 131,
    ABI_SUCCESS_3_U32 = 132,
    ABI_SUCCESS_U32_U64 = 133
};

/* Error codes, in register 1 and in the status words of upcalls (TRD 104, 3.3). */
enum abi_error {
    ABI_OK = 0, /* status words of upcalls only */
    ABI_FAIL = 1,
    ABI_BUSY = 2,
    ABI_ALREADY = 3,
    ABI_OFF = 4,
    ABI_RESERVE = 5,
    ABI_INVAL = 6,
    ABI_SIZE = 7,
    ABI_CANCEL = 8,
    ABI_NOMEM = 9,
    ABI_NOSUPPORT = 10,
    ABI_NODEVICE = 11,
    ABI_UNINSTALLED = 12,
    ABI_NOACK = 13,
    ABI_BADRVAL = 1024 /* userspace only: the kernel answered with an unexpected variant */
};

/* Yield, register 0 (TRD 104, 4.1). */
enum abi_yield { ABI_YIELD_NO_WAIT = 0, ABI_YIELD_WAIT = 1, ABI_YIELD_WAIT_FOR = 2 };

/* Memop, register 0 (TRD 104, 4.6). */
enum abi_memop {
    ABI_MEMOP_BRK = 0,
    ABI_MEMOP_SBRK = 1,
    ABI_MEMOP_MEMORY_START = 2,
    ABI_MEMOP_MEMORY_END = 3,
    ABI_MEMOP_FLASH_START = 4,
    ABI_MEMOP_FLASH_END = 5,
    ABI_MEMOP_GRANT_START = 6,
    ABI_MEMOP_WRITEABLE_COUNT = 7,
    ABI_MEMOP_WRITEABLE_START = 8,
    ABI_MEMOP_WRITEABLE_END = 9,
    ABI_MEMOP_STACK_TOP = 10,
    ABI_MEMOP_HEAP_START = 11
};

/* Exit, register 0 (TRD 104, 4.7). */
enum abi_exit { ABI_EXIT_TERMINATE = 0, ABI_EXIT_RESTART = 1 };

#endif
