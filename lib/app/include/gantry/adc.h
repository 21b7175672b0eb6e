// SPDX-License-Identifier: Apache-2.0
/*
 * The converter of voltages to numbers. A sample has 16 bits, of which the upper adc_resolution()
 * count; 65536 would be the reference voltage. An app does one thing at a time with it, beside
 * whatever others do: a second one is refused with ABI_BUSY. Every function answers ABI_NODEVICE on
 * a board without a converter, and those that sample ABI_INVAL for a channel or a rate that it does
 * not have.
 */
#ifndef GANTRY_ADC_H
#define GANTRY_ADC_H

#include <gantry/syscall.h>

/** Number of channels; 0 when the board has no converter. */
uint32_t adc_channel_count(void);
/** Bits of a sample that count; 0 when the board has no converter. */
uint32_t adc_resolution(void);
/** The reference voltage in millivolts; 0 when it is not known. */
uint32_t adc_reference_mv(void);

/** Takes one sample. */
enum abi_error adc_sample(uint32_t channel, uint16_t *sample);
/**
 * Fills an array with samples, hertz of them per second, and waits for it; other upcalls are not
 * run meanwhile.
 * @param count  at least 1, below 2^24
 */
enum abi_error adc_fill(uint32_t channel, uint32_t hertz, uint16_t *samples, size_t count);

/**
 * Sets who hears of what the functions below bring, while the app yields:
 * function(mode, what, value, userdata) with mode an enum abi_adc_mode; for samples, what is the
 * channel and value the sample; for arrays, what is adc_event_count() and adc_event_channel() in
 * one and value 0 for the first array, 1 for the second.
 */
enum abi_error adc_listen(upcall_function *function, void *userdata);
static inline uint32_t adc_event_channel(uint32_t what)
{
    return what & 0xFFu;
}
static inline uint32_t adc_event_count(uint32_t what)
{
    return what >> 8;
}
/** Asks for one sample. */
enum abi_error adc_start(uint32_t channel);
/** Asks for sample after sample, hertz of them per second, until adc_stop(). */
enum abi_error adc_start_repeatedly(uint32_t channel, uint32_t hertz);
/** Has an array filled once. The array is the kernel's until then. */
enum abi_error adc_start_fill(uint32_t channel, uint32_t hertz, uint16_t *samples, size_t count);
/**
 * Has two arrays filled in turn, until adc_stop(); they are the kernel's until then, but while one
 * is filled the other may be read.
 */
enum abi_error adc_start_fill_repeatedly(uint32_t channel, uint32_t hertz, uint16_t *first,
                                         uint16_t *second, size_t count);
/**
 * Ends whatever goes on, and takes the arrays back. What it had brought by then may still be heard
 * of; adc_listen() begins afresh.
 */
enum abi_error adc_stop(void);

#endif
