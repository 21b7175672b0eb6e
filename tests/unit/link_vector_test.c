// SPDX-License-Identifier: Apache-2.0
/* The examples of docs/protocol.md, both ways: tests/vectors/link/protocol.txt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <link/frame.h>
#include <link/messages.h>

enum { LINE_SIZE = 8192, FIELDS_SIZE = 1024 };

static char line[LINE_SIZE];
static FILE *file;

static void open_vectors(void)
{
    file = fopen(GANTRY_SOURCE_DIR "/tests/vectors/link/protocol.txt", "r");
    assert_non_null(file);
}

/* The next line that begins with this word, behind it; NULL: no more. */
static char *next_line(const char *word)
{
    size_t length = strlen(word);

    while (fgets(line, sizeof line, file) != NULL) {
        size_t end = strcspn(line, "\n");

        assert_int_equal(line[end], '\n');
        line[end] = '\0';
        if (strncmp(line, word, length) == 0 && line[length] == ' ') {
            return line + length + 1;
        }
    }
    fclose(file);
    return NULL;
}

/* Reads one word of digits, "-" for none; answers the bytes in it, and moves behind it. */
static size_t take_bytes(char **at, uint8_t *out, size_t room)
{
    size_t count = 0;
    unsigned byte;

    if (**at == '-') {
        ++*at;
    }
    while (count < room && sscanf(*at, "%2x", &byte) == 1 && **at != ' ') {
        out[count++] = (uint8_t)byte;
        *at += 2;
    }
    assert_true(**at == ' ' || **at == '\0');
    *at += **at == ' ' ? 1 : 0;
    return count;
}

/* What a decoder finds in a line. */
struct found {
    unsigned frames;
    unsigned bad;
    uint8_t text[LINE_SIZE];
    size_t text_used;
};

static struct link_decoder decoder;
static uint8_t payload[LINK_PAYLOAD_MAX];

static void decode(const uint8_t *data, size_t length, struct found *found)
{
    memset(found, 0, sizeof *found);
    link_decoder_init(&decoder, payload, sizeof payload);
    for (size_t i = 0; i < length; i++) {
        enum link_found each = link_frame_feed(&decoder, data[i]);

        found->frames += each == LINK_FOUND_FRAME;
        found->bad += each == LINK_FOUND_BAD;
        if (each == LINK_FOUND_TEXT) {
            found->text[found->text_used++] = data[i];
        }
    }
}

static void frames_are_made_and_read_as_written_down(void **state)
{
    unsigned seen[LINK_EVENT + 1] = {0};
    unsigned commands[2][LINK_COMMAND_LAST + 1] = {{0}};
    char *at;

    (void)state;
    open_vectors();
    while ((at = next_line("frame")) != NULL) {
        uint8_t body[LINE_SIZE / 2];
        uint8_t wanted[LINE_SIZE / 2];
        uint8_t made[LINK_FRAME_SIZE(LINK_BODY_MAX)];
        struct found found;
        unsigned type = (unsigned)(*at - '0');
        size_t length;
        size_t size;

        at += 2;
        length = take_bytes(&at, body, sizeof body);
        size = take_bytes(&at, wanted, sizeof wanted);
        assert_int_equal(link_frame_encode((uint8_t)type, body, length / 3, body + length / 3,
                                           length - length / 3, made, sizeof made),
                         size);
        assert_memory_equal(made, wanted, size);
        decode(wanted, size, &found);
        assert_int_equal(found.frames, 1);
        assert_int_equal(found.bad + found.text_used, 0);
        assert_int_equal(decoder.type, type);
        assert_int_equal(decoder.length, length);
        assert_memory_equal(decoder.body, body, length);
        assert_in_range(type, LINK_REQUEST, LINK_EVENT);
        seen[type]++;
        if (type <= LINK_REPLY) {
            assert_in_range(body[2], 1, LINK_COMMAND_LAST);
            commands[type - 1][body[2]]++;
        }
    }
    /* Every type, and every command of this version, asked and answered. */
    for (unsigned i = LINK_REQUEST; i <= LINK_EVENT; i++) {
        assert_true(seen[i] > 0);
    }
    for (unsigned i = LINK_HELLO; i <= LINK_COMMAND_LAST; i++) {
        bool later = i > LINK_STATISTICS && i < LINK_CHALLENGE;
        bool plain = (i >= LINK_ABORT && i <= LINK_RESTART) || i == LINK_REBOOT;

        assert_true(commands[0][i] > 0 || later);
        assert_true(commands[1][i] > 0 || plain || later); /* their answers are a status */
    }
}

