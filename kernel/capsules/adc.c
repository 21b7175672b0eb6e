// SPDX-License-Identifier: Apache-2.0
/*
 * Driver 5: the converter, for any number of processes at once. One timer samples for all: at each
 * expiry one process has its sample, the one whose turn it is among those that are due. Whoever
 * comes too late for a whole period, because the others ask for more than the processor can do,
 * loses samples and not the spacing of the next ones.
 */
#include <base/bytes.h>
#include <base/checked.h>
#include <kernel/capsules.h>
#include <kernel/timer.h>

enum { SAMPLE_SIZE = 2 };

/* Repeated sampling of one process. */
struct adc {
    uint32_t period;    /* in counts of the alarm; 0: nothing is going on */
    uint32_t reference; /* from which the period to the next sample counts */
    uint32_t position;  /* samples in the buffer that is being filled */
    uint8_t mode;       /* enum abi_adc_mode */
    uint8_t channel;
    uint8_t buffer; /* number of that buffer */
};

static const struct hil_adc *converter;
static uint32_t turn;

static void fired(void *context);
static struct timer timer = {.fired = fired};

static void init(const struct driver *driver, const void *device)
{
    (void)driver;
    converter = device;
}

/* Left-justified: a full scale of 16 bits, whatever the converter has. */
static uint16_t convert(uint8_t channel)
{
    return (uint16_t)(converter->sample(converter, channel) << (16u - converter->bits));
}

static void post_sample(struct process *process, uint32_t mode, uint32_t channel, uint16_t sample)
{
    (void)upcall_post(&adc_driver, process, ABI_ADC_UPCALL_ADDRESS, mode, channel, sample);
    (void)upcall_post(&adc_driver, process, ABI_ADC_UPCALL, mode, channel, sample);
}

static uint32_t capacity(struct process *process, uint32_t number)
{
    return userbuf_rw(&adc_driver, process, number).length / SAMPLE_SIZE;
}

static void finish_buffer(struct process *process, struct adc *adc, const uint8_t *data,
                          uint32_t count)
{
    uint32_t what = count << 8 | adc->channel;

    (void)upcall_post(&adc_driver, process, ABI_ADC_UPCALL_ADDRESS, adc->mode, what,
                      (uint32_t)(uintptr_t)data);
    (void)upcall_post(&adc_driver, process, ABI_ADC_UPCALL, adc->mode, what, adc->buffer);
    adc->position = 0;
    if (adc->mode == ABI_ADC_MODE_BUFFERS) {
        adc->buffer ^= 1u;
    }
    if (adc->mode == ABI_ADC_MODE_BUFFER || capacity(process, adc->buffer) == 0) {
        adc->period = 0;
    }
}

/* The buffer may have become smaller since the last sample, or have vanished: it is full then. */
static void store(struct process *process, struct adc *adc, uint16_t sample)
{
    struct userbuf_rw buffer = userbuf_rw(&adc_driver, process, adc->buffer);
    uint32_t room = buffer.length / SAMPLE_SIZE;

    if (adc->position < room) {
        bytes_put_u16(buffer.data + SAMPLE_SIZE * adc->position, sample);
        adc->position++;
    }
    if (adc->position >= room) {
        finish_buffer(process, adc, buffer.data, room);
    }
}

static void take_sample(struct process *process, struct adc *adc, uint32_t now)
{
    uint16_t sample = convert(adc->channel);

    adc->reference += adc->period;
    if (now - adc->reference >= adc->period) {
        adc->reference = now;
    }
    if (adc->mode == ABI_ADC_MODE_REPEATED) {
        post_sample(process, adc->mode, adc->channel, sample);
    } else {
        store(process, adc, sample);
    }
}

static bool is_due(const struct adc *adc, uint32_t now)
{
    return adc->period != 0 && now - adc->reference >= adc->period;
}

