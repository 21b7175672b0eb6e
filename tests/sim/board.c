// SPDX-License-Identifier: Apache-2.0
#include "board.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <base/crc32.h>
#include <bootloader/bootloader.h>
#include <hil/error.h>
#include <kernel/timer.h>
#include <kernel/verifier.h>
#include <kernel/work.h>
#include <link/frame.h>
#include <link/messages.h>
#include <tbf/footer.h>
#include <tbf/write.h>
#include <trust/sha256.h>

#include "../../kernel/load/load.h"

enum { BASE = 0x10000, PAGE = 1024, HALF = 2048, APPS = 4096, FOOTER = 80, STREAM = 16384 };

#define BOARD "model"

static const struct hil_flash_run runs[] = {{PAGE, (2 * HALF + 2 * SLOT_SIZE + APPS) / PAGE}};
const struct hil_flash_geometry board_geometry = {.base = BASE,
                                                  .runs = runs,
                                                  .run_count = 1,
                                                  .write_unit = 4,
                                                  .erase_value = 0xFF,
                                                  .programs_per_unit = 1};
const uint32_t board_slots[2] = {BASE + 2 * HALF, BASE + 2 * HALF + SLOT_SIZE};

static struct nor *flash;

/* Signatures: the digest, and half of the public key. */
static const struct trust_owner owners[] = {{.name = "somebody"}};
static struct trust_key kernel_keys[1];
static struct trust_key app_keys[1];
static const struct trust_anchor kernel_anchor = {kernel_keys, owners, 1, 1};
static const struct trust_anchor app_anchor = {app_keys, owners, 1, 1};

static void make_keys(void)
{
    memset(kernel_keys[0].public_key, 0x4B, TRUST_PUBLIC_SIZE);
    memset(app_keys[0].public_key, 0xA9, TRUST_PUBLIC_SIZE);
    trust_sha256(kernel_keys[0].public_key, TRUST_PUBLIC_SIZE, kernel_keys[0].fingerprint);
    trust_sha256(app_keys[0].public_key, TRUST_PUBLIC_SIZE, app_keys[0].fingerprint);
}

static void (*meanwhile)(struct nor *nor);

void board_meanwhile(void (*event)(struct nor *nor))
{
    meanwhile = event;
}

uint32_t trust_verify(const uint8_t public_key[TRUST_PUBLIC_SIZE], const uint8_t digest[32],
                      const uint8_t signature[TRUST_SIGNATURE_SIZE])
{
    void (*event)(struct nor *) = meanwhile;

    meanwhile = NULL;
    if (event != NULL) {
        event(flash);
    }
    return bytes_equal(signature, digest, 32) && bytes_equal(signature + 32, public_key, 32)
               ? TRUST_VERIFIED
               : TRUST_REFUSED;
}

void board_image(uint8_t *image, const struct image_spec *spec)
{
    const uint32_t end = IMAGE_SIZE - FOOTER;
    uint8_t program[20];
    uint8_t kernel[16];
    uint8_t signature[TRUST_SIGNATURE_SIZE];
    struct tbf_writer writer;
    int header;

    make_keys();
    for (uint32_t i = 0; i < IMAGE_SIZE; i++) {
        image[i] = (uint8_t)(i * 7u + spec->seed + (i >> 8));
    }
    tbf_write_begin(&writer, image, VECTORS);
    bytes_put_u32(program, VECTORS); /* entry; the header's size is known below */
    bytes_put_u32(program + 4, 0);
    bytes_put_u32(program + 8, 0);
    bytes_put_u32(program + 12, end);
    bytes_put_u32(program + 16, spec->version);
    bytes_put_u32(kernel, crc32_posix(spec->board, strlen(spec->board)));
    bytes_put_u32(kernel + 4, board_slots[spec->slot]);
    bytes_put_u32(kernel + 8, spec->version);
    bytes_put_u32(kernel + 12, 0);
    /* Header and protected trailer end at the vector table. */
    bytes_put_u32(program + 4, VECTORS - (TBF_BASE_SIZE + 4 + sizeof program + 4 + sizeof kernel));
    bytes_put_u32(program, bytes_get_u32(program + 4) + 8);
    tbf_write_tlv(&writer, TBF_TLV_PROGRAM, program, sizeof program);
    tbf_write_tlv(&writer, TBF_TLV_KERNEL, kernel, sizeof kernel);
    header = tbf_write_end(&writer, IMAGE_SIZE, TBF_FLAG_ENABLED);
    memset(image + header, 0, VECTORS - (uint32_t)header);
    trust_sha256(image, end, signature);
    memcpy(signature + 32,
           spec->signer == SIGNED_BY_KERNEL_KEY ? kernel_keys[0].public_key
                                                : app_keys[0].public_key,
           32);
    header = tbf_write_credential(image + end, FOOTER, TBF_CREDENTIAL_ECDSA_P256, signature,
                                  sizeof signature);
    tbf_write_reserved(image + end + header, FOOTER - (uint32_t)header);
}

