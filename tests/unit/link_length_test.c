// SPDX-License-Identifier: Apache-2.0
/* Answers of every length but their own are refused, whatever lengths of names they claim. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <link/messages.h>

enum { MESSAGE_MAX = 512 };

/* One kind of message, behind functions that know its structure. */
struct message {
    const char *name;
    size_t (*put)(const void *m, uint8_t *out, size_t room);
    bool (*get)(const uint8_t *in, size_t length, void *m);
};

#define MESSAGE(kind)                                                                              \
    static size_t put_##kind(const void *m, uint8_t *out, size_t room)                             \
    {                                                                                              \
        return link_put_##kind(m, out, room);                                                      \
    }                                                                                              \
    static bool get_##kind(const uint8_t *in, size_t length, void *m)                              \
    {                                                                                              \
        return link_get_##kind(in, length, m);                                                     \
    }

MESSAGE(hello)
MESSAGE(info)
MESSAGE(key)
MESSAGE(app)
MESSAGE(entry)
MESSAGE(fault)
MESSAGE(process)
MESSAGE(detail)
MESSAGE(system)
MESSAGE(begun)
MESSAGE(ack)
MESSAGE(statistics)

static const struct message messages[] = {
    {"hello", put_hello, get_hello},
    {"info", put_info, get_info},
    {"key", put_key, get_key},
    {"app", put_app, get_app},
    {"entry", put_entry, get_entry},
    {"fault", put_fault, get_fault},
    {"process", put_process, get_process},
    {"detail", put_detail, get_detail},
    {"system", put_system, get_system},
    {"begun", put_begun, get_begun},
    {"ack", put_ack, get_ack},
    {"statistics", put_statistics, get_statistics},
};

enum { MESSAGES = sizeof messages / sizeof messages[0] };

/* Decodes a copy that ends where the message does, so that a sanitizer sees what is behind. */
static bool decode(const struct message *message, const uint8_t *bytes, size_t length)
{
    _Alignas(8) uint8_t structure[MESSAGE_MAX];
    uint8_t *exact = malloc(length > 0 ? length : 1);
    bool good;

    assert_non_null(exact);
    memcpy(exact, bytes, length);
    good = message->get(exact, length, structure);
    free(exact);
    return good;
}

static void messages_of_every_length_but_their_own_are_refused(void **state)
{
    static const uint8_t fills[] = {0x00, 0x01, 0x20, 0x21, 0xFF};

    (void)state;
    for (size_t i = 0; i < MESSAGES; i++) {
        _Alignas(8) const uint8_t zeros[MESSAGE_MAX] = {0};
        uint8_t bytes[MESSAGE_MAX];
        size_t own = messages[i].put(zeros, bytes, LINK_REPLY_MAX);

        assert_in_range(own, 1, LINK_REPLY_MAX);
        assert_true(decode(&messages[i], bytes, own));
        for (size_t f = 0; f < sizeof fills; f++) {
            memset(bytes + own, fills[f], sizeof bytes - own);
            for (size_t length = 0; length <= LINK_REPLY_MAX; length++) {
                if (length != own && decode(&messages[i], bytes, length)) {
                    fail_msg("%s of %zu bytes is taken, %zu are right", messages[i].name, length,
                             own);
                }
            }
        }
    }
}

/* Every byte takes every value: what is still taken says the same when it is written again. */
static void a_message_with_any_byte_wrong_is_refused_or_means_what_it_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < MESSAGES; i++) {
        _Alignas(8) uint8_t structure[MESSAGE_MAX] = {0};
        uint8_t bytes[MESSAGE_MAX];
        uint8_t back[MESSAGE_MAX];
        size_t own = messages[i].put(structure, bytes, LINK_REPLY_MAX);

        for (size_t at = 0; at < own; at++) {
            uint8_t was = bytes[at];

            for (unsigned value = 0; value < 256; value++) {
                bytes[at] = (uint8_t)value;
                if (messages[i].get(bytes, own, structure)) {
                    assert_int_equal(messages[i].put(structure, back, sizeof back), own);
                    assert_memory_equal(back, bytes, own);
                }
            }
            bytes[at] = was;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_of_every_length_but_their_own_are_refused),
        cmocka_unit_test(a_message_with_any_byte_wrong_is_refused_or_means_what_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
