// SPDX-License-Identifier: Apache-2.0
/* A row of general-purpose pins, with an event at each edge. Kernel loop and system calls only. */
#ifndef HIL_GPIO_H
#define HIL_GPIO_H

#include <stdbool.h>
#include <stdint.h>

enum hil_gpio_pull { HIL_GPIO_PULL_NONE, HIL_GPIO_PULL_UP, HIL_GPIO_PULL_DOWN };

/** In every function, pin is < count and not missing. */
struct hil_gpio {
    /** Number of pins, at most 32; indices run from 0. */
    uint8_t count;
    /** A bit for each index that has no pin on this board. */
    uint32_t missing;
    /** Makes the pin an output; it takes the level that set() gave it last, at first low. */
    void (*make_output)(const struct hil_gpio *gpio, uint8_t pin);
    /** Makes the pin an input. Answers 0, or HIL_E_UNSUPPORTED for a resistor that it lacks. */
    int (*make_input)(const struct hil_gpio *gpio, uint8_t pin, enum hil_gpio_pull pull);
    /** Takes the pin out of use, in its state of least power. */
    void (*disable)(const struct hil_gpio *gpio, uint8_t pin);
    /** The level that the pin has as an output, now or as soon as it is one. */
    void (*set)(const struct hil_gpio *gpio, uint8_t pin, bool high);
    /** The level at the pin, whoever drives it. */
    bool (*get)(const struct hil_gpio *gpio, uint8_t pin);
    /** Sets who is told of edges: changed(context, pin, high), in the kernel loop. */
    void (*listen)(const struct hil_gpio *gpio,
                   void (*changed)(void *context, uint8_t pin, bool high), void *context);
    /** Watches edges of a pin from now on; neither of them: no longer, and it costs nothing. */
    void (*watch)(const struct hil_gpio *gpio, uint8_t pin, bool rising, bool falling);
};

#endif