void board_program(struct nor *nor, const uint8_t *image, uint8_t slot)
{
    for (uint32_t i = 0; i < IMAGE_SIZE; i++) {
        nor_poke(nor, board_slots[slot] + i, image[i]);
    }
    for (uint32_t i = 0; i < SLOT_SIZE / 4; i++) {
        nor->unit[(board_slots[slot] - BASE) / 4 + i] = 1;
    }
}

static const struct store_extent both_slots[2] = {{BASE + 2 * HALF, SLOT_SIZE},
                                                  {BASE + 2 * HALF + SLOT_SIZE, SLOT_SIZE}};
static struct store_config store_config = {
    .journal = {{BASE, HALF}, {BASE + HALF, HALF}},
    .apps = {BASE + 2 * HALF + 2 * SLOT_SIZE, APPS},
    .identities_max = 8,
};

/* The bootloader: a line whose input is all that a host would send, and hooks that leave it. */
static jmp_buf left;
static enum outcome outcome;
static uint32_t asked_now;
static bool *armed_now;
static uint8_t stream[STREAM];
static size_t stream_used;
static size_t stream_taken;
static size_t frame_end[16]; /* where its frames end: a host waits for the answer to each */
static unsigned frames;
static uint8_t answers[STREAM];
static size_t answers_used;

static _Noreturn void leave(enum outcome with)
{
    outcome = flash->dead ? POWERLESS : with;
    longjmp(left, 1);
}

static uint32_t asked(void)
{
    return asked_now;
}

static uint32_t failed_starts;

void board_starts(uint32_t failed)
{
    failed_starts = failed;
}

static uint32_t starts(void)
{
    return failed_starts;
}

static void watchdog(void)
{
    *armed_now = true;
}

static uint32_t now_ms(void)
{
    static uint32_t ms;

    return ms += 60; /* a restart that is due comes soon */
}

static void idle(void)
{
    if (flash->dead || stream_taken == stream_used) {
        leave(WAITS);
    }
}

static void reset(bool recover)
{
    (void)recover;
    leave(RESTARTS);
}

static void start(uint32_t vectors)
{
    leave(vectors == board_slots[0] + VECTORS ? RUNS_A : RUNS_B);
}

static int line_open(const struct hil_serial *serial, uint32_t rate,
                     const struct hil_serial_client *client)
{
    (void)serial;
    (void)rate;
    (void)client;
    return 0;
}

static size_t line_read(const struct hil_serial *serial, uint8_t *data, size_t capacity)
{
    unsigned frame = 0;
    size_t count;

    (void)serial;
    while (frame < frames && frame_end[frame] <= stream_taken) {
        frame++;
    }
    count = frame < frames ? frame_end[frame] - stream_taken : 0;
    count = count < capacity ? count : capacity;
    memcpy(data, stream + stream_taken, count);
    stream_taken += count;
    return count;
}

static size_t line_write(const struct hil_serial *serial, const uint8_t *data, size_t length)
{
    (void)serial;
    if (length > sizeof answers - answers_used) {
        abort();
    }
    memcpy(answers + answers_used, data, length);
    answers_used += length;
    return length;
}

static const struct hil_serial line = {
    .receive_capacity = STREAM, .open = line_open, .read = line_read, .write = line_write};
static const struct boot_transport transports[] = {{&line, 115200, 0}};

static struct boot_config boot = {
    .transports = transports,
    .transport_count = 1,
    .store = &store_config,
    .anchor = &kernel_anchor,
    .board = BOARD,
    .architecture = "none",
    .slot = {BASE + 2 * HALF, BASE + 2 * HALF + SLOT_SIZE},
    .slot_size = SLOT_SIZE,
    .vectors = VECTORS,
    .asked = asked,
    .starts = starts,
    .watchdog = watchdog,
    .now_ms = now_ms,
    .idle = idle,
    .reset = reset,
    .start = start,
};

static void send(uint8_t type, const void *head, size_t head_length, const void *tail,
                 size_t tail_length)
{
    size_t length = link_frame_encode(type, head, head_length, tail, tail_length,
                                      stream + stream_used, sizeof stream - stream_used);

    if (length == 0) {
        abort();
    }
    stream_used += length;
    frame_end[frames++] = stream_used;
}

