// SPDX-License-Identifier: Apache-2.0
/* Driver 3: buttons. An edge is reported to each process that enabled the button. */
#include <kernel/capsules.h>

struct interest {
    uint32_t enabled; /* one bit per button */
};

static const struct hil_button *buttons;

/* Watches exactly the buttons that some process wants to hear of. */
static void update_watch(const struct process *leaving)
{
    uint32_t wanted = 0;

    for (uint32_t i = 0; i < process_slots(); i++) {
        struct process *process = process_at(i);
        const struct interest *interest =
            process != NULL && process != leaving ? grant_peek(&button_driver, process) : NULL;

        wanted |= interest != NULL ? interest->enabled : 0;
    }
    for (uint8_t i = 0; i < buttons->count; i++) {
        buttons->watch(buttons, i, ((wanted >> i) & 1u) != 0);
    }
}

static void changed(void *context, uint8_t index, bool pressed)
{
    (void)context;
    for (uint32_t i = 0; i < process_slots(); i++) {
        struct process *process = process_at(i);
        const struct interest *interest =
            process != NULL ? grant_peek(&button_driver, process) : NULL;

        if (interest != NULL && ((interest->enabled >> index) & 1u) != 0) {
            (void)upcall_post(&button_driver, process, ABI_BUTTON_UPCALL_CHANGED, index,
                              pressed ? 1 : 0, 0);
        }
    }
}

static void init(const struct driver *driver, const void *device)
{
    (void)driver;
    buttons = device;
    buttons->listen(buttons, changed, NULL);
}

static struct syscall_result enable(struct process *process, uint32_t index, bool on)
{
    struct interest *interest = grant_enter(&button_driver, process);

    if (interest == NULL) {
        return syscall_failure(ABI_NOMEM);
    }
    interest->enabled = on ? interest->enabled | (1u << index) : interest->enabled & ~(1u << index);
    update_watch(NULL);
    return syscall_success();
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t index, uint32_t argument1)
{
    (void)driver;
    (void)argument1;
    if (number == ABI_COMMAND_EXISTS) {
        return syscall_success_u32(buttons->count);
    }
    if (number > ABI_BUTTON_READ) {
        return syscall_failure(ABI_NOSUPPORT);
    }
    if (index >= buttons->count) {
        return syscall_failure(ABI_INVAL);
    }
    if (number == ABI_BUTTON_READ) {
        return syscall_success_u32(buttons->pressed(buttons, (uint8_t)index) ? 1 : 0);
    }
    return enable(process, index, number == ABI_BUTTON_ENABLE);
}

static void ended(const struct driver *driver, struct process *process)
{
    (void)driver;
    update_watch(process);
}

const struct driver button_driver = {
    .number = ABI_DRIVER_BUTTON,
    .state_size = sizeof(struct interest),
    .upcalls = 1,
    .init = init,
    .command = command,
    .ended = ended,
};
