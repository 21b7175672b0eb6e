// SPDX-License-Identifier: Apache-2.0
/*
 * Driver 5: the converter, for any number of processes at once, each with a timer in its grant. Who
 * comes too late for a whole period, because all together ask for more than the processor can do,
 * loses samples and not the spacing of the next ones.
 */
#include <base/bytes.h>
#include <base/checked.h>
#include <kernel/capsules.h>
#include <kernel/timer.h>

enum { SAMPLE_SIZE = 2 };

/* Repeated sampling of one process. */
struct adc {
    struct timer timer;      /* armed while it goes on, for the next sample */
    struct process *process; /* whose grant this is */
    uint32_t position;       /* samples in the buffer that is being filled */
    uint8_t mode;            /* enum abi_adc_mode */
    uint8_t channel;
    uint8_t buffer; /* number of that buffer */
};

static const struct hil_adc *converter;

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

/* Answers whether there is another buffer to fill. */
static bool finish_buffer(struct adc *adc, const uint8_t *data, uint32_t count)
{
    uint32_t what = count << 8 | adc->channel;

    (void)upcall_post(&adc_driver, adc->process, ABI_ADC_UPCALL_ADDRESS, adc->mode, what,
                      (uint32_t)(uintptr_t)data);
    (void)upcall_post(&adc_driver, adc->process, ABI_ADC_UPCALL, adc->mode, what, adc->buffer);
    adc->position = 0;
    adc->buffer ^= 1u;
    return adc->mode == ABI_ADC_MODE_BUFFERS && capacity(adc->process, adc->buffer) != 0;
}

/*
 * Answers whether sampling goes on. The buffer may have become smaller since the last sample, or
 * have vanished: it is full then.
 */
static bool store(struct adc *adc, uint16_t sample)
{
    struct userbuf_rw buffer = userbuf_rw(&adc_driver, adc->process, adc->buffer);
    uint32_t room = buffer.length / SAMPLE_SIZE;

    if (adc->position < room) {
        bytes_put_u16(buffer.data + SAMPLE_SIZE * adc->position, sample);
        adc->position++;
    }
    return adc->position < room || finish_buffer(adc, buffer.data, room);
}

static void fired(void *context)
{
    struct adc *adc = context;
    uint32_t period = adc->timer.delta;
    uint32_t reference = adc->timer.reference + period;
    uint16_t sample = convert(adc->channel);

    if (adc->mode == ABI_ADC_MODE_REPEATED) {
        post_sample(adc->process, adc->mode, adc->channel, sample);
    } else if (!store(adc, sample)) {
        return;
    }
    if (timer_now() - reference >= period) {
        reference = timer_now();
    }
    timer_arm(&adc->timer, reference, period);
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
    if (adc->timer.armed) {
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
        .timer = {.fired = fired, .context = adc},
        .process = process,
        .mode = (uint8_t)mode,
        .channel = (uint8_t)channel,
        .buffer = ABI_ADC_RW_FIRST,
    };
    timer_arm(&adc->timer, timer_now(), timer_frequency() / frequency);
    return syscall_success();
}

static struct syscall_result stop(struct process *process)
{
    struct adc *adc = grant_peek(&adc_driver, process);

    if (adc != NULL) {
        timer_cancel(&adc->timer);
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

/* Its timer is in the grant: it must not outlive it. */
static void ended(const struct driver *driver, struct process *process)
{
    (void)driver;
    (void)stop(process);
}

const struct driver adc_driver = {
    .number = ABI_DRIVER_ADC,
    .state_size = sizeof(struct adc),
    .upcalls = 2,
    .rw_buffers = 2,
    .init = init,
    .command = command,
    .ended = ended,
};