static void ask(uint8_t sequence, uint8_t command, const void *arguments, size_t length)
{
    const uint8_t head[4] = {sequence, 0, command, 0};

    send(LINK_REQUEST, head, sizeof head, arguments, length);
}

static void announce(const uint8_t *image, struct link_begin *begin)
{
    struct tbf_header header;
    const uint8_t *signature;

    if (tbf_header_parse(image, IMAGE_SIZE, &header) != 0) {
        abort();
    }
    signature = tbf_ecdsa_signature(image, &header, 0);
    *begin = (struct link_begin){.kind = LINK_KIND_KERNEL,
                                 .size = header.total_size,
                                 .binary_end = header.binary_end,
                                 .short_id = header.kernel.slot_address,
                                 .version = header.version};
    trust_sha256(image, header.binary_end, begin->digest);
    memcpy(begin->signature, signature, sizeof begin->signature);
    memcpy(begin->fingerprint, kernel_keys[0].fingerprint, sizeof begin->fingerprint);
}

/* Stream offset to object offset: the header's page goes last. */
static uint32_t object_offset(uint32_t position)
{
    return (position + PAGE) % IMAGE_SIZE;
}

static const uint8_t *object_sent;
static uint32_t length_sent;

void board_host_sends(const uint8_t *object, uint32_t length)
{
    object_sent = object;
    length_sent = length;
}

static void write_stream(const uint8_t *image)
{
    static const uint8_t version[] = {LINK_VERSION, 0};
    static const uint8_t kernel[] = {LINK_REBOOT_KERNEL};
    uint8_t arguments[LINK_REQUEST_MAX];
    struct link_begin begin;

    stream_used = 0;
    stream_taken = 0;
    frames = 0;
    answers_used = 0;
    if (image == NULL) {
        return;
    }
    announce(image, &begin);
    ask(1, LINK_HELLO, version, sizeof version);
    ask(2, LINK_BEGIN, arguments, link_put_begin(&begin, arguments, sizeof arguments));
    if (object_sent == NULL) {
        board_host_sends(image, IMAGE_SIZE);
    }
    for (uint32_t at = 0; at < length_sent; at += BLOCK) {
        uint8_t block[BLOCK];
        uint8_t head[4];
        uint32_t size = ck_min(BLOCK, IMAGE_SIZE - at);

        for (uint32_t i = 0; i < size; i++) {
            block[i] = object_sent[object_offset(at + i)];
        }
        bytes_put_u32(head, at);
        send(LINK_DATA, head, sizeof head, block, size);
    }
    object_sent = NULL;
    ask(3, LINK_COMMIT, NULL, 0);
    ask(4, LINK_REBOOT, kernel, sizeof kernel);
}

int board_replied(void)
{
    struct link_decoder decoder;
    uint8_t payload[LINK_PAYLOAD_MAX];
    int status = -1;

    link_decoder_init(&decoder, payload, sizeof payload);
    for (size_t i = 0; i < answers_used; i++) {
        if (link_frame_feed(&decoder, answers[i]) == LINK_FOUND_FRAME &&
            decoder.type == LINK_REPLY &&
            (decoder.body[2] == LINK_COMMIT ||
             (decoder.body[2] == LINK_BEGIN && decoder.body[3] != LINK_OK))) {
            status = decoder.body[3];
            if (decoder.body[2] == LINK_BEGIN) {
                break;
            }
        }
    }
    return status;
}

enum outcome board_boot(struct nor *nor, uint32_t asked_for, const uint8_t *image, bool *armed)
{
    flash = nor;
    boot.flash = &nor->hil;
    store_config.flash = &nor->hil;
    store_config.slots = both_slots;
    store_config.slot_count = 2;
    asked_now = asked_for;
    armed_now = armed;
    *armed = false;
    write_stream(image);
    if (setjmp(left) == 0) {
        boot_run(&boot);
    }
    return outcome;
}

/* The kernel: its loop, one timer, a verifier that does its jobs at once. */
static struct work *queue[16];
static unsigned queued;
static struct timer *timer;
static bool has_confirmed;

void work_post(struct work *work)
{
    if (!work->posted) {
        work->posted = true;
        queue[queued++] = work;
    }
}

static void run_loop(void)
{
    while (queued > 0) {
        struct work *work = queue[0];

        bytes_move(queue, queue + 1, --queued * sizeof *queue);
        work->posted = false;
        work->run(work->context);
    }
}

uint32_t timer_now(void)
{
    return 0;
}

uint32_t timer_from_ms(uint32_t ms)
{
    return ms;
}