/* Arms the timer for the sample that comes first; `sample`: takes one first, if any is due. */
static void go_on(bool sample)
{
    uint32_t slots = process_slots();
    uint32_t begin = turn;
    uint32_t now = timer_now();
    uint32_t soonest = UINT32_MAX;

    for (uint32_t i = 0; i < slots; i++) {
        uint32_t slot = (begin + i) % slots;
        struct process *process = process_at(slot);
        struct adc *adc = process != NULL ? grant_peek(&adc_driver, process) : NULL;

        if (adc == NULL) {
            continue;
        }
        if (sample && is_due(adc, now)) {
            sample = false;
            turn = (slot + 1) % slots;
            take_sample(process, adc, now);
        }
        if (adc->period != 0) {
            soonest = ck_min(soonest, is_due(adc, now) ? 0 : adc->reference + adc->period - now);
        }
    }
    if (soonest != UINT32_MAX) {
        timer_arm(&timer, now, soonest);
    } else {
        timer_cancel(&timer);
    }
}

static void fired(void *context)
{
    (void)context;
    go_on(true);
}

/* Whether the buffers that a mode fills are there. */
static bool has_buffers(struct process *process, enum abi_adc_mode mode)
{
    return mode == ABI_ADC_MODE_REPEATED ||
           (capacity(process, ABI_ADC_RW_FIRST) != 0 &&
            (mode == ABI_ADC_MODE_BUFFER || capacity(process, ABI_ADC_RW_SECOND) != 0));
}

static struct syscall_result begin(struct process *process, enum abi_adc_mode mode,
                                   uint32_t channel, uint32_t frequency)
{
    struct adc *adc = grant_enter(&adc_driver, process);

    if (adc == NULL) {
        return syscall_failure(ABI_NOMEM);
    }
    if (adc->period != 0) {
        return syscall_failure(ABI_BUSY);
    }
    if (channel >= converter->count) {
        return syscall_failure(ABI_INVAL);
    }
    if (mode == ABI_ADC_MODE_SAMPLE) {
        post_sample(process, mode, channel, convert((uint8_t)channel));
        return syscall_success();
    }
    if (frequency == 0 || frequency > ck_min(converter->frequency_max, timer_frequency())) {
        return syscall_failure(ABI_INVAL);
    }
    if (!has_buffers(process, mode)) {
        return syscall_failure(ABI_NOMEM);
    }
    *adc = (struct adc){
        .period = timer_frequency() / frequency,
        .reference = timer_now(),
        .mode = (uint8_t)mode,
        .channel = (uint8_t)channel,
        .buffer = ABI_ADC_RW_FIRST,
    };
    go_on(false);
    return syscall_success();
}

static struct syscall_result stop(struct process *process)
{
    struct adc *adc = grant_peek(&adc_driver, process);

    if (adc != NULL) {
        adc->period = 0;
        go_on(false);
    }
    return syscall_success();
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t argument0, uint32_t argument1)
{
    (void)driver;
    switch (number) {
    case ABI_COMMAND_EXISTS:
        return syscall_success_u32(converter->count);
    case ABI_ADC_SAMPLE:
        return begin(process, ABI_ADC_MODE_SAMPLE, argument0, 0);
    case ABI_ADC_SAMPLE_REPEATEDLY:
        return begin(process, ABI_ADC_MODE_REPEATED, argument0, argument1);
    case ABI_ADC_FILL:
        return begin(process, ABI_ADC_MODE_BUFFER, argument0, argument1);
    case ABI_ADC_FILL_REPEATEDLY:
        return begin(process, ABI_ADC_MODE_BUFFERS, argument0, argument1);
    case ABI_ADC_STOP:
        return stop(process);
    case ABI_ADC_RESOLUTION:
        return syscall_success_u32(converter->bits);
    case ABI_ADC_REFERENCE:
        return converter->reference_mv != 0 ? syscall_success_u32(converter->reference_mv)
                                            : syscall_failure(ABI_NOSUPPORT);
    default:
        return syscall_failure(ABI_NOSUPPORT);
    }
}

const struct driver adc_driver = {
    .number = ABI_DRIVER_ADC,
    .state_size = sizeof(struct adc),
    .upcalls = 2,
    .rw_buffers = 2,
    .init = init,
    .command = command,
};