static void damage_is_dropped_as_written_down(void **state)
{
    unsigned count = 0;
    char *at;

    (void)state;
    open_vectors();
    for (; (at = next_line("bad")) != NULL; count++) {
        uint8_t data[LINE_SIZE / 2];
        struct found found;

        decode(data, take_bytes(&at, data, sizeof data), &found);
        assert_int_equal(found.frames, 0);
        assert_int_equal(found.bad, 1);
        assert_int_equal(found.text_used, 0);
    }
    assert_int_equal(count, 9);
}

static void text_is_told_from_frames_as_written_down(void **state)
{
    unsigned count = 0;
    char *at;

    (void)state;
    open_vectors();
    for (; (at = next_line("text")) != NULL; count++) {
        uint8_t data[LINE_SIZE / 2];
        uint8_t wanted[LINE_SIZE / 2];
        struct found found;

        decode(data, take_bytes(&at, data, sizeof data), &found);
        assert_int_equal(found.frames + found.bad, 0);
        assert_int_equal(found.text_used, take_bytes(&at, wanted, sizeof wanted));
        assert_memory_equal(found.text, wanted, found.text_used);
    }
    assert_int_equal(count, 5);
}

/* Fields of a message, as the vectors write them. */
static char fields[FIELDS_SIZE];

static void add(const char *text)
{
    assert_true(strlen(fields) + strlen(text) + 2 < sizeof fields);
    if (fields[0] != '\0') {
        strcat(fields, " ");
    }
    strcat(fields, text);
}

static void add_numbers(size_t count, const uint32_t *numbers)
{
    for (size_t i = 0; i < count; i++) {
        char text[16];

        snprintf(text, sizeof text, "%lu", (unsigned long)numbers[i]);
        add(text);
    }
}
#define NUMBERS(...)                                                                               \
    add_numbers(sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t),                        \
                (const uint32_t[]){__VA_ARGS__})

static void add_name(const struct link_name *name)
{
    char text[LINK_NAME_MAX + 2] = "'";

    memcpy(text + 1, name->text, name->length);
    add(text);
}

static void add_bytes(const uint8_t *data, size_t length)
{
    char text[160] = "=";

    for (size_t i = 0; i < length; i++) {
        snprintf(text + 1 + 2 * i, 3, "%02x", (unsigned)data[i]);
    }
    add(text);
}

/* One function per message: decodes, writes the fields down, encodes. */
#define CHECK(message, ...)                                                                        \
    static size_t check_##message(const uint8_t *in, size_t length, uint8_t *out, size_t room)     \
    {                                                                                              \
        struct link_##message m;                                                                   \
                                                                                                   \
        if (!link_get_##message(in, length, &m)) {                                                 \
            return 0;                                                                              \
        }                                                                                          \
        __VA_ARGS__                                                                                \
        return link_put_##message(&m, out, room);                                                  \
    }

/* clang-format off */
CHECK(hello, NUMBERS(m.version, m.mode, m.window, m.block, m.session);)
CHECK(info, add_name(&m.board); add_name(&m.architecture);
      NUMBERS(m.flags, m.kernel_version, m.kernel_slot, m.flash_start, m.flash_size, m.flash_largest,
              m.flash_free, m.ram_size, m.ram_largest, m.ram_free, m.app_count, m.process_slots,
              m.key_count);)
