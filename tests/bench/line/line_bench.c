// SPDX-License-Identifier: Apache-2.0
/*
 * Both real ends of lib/link over a modelled line, on a virtual clock: how long an install of 16
 * KiB takes. Prints one JSON object per figure; exits 1 when a limit is missed.
 *
 * The line has a rate (10 bit times per byte, both directions at once), a turnaround (everything
 * that the device sends reaches the host so much later) and a share of frames that are damaged.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <link/device.h>
#include <link/host.h>

enum {
    OBJECT = 16384,
    QUEUE = 1 << 16,
    TICK_US = 100,
    VERIFY_US = 300000, /* the device checks the signature */
    HASH_US = 12000,    /* ... and hashes what arrived */
    SEEDS = 200
};

/* Bytes under way in one direction. */
struct wire {
    uint8_t byte[QUEUE];
    uint64_t due[QUEUE]; /* when it is there, microseconds */
    uint32_t first;
    uint32_t end;
    uint64_t free_at; /* when the line can take the next byte */
    uint32_t delay;
};

struct model {
    uint32_t rate;
    uint32_t turnaround_us;
    uint32_t loss_percent;
    uint32_t seed;
    uint64_t now;
    struct wire down;
    struct wire up;
    struct link_device device;
    uint64_t begin_due; /* a BEGIN or COMMIT is at work until then; 0: none */
    bool committing;
    uint64_t first_data;
    uint64_t last_ack;
    uint8_t received[OBJECT];
    uint8_t replay[64];
};

static struct model m;

static bool is_unlucky(void)
{
    m.seed = m.seed * 1664525u + 1013904223u;
    return (m.seed >> 8) % 100 < m.loss_percent;
}

/* Puts a frame on the line; an unlucky one arrives damaged. */
static void transmit(struct wire *wire, const uint8_t *data, size_t length)
{
    bool damaged = is_unlucky();

    for (size_t i = 0; i < length; i++) {
        uint64_t start = wire->free_at > m.now * 1000 ? wire->free_at : m.now * 1000;

        wire->free_at = start + 10000000000ull / m.rate;
        wire->byte[wire->end % QUEUE] = data[i] ^ (damaged && i == length / 2 ? 0x55 : 0);
        wire->due[wire->end % QUEUE] = wire->free_at / 1000 + wire->delay;
        wire->end++;
    }
}

static size_t take(struct wire *wire, uint8_t *data, size_t capacity)
{
    size_t count = 0;

    while (count < capacity && wire->first != wire->end &&
           wire->due[wire->first % QUEUE] <= m.now) {
        data[count++] = wire->byte[wire->first++ % QUEUE];
    }
    return count;
}

static size_t device_read(void *context, uint8_t *data, size_t capacity)
{
    (void)context;
    return take(&m.down, data, capacity);
}

static size_t device_write(void *context, const uint8_t *data, size_t length)
{
    (void)context;
    transmit(&m.up, data, length);
    return length;
}

static uint32_t model_ms(void *context)
{
    (void)context;
    return (uint32_t)(m.now / 1000);
}

static uint8_t device_request(void *context, uint8_t command, const uint8_t *arguments,
                              size_t length, struct link_reply *reply)
{
    (void)context;
    (void)arguments;
    (void)length;
    (void)reply;
    if (command == LINK_BEGIN) {
        m.begin_due = m.now + VERIFY_US;
        return LINK_PENDING;
    }
    if (command == LINK_COMMIT) {
        if (!link_device_transfer_complete(&m.device)) {
            return LINK_INCOMPLETE;
        }
        if (m.begin_due == 0) {
            m.committing = true;
            m.begin_due = m.now + HASH_US;
        }
        return LINK_PENDING;
    }
    return LINK_UNSUPPORTED;
}

static uint8_t device_data(void *context, uint32_t offset, const uint8_t *data, size_t length,
                           uint32_t complete)
{
    (void)context;
    (void)complete;
    memcpy(m.received + offset, data, length);
    return LINK_OK;
}

static const struct link_device_config device_config = {
    .read = device_read,
    .write = device_write,
    .now_ms = model_ms,
    .request = device_request,
    .data = device_data,
    .replay = m.replay,
    .replay_size = sizeof m.replay,
    .mode = LINK_MODE_KERNEL,
    .window = 4,
};

/* One step of virtual time. */
static void tick(void)
{
    m.now += TICK_US;
    if (m.begin_due != 0 && m.now >= m.begin_due) {
        const struct link_begun begun = {0, 0, 4096};
        struct link_reply reply = {.length = 0};

        m.begin_due = 0;
        if (!m.committing) {
            link_device_transfer(&m.device, OBJECT, 0);
            reply.length = link_put_begun(&begun, reply.data, sizeof reply.data);
        }
        link_device_complete(&m.device, LINK_OK, &reply);
    }
    while (link_device_poll(&m.device)) {
    }
}

static int host_read(void *context, uint8_t *data, size_t capacity, uint32_t timeout_ms)
{
    uint64_t end = m.now + (uint64_t)timeout_ms * 1000;
    size_t count = take(&m.up, data, capacity);

    (void)context;
    while (count == 0 && m.now < end) {
        tick();
        count = take(&m.up, data, capacity);
    }
    return (int)count;
}

