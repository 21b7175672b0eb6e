// SPDX-License-Identifier: Apache-2.0
/*
 * An app that brings another one with it, signed, and installs it: in small parts, as they would
 * arrive from a radio. Its own key must be one that may install.
 */
#include <gantry/alarm.h>
#include <gantry/app_loader.h>
#include <gantry/console.h>

/* Between two steps; for whoever wants to watch. */
#ifndef PAUSE_MS
#define PAUSE_MS 0
#endif

enum { PART = 512, RETRY_MS = 20 };

/* The build embeds it (apps/CMakeLists.txt). */
extern const uint8_t guest[];
extern const uint32_t guest_size;

static void step(const char *what)
{
    printf("installer: %s\r\n", what);
    if (PAUSE_MS != 0) {
        alarm_sleep_ms(PAUSE_MS);
    }
}

static enum abi_error write_all(void)
{
    enum abi_error error = ABI_OK;

    for (uint32_t at = 0; at < guest_size && error == ABI_OK; at += PART) {
        uint32_t left = guest_size - at;

        error = app_loader_write(at, guest + at, left < PART ? left : PART);
        if (PAUSE_MS != 0) {
            printf("installer: %lu of %lu bytes\r\n", (unsigned long)at, (unsigned long)guest_size);
            alarm_sleep_ms(PAUSE_MS);
        }
    }
    return error;
}

static enum abi_error install(void)
{
    enum abi_error error;

    /* Busy: while the host that brought this app is not quite done, or another app installs. */
    while ((error = app_loader_setup(guest_size)) == ABI_BUSY) {
        alarm_sleep_ms(RETRY_MS);
    }
    if (error != ABI_OK) {
        return error;
    }
    step("set up");
    error = write_all();
    error = error != ABI_OK ? error : app_loader_finalize();
    if (error != ABI_OK) {
        (void)app_loader_abort();
        return error;
    }
    step("finalized");
    return app_loader_load();
}

int main(void)
{
    enum abi_error error = install();

    printf("installer: %s\r\n", error == ABI_OK ? "done" : syscall_error_name(error));
    return (int)error;
}