void timer_arm(struct timer *armed, uint32_t reference, uint32_t delta)
{
    (void)reference;
    (void)delta;
    timer = armed;
}

static verifier_done *job_done;
static void *job_context;
static struct verifier_result job_result;

static void finish_job(void *context)
{
    verifier_done *done = job_done;

    (void)context;
    job_done = NULL;
    done(job_context, &job_result);
}

static struct work job = WORK(finish_job, NULL);

static int begin_job(verifier_done *done, void *context)
{
    job_done = done;
    job_context = context;
    work_post(&job);
    return 0;
}

int verifier_hash(uint32_t address, uint32_t length, const uint8_t *patch, verifier_done *done,
                  void *context)
{
    (void)patch;
    job_result.ok = true;
    trust_sha256(nor_at(flash, address), length, job_result.digest);
    return begin_job(done, context);
}

int verifier_check(const uint8_t *public_key, const uint8_t *digest, const uint8_t *signature,
                   verifier_done *done, void *context)
{
    job_result.ok = trust_verify(public_key, digest, signature) == TRUST_VERIFIED;
    return begin_job(done, context);
}

static void up(void)
{
}

static void confirmed(void)
{
    has_confirmed = true;
}

static struct loader_kernels kernels = {
    .anchor = &kernel_anchor,
    .board = BOARD,
    .slot = {BASE + 2 * HALF, BASE + 2 * HALF + SLOT_SIZE},
    .slot_size = SLOT_SIZE,
    .vectors = VECTORS,
    .up = up,
    .confirmed = confirmed,
};
static const struct loader_boot_digest *const no_boot_digest;
static const struct loader_config loader = {.kernels = &kernels,
                                            .store = &store_config,
                                            .anchor = &app_anchor,
                                            .boot_digest = &no_boot_digest};

const struct loader_config *const loader_config = &loader;

void board_kernel(struct nor *nor, uint8_t slot)
{
    for (unsigned i = 0; i < queued; i++) {
        queue[i]->posted = false;
    }
    queued = 0;
    timer = NULL;
    memset(&load, 0, sizeof load);
    flash = nor;
    kernels.running = slot;
    store_config.flash = &nor->hil;
    store_config.slots = &both_slots[slot ^ 1u];
    store_config.slot_count = 1;
    has_confirmed = false;
    loader_init();
    run_loop();
}

bool board_kernel_on_trial(void)
{
    return loader_on_trial();
}

bool board_kernel_up(void)
{
    struct timer *due = timer;

    timer = NULL;
    if (due != NULL) {
        due->fired(due->context);
    }
    run_loop();
    return has_confirmed;
}

static struct loader_result last;
static uint32_t resumed_at;

uint32_t board_kernel_resumed(void)
{
    return resumed_at;
}

static void done(void *context, const struct loader_result *result)
{
    (void)context;
    last = *result;
}

static int wait(int begun)
{
    if (begun != 0) {
        return begun;
    }
    run_loop();
    return last.error;
}

int board_kernel_update(const uint8_t *image)
{
    struct loader_announcement a = {.address = STORE_NONE, .kernel = true};
    struct link_begin begin;
    int error;

    announce(image, &begin);
    a.size = begin.size;
    a.binary_end = begin.binary_end;
    a.short_id = begin.short_id;
    a.version = begin.version;
    memcpy(a.digest, begin.digest, sizeof a.digest);
    memcpy(a.signature, begin.signature, sizeof a.signature);
    memcpy(a.fingerprint, begin.fingerprint, sizeof a.fingerprint);
    error = wait(loader_begin(&a, done, NULL));
    resumed_at = last.offset;
    for (uint32_t at = resumed_at; error == 0 && at < IMAGE_SIZE; at += BLOCK) {
        uint8_t block[BLOCK];
        uint32_t size = ck_min(BLOCK, IMAGE_SIZE - at);

        for (uint32_t i = 0; i < size; i++) {
            block[i] = image[object_offset(at + i)];
        }
        error = loader_data(at, block, size, at + size);
    }
    return error != 0 ? error : wait(loader_commit(done, NULL));
}

int board_kernel_revert(void)
{
    return wait(loader_kernel_revert(done, NULL));
}

const struct store_config *board_store(struct nor *nor)
{
    store_config.flash = &nor->hil;
    return &store_config;
}

void board_state(struct nor *nor, struct store_kernel *state)
{
    static struct store store;

    if (store_mount_journal_begin(&store, board_store(nor)) != 0 || store_wait(&store) != 0) {
        abort();
    }
    (void)store_kernel_get(&store, state);
}