static int host_write(void *context, const uint8_t *data, size_t length)
{
    (void)context;
    if (m.first_data == 0 && length > LINK_BLOCK) {
        m.first_data = m.now;
    }
    transmit(&m.down, data, length);
    return 0;
}

static void on_progress(void *context, uint32_t done, uint32_t total)
{
    (void)context;
    if (done == total && m.last_ack == 0) {
        m.last_ack = m.now;
    }
}

/* Runs one install. *data, *whole: microseconds; false when it failed or brought other bytes. */
static bool install(uint32_t rate, uint32_t turnaround_ms, uint32_t loss, uint32_t seed,
                    double *data, double *whole)
{
    static const struct link_transport transport = {host_read, host_write, model_ms, NULL};
    static const struct link_listener listener = {.progress = on_progress};
    static struct link_host host;
    static uint8_t object[OBJECT];
    uint8_t arguments[LINK_REQUEST_MAX];
    struct link_begin begin = {.kind = LINK_KIND_APP, .size = OBJECT, .binary_end = OBJECT};
    const uint8_t *result;
    size_t length;
    struct link_begun begun;
    bool ok;

    memset(&m, 0, sizeof m);
    m.rate = rate;
    m.turnaround_us = turnaround_ms * 1000;
    m.up.delay = m.turnaround_us;
    m.loss_percent = loss;
    m.seed = seed * 2654435761u + 1;
    for (size_t i = 0; i < OBJECT; i++) {
        object[i] = (uint8_t)(i * 7 + i / 251);
    }
    link_device_init(&m.device, &device_config);
    link_host_init(&host, &transport, &listener);
    length = link_put_begin(&begin, arguments, sizeof arguments);
    ok = link_host_hello_ahead(&host) == 0;
    while (ok && link_host_request(&host, LINK_BEGIN, arguments, length, &result, &length) != 0) {
        /* The hello was lost: open the session, then announce again. */
        ok = link_host_hello(&host) == 0;
        length = link_put_begin(&begin, arguments, sizeof arguments);
    }
    ok = ok && link_get_begun(result, length, &begun) &&
         (host.hello.version != 0 || link_host_hello(&host) == 0) &&
         link_host_transfer(&host, object, OBJECT, &begun) == 0;
    for (size_t i = 0; ok && i < OBJECT; i++) {
        ok = m.received[i] == object[(i + 4096) % OBJECT];
    }
    if (m.last_ack == 0) {
        m.last_ack = m.now; /* the acknowledgement was lost; the verdict stood in for it */
    }
    *data = (double)(m.last_ack - m.first_data);
    *whole = (double)m.now;
    return ok;
}

static bool report(const char *name, uint32_t rate, uint32_t turnaround, uint32_t loss,
                   double value, double limit, const char *how)
{
    printf("{\"board\": \"line\", \"name\": \"%s, %u baud, %u ms, %u %% lost\", \"value\": %.4f, "
           "\"unit\": \"ratio\", \"limit\": %.2f, \"how\": \"%s\"}\n",
           name, rate, turnaround, loss, value, limit, how);
    return limit == 0 || value <= limit;
}

/* One combination of rate, turnaround and loss: the mean over many runs, and the worst. */
static bool judge(uint32_t rate, uint32_t turnaround, uint32_t loss)
{
    double bytes_us = OBJECT * 10.0 * 1e6 / rate;
    double need = bytes_us + turnaround * 1000.0;
    double data_sum = 0;
    double whole_sum = 0;
    double worst = 0;
    int runs = loss > 0 ? SEEDS : 1;
    bool ok;

    for (int i = 0; i < runs; i++) {
        double data;
        double whole;

        if (!install(rate, turnaround, loss, (uint32_t)i + 1, &data, &whole)) {
            fprintf(stderr, "the install failed: %u baud, %u ms, %u %%, seed %d\n", rate,
                    turnaround, loss, i + 1);
            return false;
        }
        data_sum += data;
        whole_sum += whole - VERIFY_US - HASH_US;
        worst = data > worst ? data : worst;
    }
    ok = report("data", rate, turnaround, loss, data_sum / runs / need, 1.05,
                "first data byte to last acknowledgement / (16 KiB x 10 / rate + one turnaround)");
    ok &= report("whole", rate, turnaround, loss, whole_sum / runs / need, 1.15,
                 "hello to verdict, less verification / the same");
    (void)report("data, strict", rate, turnaround, loss, data_sum / runs / bytes_us, 0,
                 "the same without the turnaround: cannot reach 1.05 where that alone is more");
    (void)report("data, worst run", rate, turnaround, loss, worst / need, 0, "of all runs");
    return ok;
}

int main(void)
{
    static const uint32_t rates[] = {115200, 921600};
    static const uint32_t turnarounds[] = {1, 16};
    bool ok = true;

    for (size_t r = 0; r < 2; r++) {
        for (size_t t = 0; t < 2; t++) {
            ok &= judge(rates[r], turnarounds[t], 0);
            ok &= judge(rates[r], turnarounds[t], 1);
        }
    }
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
