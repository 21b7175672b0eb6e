/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The handle of libgantry: what all other calls are made with, what becomes of errors, and what the
 * library tells while it works.
 *
 * Errors. A function that can fail answers an enum gantry_error. Its number is for programs, and
 * stays; gantry_message() has a sentence for people about what went wrong and with what, and
 * gantry_hint() what to do about it. Names that come from files and devices are in these texts in a
 * form that is fit to print.
 *
 * Ownership. What a function gives out through a pointer to a pointer belongs to the caller, who
 * frees it with the function named there. What a function answers as a pointer to const belongs to
 * the library, and is valid as long as its description says. The library keeps no pointer that it
 * was given, but for those of gantry_on_...().
 *
 * Threads. One handle, and what was made with it, is used in one thread at a time, only
 * gantry_cancel() may be called from anywhere. Handles have nothing in common: several of them may
 * work at once, each in its own thread. The library has no variables that a call changes, but for
 * the signal mask that each thread gets back when a file has been moved into place; it installs no
 * signal handlers and prints nothing. Of the environment it reads XDG_RUNTIME_DIR, XDG_STATE_HOME,
 * HOME and GANTRY_EMU_DIR, and PATH for the servers of debug probes: while a call is under way, no
 * thread may change it (as for getenv()).
 *
 * Versions. What is here stays within one major version: functions and constants are added, and
 * structures that the library gives out grow at their end. Version 0 may still change; the name of
 * the shared library has its number.
 */
#ifndef GANTRY_CONTEXT_H
#define GANTRY_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32) && defined(GANTRY_SHARED)
#define GANTRY_API __declspec(dllimport)
#elif defined(__GNUC__)
#define GANTRY_API __attribute__((visibility("default")))
#else
#define GANTRY_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** The version of these headers. */
#define GANTRY_VERSION_MAJOR 0
#define GANTRY_VERSION_MINOR 1
#define GANTRY_VERSION_PATCH 0

/** What came of a call; also the exit codes of loader-cli. */
enum gantry_error {
    GANTRY_OK = 0,
    GANTRY_FAILED = 1,     /* bad file, wrong architecture, the device said no */
    GANTRY_USAGE = 2,      /* an argument is not what it has to be */
    GANTRY_NOTHING = 3,    /* nothing to do: it is so already */
    GANTRY_DEVICE = 4,     /* no device, several, busy, or not a Gantry device */
    GANTRY_REFUSED = 5,    /* refused by verification or version */
    GANTRY_SPACE = 6,      /* no space for it on the device */
    GANTRY_LOST = 7,       /* connection lost, silent or garbled */
    GANTRY_PERMISSION = 8, /* not permitted on this computer */
    GANTRY_MEMORY = 9,     /* no memory on this computer */
    GANTRY_CANCELLED = 130 /* gantry_cancel(), or Ctrl-C where the program catches it */
};

/** Opaque: one user of the library, with at most one device that is open. */
struct gantry;

/** The version of the library that runs, such as "0.1.0"; static. */
GANTRY_API const char *gantry_version(void);
/** The name of an error in one word, such as "refused"; static; "unknown" for other numbers. */
GANTRY_API const char *gantry_error_name(enum gantry_error error);
/** What an error means in general, in some words; static, never NULL. */
GANTRY_API const char *gantry_error_text(enum gantry_error error);

/**
 * Makes a handle.
 * @return to be freed with gantry_free(); NULL: no memory
 */
GANTRY_API struct gantry *gantry_new(void);
/** Closes the device, if one is open, and frees the handle. gantry may be NULL. */
GANTRY_API void gantry_free(struct gantry *gantry);

/**
 * What went wrong in the last call that failed, in one line; "" when none has.
 * @return valid until the next call with this handle
 */
GANTRY_API const char *gantry_message(const struct gantry *gantry);
/** What to do about it, in one line, in terms of loader-cli; "" when nothing is known. */
GANTRY_API const char *gantry_hint(const struct gantry *gantry);

/**
 * Sets something for calls from now on. Names that this version has no use for are kept and have no
 * effect, so that a program also runs with an older library.
 *
 *  rate           line rate of serial ports, baud (115200)
 *  rate_max       rate to which transfers raise it, baud; 0: they do not (921600 without a rate)
 *  patience_ms    silence after which a device counts as gone, 50 to 60000 (2500; emulated: 10000)
 *  board          of which board a flash image is or a probe is on: a name, or a JSON file
 *  openocd        the program behind openocd: devices (openocd)
 *  pyocd          the program behind pyocd: devices (pyocd)
 *  jlink_server   the program behind jlink: devices (JLinkGDBServerCLExe)
 *  password_file  a file whose first line is the password of encrypted keys
 *
 * Values are checked where they are used.
 * @param name   lower-case letters, digits and '_', at most 31
 * @param value  copied; NULL or "": back to what it was
 * @return GANTRY_OK; GANTRY_USAGE: not such a name; GANTRY_MEMORY
 */
GANTRY_API enum gantry_error gantry_set(struct gantry *gantry, const char *name, const char *value);

/**
 * Has the call that is under way in another thread, or the next one, end with GANTRY_CANCELLED
 * within about 100 ms. The device stays consistent. The only function that may be called from
 * other threads, from signal handlers, and from inside callbacks.
 */
GANTRY_API void gantry_cancel(struct gantry *gantry);

/*
 * Callbacks: called inside calls with the handle, in the thread that makes them; they call nothing
 * of the library with that handle but gantry_cancel(). Of each kind there is one; NULL ends it.
 * `user` is what gantry_on_...() was given.
 */

/**
 * How far a transfer is. The first call of each says where it begins: not at 0 when it goes on.
 * @param what   of what, in some words; valid during the call
 * @param done   bytes that the device has acknowledged, never less than before
 * @param total  bytes in all
 */
typedef void gantry_progress(void *user, const char *what, uint32_t done, uint32_t total);
GANTRY_API void gantry_on_progress(struct gantry *gantry, gantry_progress *call, void *user);

/** A remark for people that is no error, in one line; valid during the call. */
typedef void gantry_note(void *user, const char *text);
GANTRY_API void gantry_on_note(struct gantry *gantry, gantry_note *call, void *user);

/**
 * Asked for the password of an encrypted key file.
 * @param path      of the file
 * @param password  receives it, terminated; wiped by the library after use
 * @param size      of that, at least 2 bytes
 * @return false: there is none
 */
typedef bool gantry_password(void *user, const char *path, char *password, size_t size);
GANTRY_API void gantry_on_password(struct gantry *gantry, gantry_password *call, void *user);

#ifdef __cplusplus
}
#endif
#endif
