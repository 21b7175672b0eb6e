// SPDX-License-Identifier: Apache-2.0
/* Pins: each process's own edges, the union of them watched, and nothing watched for nobody. */
#include "capsule_support.h"

#include <hil/error.h>
#include <kernel/capsules.h>

enum { PINS = 4, HOLE = 2, NO_DOWN = 1, BEHIND = PINS };

struct pin {
    bool output;
    bool high;
    bool rising;
    bool falling;
    enum hil_gpio_pull pull;
};

static struct pin pin[PINS];
static void (*changed)(void *context, uint8_t pin, bool high);

static void make_output(const struct hil_gpio *gpio, uint8_t index)
{
    (void)gpio;
    pin[index].output = true;
}

static int make_input(const struct hil_gpio *gpio, uint8_t index, enum hil_gpio_pull pull)
{
    (void)gpio;
    if (index == NO_DOWN && pull == HIL_GPIO_PULL_DOWN) {
        return HIL_E_UNSUPPORTED;
    }
    pin[index].output = false;
    pin[index].pull = pull;
    return 0;
}

static void disable(const struct hil_gpio *gpio, uint8_t index)
{
    (void)gpio;
    pin[index].output = false;
}

static void set(const struct hil_gpio *gpio, uint8_t index, bool high)
{
    (void)gpio;
    pin[index].high = high;
}

static bool get(const struct hil_gpio *gpio, uint8_t index)
{
    (void)gpio;
    return pin[index].high;
}

static void listen(const struct hil_gpio *gpio,
                   void (*listener)(void *context, uint8_t pin, bool high), void *context)
{
    (void)gpio;
    (void)context;
    changed = listener;
}

static void watch(const struct hil_gpio *gpio, uint8_t index, bool rising, bool falling)
{
    (void)gpio;
    assert_int_not_equal(index, HOLE);
    pin[index].rising = rising;
    pin[index].falling = falling;
}

static const struct hil_gpio gpio = {
    .count = PINS,
    .missing = 1u << HOLE,
    .make_output = make_output,
    .make_input = make_input,
    .disable = disable,
    .set = set,
    .get = get,
    .listen = listen,
    .watch = watch,
};

static int begin(void **state)
{
    (void)state;
    capsule_reset(0);
    for (uint32_t i = 0; i < PINS; i++) {
        pin[i] = (struct pin){.pull = HIL_GPIO_PULL_NONE};
    }
    gpio_driver.init(&gpio_driver, &gpio);
    return 0;
}

static void succeeds(uint32_t process, uint32_t command, uint32_t index, uint32_t argument)
{
    assert_int_equal(capsule_command(&gpio_driver, process, command, index, argument).variant,
                     ABI_SUCCESS);
}

static void fails(uint32_t command, uint32_t index, uint32_t argument, enum abi_error error)
{
    struct syscall_result result = capsule_command(&gpio_driver, 0, command, index, argument);

    assert_int_equal(result.variant, ABI_FAILURE);
    assert_int_equal(result.value[0], error);
}

static void pins_are_driven_and_read(void **state)
{
    struct syscall_result result;

    (void)state;
    succeeds(0, ABI_COMMAND_EXISTS, 0, 0);
    result = capsule_command(&gpio_driver, 0, ABI_GPIO_COUNT, 0, 0);
    assert_int_equal(result.variant, ABI_SUCCESS_U32);
    assert_int_equal(result.value[0], PINS);
    succeeds(0, ABI_GPIO_MAKE_OUTPUT, 0, 0);
    assert_true(pin[0].output);
    succeeds(0, ABI_GPIO_SET, 0, 0);
    assert_true(pin[0].high);
    succeeds(0, ABI_GPIO_CLEAR, 0, 0);
    assert_false(pin[0].high);
    succeeds(0, ABI_GPIO_TOGGLE, 0, 0);
    result = capsule_command(&gpio_driver, 1, ABI_GPIO_READ, 0, 0);
    assert_int_equal(result.variant, ABI_SUCCESS_U32);
    assert_int_equal(result.value[0], 1);
    succeeds(0, ABI_GPIO_MAKE_INPUT, 0, ABI_GPIO_PULL_UP);
    assert_int_equal(pin[0].pull, HIL_GPIO_PULL_UP);
    succeeds(0, ABI_GPIO_MAKE_INPUT, 0, ABI_GPIO_PULL_DOWN);
    assert_int_equal(pin[0].pull, HIL_GPIO_PULL_DOWN);
    assert_false(pin[0].output);
}

