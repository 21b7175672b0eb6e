// SPDX-License-Identifier: Apache-2.0
#include <gantry/adc.h>

static uint32_t number_of(uint32_t command)
{
    struct syscall_return result = syscall_command(ABI_DRIVER_ADC, command, 0, 0);

    return syscall_ok(result) ? result.value[0] : 0;
}

static enum abi_error start(uint32_t command, uint32_t channel, uint32_t hertz)
{
    return syscall_error(syscall_command(ABI_DRIVER_ADC, command, channel, hertz));
}

static void share(uint32_t number, uint16_t *samples, size_t count)
{
    (void)syscall_allow_rw(ABI_DRIVER_ADC, number, samples, count * sizeof *samples);
}

uint32_t adc_channel_count(void)
{
    return number_of(ABI_COMMAND_EXISTS);
}

uint32_t adc_resolution(void)
{
    return number_of(ABI_ADC_RESOLUTION);
}

uint32_t adc_reference_mv(void)
{
    return number_of(ABI_ADC_REFERENCE);
}

enum abi_error adc_sample(uint32_t channel, uint16_t *sample)
{
    uint32_t event[3];
    enum abi_error error = start(ABI_ADC_SAMPLE, channel, 0);

    if (error == ABI_OK) {
        syscall_yield_wait_for(ABI_DRIVER_ADC, ABI_ADC_UPCALL, event);
        *sample = (uint16_t)event[2];
    }
    return error;
}

enum abi_error adc_fill(uint32_t channel, uint32_t hertz, uint16_t *samples, size_t count)
{
    uint32_t event[3];
    enum abi_error error = adc_start_fill(channel, hertz, samples, count);

    if (error == ABI_OK) {
        syscall_yield_wait_for(ABI_DRIVER_ADC, ABI_ADC_UPCALL, event);
        share(ABI_ADC_RW_FIRST, NULL, 0);
    }
    return error;
}

enum abi_error adc_listen(upcall_function *function, void *userdata)
{
    return syscall_error(syscall_subscribe(ABI_DRIVER_ADC, ABI_ADC_UPCALL, function, userdata));
}

enum abi_error adc_start(uint32_t channel)
{
    return start(ABI_ADC_SAMPLE, channel, 0);
}

enum abi_error adc_start_repeatedly(uint32_t channel, uint32_t hertz)
{
    return start(ABI_ADC_SAMPLE_REPEATEDLY, channel, hertz);
}

enum abi_error adc_start_fill(uint32_t channel, uint32_t hertz, uint16_t *samples, size_t count)
{
    share(ABI_ADC_RW_FIRST, samples, count);
    return start(ABI_ADC_FILL, channel, hertz);
}

enum abi_error adc_start_fill_repeatedly(uint32_t channel, uint32_t hertz, uint16_t *first,
                                         uint16_t *second, size_t count)
{
    share(ABI_ADC_RW_FIRST, first, count);
    share(ABI_ADC_RW_SECOND, second, count);
    return start(ABI_ADC_FILL_REPEATEDLY, channel, hertz);
}

enum abi_error adc_stop(void)
{
    enum abi_error error = start(ABI_ADC_STOP, 0, 0);

    share(ABI_ADC_RW_FIRST, NULL, 0);
    share(ABI_ADC_RW_SECOND, NULL, 0);
    return error;
}
