// SPDX-License-Identifier: Apache-2.0
/*
 * Driver 4: general-purpose pins. Every process may use every pin, and the last one wins; which
 * edges it wants to hear of, each process says for itself. As apps for Tock expect it, an edge is
 * also reported to the processes that use the driver without having named an edge of that pin.
 */
#include <kernel/capsules.h>

struct interest {
    uint32_t rising; /* one bit per pin */
    uint32_t falling;
};

static const struct hil_gpio *pins;

static uint32_t bit_of(uint8_t pin)
{
    return (uint32_t)1 << pin;
}

/* Watches, of some pins, exactly the edges that some process wants to hear of. */
static void update_watch(const struct process *leaving, uint32_t some)
{
    struct interest wanted = {0, 0};

    for (uint32_t i = 0; i < process_slots(); i++) {
        struct process *process = process_at(i);
        const struct interest *interest =
            process != NULL && process != leaving ? grant_peek(&gpio_driver, process) : NULL;

        if (interest != NULL) {
            wanted.rising |= interest->rising;
            wanted.falling |= interest->falling;
        }
    }
    for (uint8_t pin = 0; pin < pins->count; pin++) {
        if ((some & bit_of(pin)) != 0) {
            pins->watch(pins, pin, (wanted.rising & bit_of(pin)) != 0,
                        (wanted.falling & bit_of(pin)) != 0);
        }
    }
}

static bool hears(const struct interest *interest, uint32_t bit, bool high)
{
    return ((interest->rising | interest->falling) & bit) == 0 ||
           ((high ? interest->rising : interest->falling) & bit) != 0;
}

static void changed(void *context, uint8_t pin, bool high)
{
    (void)context;
    for (uint32_t i = 0; i < process_slots(); i++) {
        struct process *process = process_at(i);
        const struct interest *interest =
            process != NULL ? grant_peek(&gpio_driver, process) : NULL;

        if (interest != NULL && hears(interest, bit_of(pin), high)) {
            (void)upcall_post(&gpio_driver, process, ABI_GPIO_UPCALL_CHANGED, pin, high ? 1 : 0, 0);
        }
    }
}

static void init(const struct driver *driver, const void *device)
{
    (void)driver;
    pins = device;
    pins->listen(pins, changed, NULL);
}

static struct syscall_result make_input(uint8_t pin, uint32_t pull)
{
    static const uint8_t pulls[] = {
        [ABI_GPIO_PULL_NONE] = HIL_GPIO_PULL_NONE,
        [ABI_GPIO_PULL_UP] = HIL_GPIO_PULL_UP,
        [ABI_GPIO_PULL_DOWN] = HIL_GPIO_PULL_DOWN,
    };

    if (pull >= sizeof pulls || pins->make_input(pins, pin, (enum hil_gpio_pull)pulls[pull]) != 0) {
        return syscall_failure(ABI_NOSUPPORT);
    }
    return syscall_success();
}

static struct syscall_result watch(struct process *process, uint8_t pin, uint32_t edge)
{
    struct interest *interest;

    if (edge > ABI_GPIO_EDGE_FALLING) {
        return syscall_failure(ABI_NOSUPPORT);
    }
    interest = grant_enter(&gpio_driver, process);
    if (interest == NULL) {
        return syscall_failure(ABI_NOMEM);
    }
    interest->rising &= ~bit_of(pin);
    interest->falling &= ~bit_of(pin);
    interest->rising |= edge != ABI_GPIO_EDGE_FALLING ? bit_of(pin) : 0;
    interest->falling |= edge != ABI_GPIO_EDGE_RISING ? bit_of(pin) : 0;
    update_watch(NULL, bit_of(pin));
    return syscall_success();
}

static struct syscall_result ignore(struct process *process, uint8_t pin)
{
    struct interest *interest = grant_peek(&gpio_driver, process);

    if (interest != NULL) {
        interest->rising &= ~bit_of(pin);
        interest->falling &= ~bit_of(pin);
        update_watch(NULL, bit_of(pin));
    }
    return syscall_success();
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t index, uint32_t argument1)
{
    uint8_t pin = (uint8_t)index;

    (void)driver;
    if (number == ABI_COMMAND_EXISTS) {
        return syscall_success();
    }
    if (number == ABI_GPIO_COUNT) {
        return syscall_success_u32(pins->count);
    }
    if (number > ABI_GPIO_COUNT) {
        return syscall_failure(ABI_NOSUPPORT);
    }
    if (index >= pins->count) {
        return syscall_failure(ABI_INVAL);
    }
    if ((pins->missing & bit_of(pin)) != 0) {
        return syscall_failure(ABI_NODEVICE);
    }
    switch (number) {
    case ABI_GPIO_MAKE_OUTPUT:
        pins->make_output(pins, pin);
        return syscall_success();
    case ABI_GPIO_SET:
    case ABI_GPIO_CLEAR:
        pins->set(pins, pin, number == ABI_GPIO_SET);
        return syscall_success();
    case ABI_GPIO_TOGGLE:
        pins->set(pins, pin, !pins->get(pins, pin));
        return syscall_success();
    case ABI_GPIO_MAKE_INPUT:
        return make_input(pin, argument1);
    case ABI_GPIO_READ:
        return syscall_success_u32(pins->get(pins, pin) ? 1 : 0);
    case ABI_GPIO_WATCH:
        return watch(process, pin, argument1);
    case ABI_GPIO_IGNORE:
        return ignore(process, pin);
    default: /* ABI_GPIO_DISABLE */
        pins->disable(pins, pin);
        return syscall_success();
    }
}

static void ended(const struct driver *driver, struct process *process)
{
    const struct interest *interest = grant_peek(driver, process);

    if (interest != NULL) {
        update_watch(process, interest->rising | interest->falling);
    }
}

const struct driver gpio_driver = {
    .number = ABI_DRIVER_GPIO,
    .state_size = sizeof(struct interest),
    .upcalls = 1,
    .init = init,
    .command = command,
    .ended = ended,
};