static void what_is_not_there_is_refused(void **state)
{
    (void)state;
    for (uint32_t command = ABI_GPIO_MAKE_OUTPUT; command < ABI_GPIO_COUNT; command++) {
        fails(command, BEHIND, 0, ABI_INVAL);
        fails(command, UINT32_MAX, 0, ABI_INVAL);
        fails(command, 256, 0, ABI_INVAL);
        fails(command, HOLE, 0, ABI_NODEVICE);
    }
    fails(11, 0, 0, ABI_NOSUPPORT);
    fails(UINT32_MAX, 0, 0, ABI_NOSUPPORT);
    fails(ABI_GPIO_MAKE_INPUT, 0, 3, ABI_NOSUPPORT);
    fails(ABI_GPIO_MAKE_INPUT, 0, UINT32_MAX, ABI_NOSUPPORT);
    fails(ABI_GPIO_MAKE_INPUT, NO_DOWN, ABI_GPIO_PULL_DOWN, ABI_NOSUPPORT);
    fails(ABI_GPIO_WATCH, 0, 3, ABI_NOSUPPORT);
    capsule_exhaust(0);
    fails(ABI_GPIO_WATCH, 0, 0, ABI_NOMEM);
}

static void the_union_of_edges_is_watched(void **state)
{
    (void)state;
    succeeds(0, ABI_GPIO_WATCH, 3, ABI_GPIO_EDGE_RISING);
    assert_true(pin[3].rising && !pin[3].falling);
    succeeds(1, ABI_GPIO_WATCH, 3, ABI_GPIO_EDGE_FALLING);
    assert_true(pin[3].rising && pin[3].falling);
    succeeds(0, ABI_GPIO_IGNORE, 3, 0);
    assert_true(!pin[3].rising && pin[3].falling);
    succeeds(1, ABI_GPIO_WATCH, 3, ABI_GPIO_EDGE_EITHER);
    assert_true(pin[3].rising && pin[3].falling);
    capsule_end(1);
    assert_true(!pin[3].rising && !pin[3].falling);
}

static void an_edge_reaches_who_wants_it(void **state)
{
    (void)state;
    succeeds(0, ABI_GPIO_WATCH, 1, ABI_GPIO_EDGE_RISING);
    succeeds(1, ABI_GPIO_WATCH, 1, ABI_GPIO_EDGE_FALLING);
    capsule_subscribe(&gpio_driver, 2); /* named no edge: hears of every one */
    changed(NULL, 1, true);
    capsule_expect_upcall(0, &gpio_driver, ABI_GPIO_UPCALL_CHANGED, 1, 1, 0);
    capsule_expect_upcall(2, &gpio_driver, ABI_GPIO_UPCALL_CHANGED, 1, 1, 0);
    capsule_expect_no_upcall();
    changed(NULL, 1, false);
    capsule_expect_upcall(1, &gpio_driver, ABI_GPIO_UPCALL_CHANGED, 1, 0, 0);
    capsule_expect_upcall(2, &gpio_driver, ABI_GPIO_UPCALL_CHANGED, 1, 0, 0);
    capsule_expect_no_upcall();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(pins_are_driven_and_read, begin),
        cmocka_unit_test_setup(what_is_not_there_is_refused, begin),
        cmocka_unit_test_setup(the_union_of_edges_is_watched, begin),
        cmocka_unit_test_setup(an_edge_reaches_who_wants_it, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
