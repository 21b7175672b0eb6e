// SPDX-License-Identifier: Apache-2.0
/* A small board whose flash is in the test's memory, and a host that talks to the offline engine.
 */
#ifndef OFFLINE_SUPPORT_H
#define OFFLINE_SUPPORT_H

#include <link/host.h>
#include <offline/engine.h>

enum { FLASH_BASE = 0x10000000, FLASH_BYTES = 256 * 1024, FLASH_PAGE = 4096, NEVER = 0x7FFFFFFF };

/** The board: two halves of a journal, four spare pages, four regions of values, no kernel, 192 KiB
 * for apps. */
extern const struct board small_board;

/** Its flash. Counts what is done to it, and fails from some operation on. */
struct ram_flash {
    uint8_t bytes[FLASH_BYTES];
    int changes;    /* erasures and programmings so far */
    int cut_after;  /* so many of them are done, then power is gone; NEVER: it stays */
    bool torn;      /* the one that is cut is half done */
    int reads;      /* so far */
    int read_fails; /* the read that fails, and all after it; NEVER: none */
    int violations; /* units programmed that were not erased */
};

void ram_flash_init(struct ram_flash *flash);
struct memory ram_flash_memory(struct ram_flash *flash);

/** A session. */
struct session {
    struct offline *offline;
    struct link_transport transport;
    struct link_host host;
};

/** Opens one; fails the test when there is none. */
void session_open(struct session *session, struct ram_flash *flash);
void session_close(struct session *session);

/** An app. */
struct app {
    uint8_t object[16384];
    uint32_t size;
    struct link_begin begin;
};

/** Makes an app of a name and a version; its bytes come from the version. */
void app_make(struct app *app, const char *name, uint32_t version, uint32_t size);
/** Installs one. @return as link_host_request() */
int app_install(struct session *session, const struct app *app, uint8_t flags);
/** Reads entry `index` of the list. @return as link_host_request() */
int app_at(struct session *session, uint8_t index, struct link_entry *entry);
/** Finds an app by its name; false: it is not in the list. */
bool app_find(struct session *session, const char *name, struct link_entry *entry);
/** Asks for something about an app. @return as link_host_request() */
int app_ask(struct session *session, uint8_t command, const struct link_entry *entry);

#endif
