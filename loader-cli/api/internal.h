// SPDX-License-Identifier: Apache-2.0
/* What is behind the opaque structures of libgantry. */
#ifndef API_INTERNAL_H
#define API_INTERNAL_H

#include <stdatomic.h>

#include <gantry/gantry.h>

#include "../device/device.h"
#include "../package/package.h"

enum { SETTINGS_MAX = 32, SETTING_NAME_SIZE = 32, SELECTOR_MAX = 300 };

struct gantry {
    struct cli cli; /* what all parts below report to; owner: this handle */
    atomic_bool cancelled;
    struct {
        char name[SETTING_NAME_SIZE];
        char *value;
    } setting[SETTINGS_MAX];

    struct {
        gantry_progress *call;
        void *user;
    } progress;
    struct {
        gantry_note *call;
        void *user;
    } note;
    struct {
        gantry_password *call;
        void *user;
    } password;
    struct {
        gantry_console *call;
        void *user;
    } console;
    struct {
        gantry_faulted *call;
        void *user;
    } fault;

    struct {
        void (*call)(void *user);
        void *user;
    } restarting; /* the device does; for the command line's events */

    bool open; /* what follows counts */
    char selector[SELECTOR_MAX];
    struct device device;
    struct link_listener listener;
    struct gantry_info info;
    size_t app_count;
    struct gantry_app app[DEVICE_APPS_MAX];
};

struct gantry_package {
    char path[256]; /* what messages call it */
    struct tab tab;
    struct gantry_object object[TAB_MEMBERS_MAX];
    char name[TAB_MEMBERS_MAX][4 * TBF_NAME_MAX + 8]; /* of the apps in it */
};

struct gantry_key {
    struct key key;
};

/** gantry_open(). @param installs  ask for the first key in the same breath */
enum gantry_error api_open(struct gantry *gantry, const char *selector, bool installs);
/** Ends a call: what was cancelled has ended. */
enum gantry_error api_end(struct gantry *gantry, int code);
/** Ends a call that was made wrongly. */
enum gantry_error api_usage(struct gantry *gantry, const char *why);
/** Ends a call for want of memory. */
enum gantry_error api_no_memory(struct gantry *gantry);

#endif