CHECK(key, NUMBERS(m.flags); add_name(&m.owner); add_bytes(m.public_key, 64);)
CHECK(app, NUMBERS(m.address, m.tag);)
CHECK(entry, NUMBERS(m.app.address, m.app.tag, m.size, m.extent, m.short_id, m.version, m.flags,
                     m.min_ram, m.process); add_name(&m.name); add_name(&m.owner);)
CHECK(fault, NUMBERS(m.process, m.app, m.cause, m.address, m.pc, m.lr, m.sp, m.psr, m.status);
      add_name(&m.name);)
CHECK(process, NUMBERS(m.process, m.app, m.state, m.restarts, m.syscalls, m.slices, m.dropped,
                       m.completion, m.ram_start, m.ram_size, m.app_break, m.grant_start,
                       m.fault_cause, m.fault_address, m.fault_pc); add_name(&m.name);)
CHECK(begin, NUMBERS(m.kind, m.flags, m.size, m.binary_end, m.min_ram, m.short_id, m.version);
      add_name(&m.name); add_bytes(m.digest, 32); add_bytes(m.signature, 64);
      add_bytes(m.fingerprint, 32); NUMBERS(m.address, m.ram_address);)
CHECK(detail, NUMBERS(m.process, m.fault_restarts, m.visible_end, m.kept, m.status, m.lr, m.sp, m.psr,
                      m.r[0], m.r[1], m.r[2], m.r[3], m.flags, m.fault_policy, m.fault_limit,
                      m.queued, m.grants, m.drivers);)
CHECK(system, NUMBERS(m.uptime, m.instances, m.verified);)
CHECK(begun, NUMBERS(m.address, m.offset, m.rotate);)
CHECK(ack, NUMBERS(m.base, m.bitmap, m.status);)
CHECK(statistics, NUMBERS(m.frames, m.bad, m.repeated, m.overruns);)

static const struct {
    const char *name;
    size_t (*check)(const uint8_t *in, size_t length, uint8_t *out, size_t room);
} checks[] = {
    {"hello ", check_hello}, {"info ", check_info},       {"key ", check_key},
    {"app ", check_app},     {"entry ", check_entry},     {"fault ", check_fault},
    {"begin ", check_begin}, {"process ", check_process}, {"begun ", check_begun},
    {"ack ", check_ack},     {"statistics ", check_statistics}, {"detail ", check_detail},
    {"system ", check_system},
};
/* clang-format on */
enum { MESSAGES = sizeof checks / sizeof checks[0] };

static void messages_have_the_fields_that_are_written_down(void **state)
{
    bool seen[MESSAGES] = {false};
    char *at;

    (void)state;
    open_vectors();
    while ((at = next_line("message")) != NULL) {
        uint8_t raw[LINK_REPLY_MAX + 1] = {0};
        uint8_t again[LINK_REPLY_MAX];
        size_t which = 0;
        size_t length;

        while (which < MESSAGES &&
               strncmp(at, checks[which].name, strlen(checks[which].name)) != 0) {
            which++;
        }
        assert_in_range(which, 0, MESSAGES - 1);
        at += strlen(checks[which].name);
        length = take_bytes(&at, raw, sizeof raw - 1);
        fields[0] = '\0';
        assert_int_equal(checks[which].check(raw, length, again, sizeof again), length);
        assert_memory_equal(again, raw, length);
        assert_string_equal(fields, at);
        assert_int_equal(checks[which].check(raw, length, again, length - 1), 0);
        for (size_t cut = 0; cut < length; cut++) {
            assert_int_equal(checks[which].check(raw, cut, again, sizeof again), 0);
            fields[0] = '\0';
        }
        assert_int_equal(checks[which].check(raw, length + 1, again, sizeof again), 0);
        seen[which] = true;
    }
    for (size_t i = 0; i < MESSAGES; i++) {
        assert_true(seen[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_made_and_read_as_written_down),
        cmocka_unit_test(damage_is_dropped_as_written_down),
        cmocka_unit_test(text_is_told_from_frames_as_written_down),
        cmocka_unit_test(messages_have_the_fields_that_are_written_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
