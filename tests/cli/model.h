// SPDX-License-Identifier: Apache-2.0
/*
 * A device for the tests of the tool: the real device end of lib/link over a file descriptor, with
 * apps in memory, that misbehaves at a step that it is told. One device per process.
 */
#ifndef CLI_MODEL_H
#define CLI_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include <link/messages.h>

enum { MODEL_DATA = 200, MODEL_APPS_MAX = 8 };

/* How it misbehaves. */
enum model_how {
    MODEL_GOOD,
    /* When the step's frame has come: */
    MODEL_SILENT,  /* says nothing any more */
    MODEL_GARBAGE, /* answers every frame with noise */
    MODEL_FLOOD,   /* sends noise without end */
    MODEL_CHATTER, /* sends output of apps and events without end, and no answer */
    MODEL_CLOSED,  /* closes the connection */
    MODEL_RESET,   /* loses the session, as by a restart */
    /* Every answer to the step is a whole frame, but ... */
    MODEL_SEQUENCE,  /* with another number; ACK: beyond what was sent */
    MODEL_COMMAND,   /* to another command; ACK: inside a block */
    MODEL_STATUS,    /* with the status of the plan; 0: one that does not exist */
    MODEL_HEADLESS,  /* with half a head */
    MODEL_DAMAGED,   /* with a wrong CRC */
    MODEL_TRUNCATED, /* with a byte of the results missing */
    MODEL_EXTENDED,  /* with a byte too many */
    MODEL_ONES,      /* all numbers and name lengths as large as can be */
    MODEL_BUSY,      /* BUSY, for ever */
    MODEL_STUCK,     /* PENDING, for ever; ACK: nothing has arrived, for ever */
    MODEL_HOWS
};

/* What a line is that has no Gantry device at its end. */
enum model_stranger {
    STRANGER_NONE,
    STRANGER_SILENT,
    STRANGER_BANNER, /* text, and a prompt for every line */
    STRANGER_NOISE,
    STRANGER_ECHO,
    STRANGER_CLOSED, /* closes at once */
    STRANGERS
};

/* What happens after a frame. */
enum model_cut {
    CUT_NOTHING,
    CUT_LINE,   /* the cable is pulled */
    CUT_SIGNAL, /* the tool gets a signal */
    CUT_TWICE   /* ... and once more */
};

/* Orders for the device, in memory that it shares with the test. */
struct model_plan {
    uint8_t step;    /* enum link_command, or MODEL_DATA */
    uint32_t offset; /* MODEL_DATA: from this stream offset on; LIST: from this index on */
    enum model_how how;
    enum model_stranger stranger;
    bool leaves;              /* REBOOT is answered, and then the connection closed */
    bool evil;                /* names and output full of control characters */
    bool endless;             /* says yes to every index: apps, processes and keys without end */
    bool chatters;            /* its apps never stop talking; else it is well */
    uint8_t status;           /* of MODEL_STATUS */
    char name[LINK_NAME_MAX]; /* evil: instead of the usual one, when name_length is not 0 */
    uint8_t name_length;
    uint32_t crowd;    /* so many processes, gone by now, speak amid a line of the first app */
    uint32_t torrent;  /* so many numbered lines of the first app, as fast as they go */
    uint32_t happened; /* how often it misbehaved */
    uint32_t opened;   /* connections that began, and that ended */
    uint32_t closed;
    uint8_t public_key[64];
    uint32_t frames; /* that have gone by in this connection, of either side */
    uint32_t after;  /* ... and after which of them the cut happens, once */
    enum model_cut cut;
    int signal;
    volatile int tool; /* its process, which the device waits to know */
    uint32_t state;    /* another one when the apps are others */
};

extern const char *const model_hows[MODEL_HOWS];
extern const char *const model_strangers[STRANGERS];

/** Starts the device: two apps are installed. plan must stay. */
void model_init(struct model_plan *plan);
/** Serves one connection until the other side or the device closes it. */
void model_serve(int fd);

#endif
