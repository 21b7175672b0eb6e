// SPDX-License-Identifier: Apache-2.0
/* The parts of the app `drivers` that have files of their own. */
#ifndef CONFORMANCE_DRIVERS_H
#define CONFORMANCE_DRIVERS_H

/** Pins, voltages, dates, cycles; devices that are not there. */
void check_devices(void);
/** CRC, SHA, HMAC, AES. */
void check_computing(void);
/** Non-volatile storage, app flash. */
void check_storage(void);
/** The app loader. */
void check_installing(void);
/** IPC and read-only state. */
void check_sharing(void);

#endif
