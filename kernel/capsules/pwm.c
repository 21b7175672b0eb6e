// SPDX-License-Identifier: Apache-2.0
/* Driver 0x10: pulses. A pin belongs to the process that started it, until that stops it or ends.
 */
#include <kernel/capsules.h>

struct pwm {
    uint32_t owned; /* one bit per pin */
};

static const struct hil_pwm *pins;

static void init(const struct driver *driver, const void *device)
{
    (void)driver;
    pins = device;
}

static bool belongs_to_another(const struct process *process, uint32_t bit)
{
    for (uint32_t i = 0; i < process_slots(); i++) {
        struct process *other = process_at(i);
        const struct pwm *pwm =
            other != NULL && other != process ? grant_peek(&pwm_driver, other) : NULL;

        if (pwm != NULL && (pwm->owned & bit) != 0) {
            return true;
        }
    }
    return false;
}

static struct syscall_result start(struct pwm *pwm, uint8_t pin, uint32_t hz, uint32_t duty)
{
    if (duty > HIL_PWM_DUTY_ALL || pins->start(pins, pin, hz, duty) != 0) {
        return syscall_failure(ABI_INVAL);
    }
    pwm->owned |= (uint32_t)1 << pin;
    return syscall_success();
}

static struct syscall_result stop(struct pwm *pwm, uint8_t pin)
{
    uint32_t bit = (uint32_t)1 << pin;

    if ((pwm->owned & bit) == 0) {
        return syscall_failure(ABI_OFF);
    }
    pwm->owned &= ~bit;
    pins->stop(pins, pin);
    return syscall_success();
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t argument0, uint32_t argument1)
{
    uint32_t pin = number == ABI_PWM_START ? argument0 & 0xFFFFu : argument0;
    struct pwm *pwm;

    if (number == ABI_COMMAND_EXISTS) {
        return syscall_success();
    }
    if (number == ABI_PWM_COUNT) {
        return syscall_success_u32(pins->count);
    }
    if (number > ABI_PWM_COUNT) {
        return syscall_failure(ABI_NOSUPPORT);
    }
    if (pin >= pins->count) {
        return syscall_failure(ABI_INVAL);
    }
    if (number == ABI_PWM_FREQUENCY_MAX) {
        return syscall_success_u32(pins->frequency_max(pins, (uint8_t)pin));
    }
    if (belongs_to_another(process, (uint32_t)1 << pin)) {
        return syscall_failure(ABI_RESERVE);
    }
    pwm = grant_enter(driver, process);
    if (pwm == NULL) {
        return syscall_failure(ABI_NOMEM);
    }
    return number == ABI_PWM_START ? start(pwm, (uint8_t)pin, argument1, argument0 >> 16)
                                   : stop(pwm, (uint8_t)pin);
}

static void ended(const struct driver *driver, struct process *process)
{
    struct pwm *pwm = grant_peek(driver, process);

    for (uint8_t pin = 0; pwm != NULL && pin < pins->count; pin++) {
        (void)stop(pwm, pin);
    }
}

const struct driver pwm_driver = {
    .number = ABI_DRIVER_PWM,
    .state_size = sizeof(struct pwm),
    .init = init,
    .command = command,
    .ended = ended,
};
