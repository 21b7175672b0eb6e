// SPDX-License-Identifier: Apache-2.0
/*
 * The host's end: one session with one device over one byte stream. Calls block until they have an
 * answer or have waited long enough in silence; a device that says it is still at work is not
 * silent.
 *
 * Functions answer 0 (LINK_OK), a positive status of the device, or a negative enum link_error. Not
 * thread-safe. The device is not trusted: every length is checked.
 */
#ifndef LINK_HOST_H
#define LINK_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <link/error.h>
#include <link/frame.h>
#include <link/messages.h>

/** The line. */
struct link_transport {
    /**
     * Reads what has come, waiting up to timeout_ms for the first byte.
     * @return bytes, 0 after timeout_ms, or LINK_E_IO / LINK_E_INTERRUPTED
     */
    int (*read)(void *context, uint8_t *data, size_t capacity, uint32_t timeout_ms);
    /** Writes all bytes. @return 0, LINK_E_IO or LINK_E_INTERRUPTED */
    int (*write)(void *context, const uint8_t *data, size_t length);
    /** Milliseconds of a clock that may wrap. */
    uint32_t (*now_ms)(void *context);
    void *context;
};

/** What comes unasked; any function may be NULL. Called from inside the calls below. */
struct link_listener {
    void (*console)(void *context, uint32_t process, const uint8_t *text, size_t length);
    void (*event)(void *context, uint8_t event, const uint8_t *fields, size_t length);
    /** Bytes outside frames: plain console output of a device without a session. */
    void (*text)(void *context, const uint8_t *text, size_t length);
    /** done of total bytes of a transfer have been acknowledged. */
    void (*progress)(void *context, uint32_t done, uint32_t total);
    void *context;
};

struct link_host {
    const struct link_transport *transport;
    const struct link_listener *listener;
    struct link_decoder decoder;
    uint8_t payload[LINK_PAYLOAD_MAX];
    uint8_t input[256]; /* read from the line, not yet looked at */
    size_t input_next;
    size_t input_end;
    uint16_t sequence;
    uint32_t silence_ms;     /* without a sign of life for so long the device is gone */
    uint32_t round_trip_ms;  /* smoothed */
    uint32_t sent_ms;        /* when something was last sent */
    struct link_hello hello; /* as the device answered; version 0: no session */
    uint16_t hello_sequence;
    bool begin_eager; /* a promise is answer enough */
    bool begin_open;  /* BEGIN, the latest request, is still at work; its transfer may begin */
    struct link_begun promise; /* what its answer will be */

    bool have_reply;
    uint8_t reply[LINK_REPLY_MAX];
    size_t reply_length;
    bool have_ack;
    struct link_ack ack;

    uint32_t numbers[2]; /* needed and available, of the last refusal */
    uint32_t strange;    /* bytes that came and were no frame of ours */
    uint32_t bad;        /* damaged frames */
    uint32_t repeats;    /* frames that were sent again */
};

/** Starts; transport and listener (may be NULL) must stay. silence_ms may be changed afterwards. */
void link_host_init(struct link_host *host, const struct link_transport *transport,
                    const struct link_listener *listener);

/** Opens a session. LINK_E_SILENT, LINK_E_GARBLED or LINK_E_VERSION when there is no such device.
 */
int link_host_hello(struct link_host *host);
/** Sends hello without waiting: the next request follows at once and saves a round trip. */
int link_host_hello_ahead(struct link_host *host);
/**
 * Ends the session, and waits until the device has said so: a line that is closed before may lose
 * the request, or half of it. Without an answer nothing is lost, the device ends it by itself.
 * @param patience_ms  how long to wait for the answer
 * @return 0, LINK_E_SILENT, or an error of the line
 */
int link_host_bye(struct link_host *host, uint32_t patience_ms);

/**
 * Asks and waits for the answer.
 * @param arguments   length bytes, may be NULL when 0
 * @param result      receives the results; not NULL
 * @param result_length  receives their number; not NULL
 * @return 0, a status of the device (numbers[] then holds what it gave), or an error
 */
int link_host_request(struct link_host *host, uint8_t command, const void *arguments, size_t length,
                      const uint8_t **result, size_t *result_length);

/** Questions that can be asked in one go. */
enum { LINK_ASK_MAX = 256 };

/** A question: a request that changes nothing, such as INFO, KEY, LIST, PROCESS or DETAIL. */
struct link_question {
    uint8_t command; /* enum link_command */
    uint8_t length;  /* of its arguments */
    uint8_t argument[2];
};

/**
 * Takes an answer; once for each question, in their order.
 * @param index   of the question
 * @param status  enum link_status
 * @param result  length bytes
 */
typedef void link_answer(void *context, size_t index, int status, const uint8_t *result,
                         size_t length);

/**
 * Asks questions without waiting for each answer: the line to the host stays busy, however long a
 * round trip takes. Lost ones are asked again, fewer at a time.
 * @param count  at most LINK_ASK_MAX
 * @return 0 when all are answered, by whichever status, or an error
 */
int link_host_ask(struct link_host *host, const struct link_question *question, size_t count,
                  link_answer *take, void *context);

/** Opens a session as link_host_hello() does, with questions behind the hello. */
int link_host_open(struct link_host *host, const struct link_question *question, size_t count,
                   link_answer *take, void *context);

/**
 * Announces an object. Where the device can say already what it will answer, before it has verified
 * the announcement, its word is enough to send the first blocks: they arrive meanwhile.
 * @param arguments  length bytes of BEGIN
 * @param begun      receives the answer, or what was said of it
 * @return as link_host_request(); 0 also while the device is still at it: link_host_transfer(),
 *         which has to follow at once, then answers what BEGIN is refused with, too
 */
int link_host_begin(struct link_host *host, const void *arguments, size_t length,
                    struct link_begun *begun);

/**
 * Sends what BEGIN announced and commits it.
 * @param object  total bytes
 * @param begun   BEGIN's answer
 * @return as link_host_request() for the commit
 */
int link_host_transfer(struct link_host *host, const uint8_t *object, uint32_t total,
                       const struct link_begun *begun);

/**
 * Handles what comes for up to timeout_ms, and keeps the session alive.
 * @return 0, or an error
 */
int link_host_listen(struct link_host *host, uint32_t timeout_ms);

#endif
