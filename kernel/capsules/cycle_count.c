// SPDX-License-Identifier: Apache-2.0
/*
 * Driver 0x90008: processor cycles. Each process has a counter of its own, which it starts, stops
 * and resets, over the board's one, which runs on from when the first of them was started. A
 * process that has done none of these reads the board's: what two of them read is comparable.
 */
#include <kernel/capsules.h>
#include <kernel/timer.h>

/* Words, since grants are aligned to 4. */
struct cycles {
    uint32_t low;
    uint32_t high;
};

struct cycle_count {
    struct cycles count; /* when running: what the board's counter showed when this one was 0 */
    bool running;
};

static void refresh(void *context);

static struct {
    struct timer timer; /* armed from the first start on */
    const struct hil_cycle_counter *counter;
    uint64_t total; /* at the last look */
} board = {.timer = {.fired = refresh}};

static void init(const struct driver *driver, const void *device)
{
    (void)driver;
    board.counter = device;
}

/* The board's counter, extended to 64 bits: never two looks further apart than it takes to wrap. */
static uint64_t now(void)
{
    if (board.timer.armed) {
        board.total += board.counter->now(board.counter) - (uint32_t)board.total;
    }
    return board.total;
}

/* At most half the time to a wrap, in counts of the alarm: the ratio is rounded up, since a 64-bit
 * division would bring a large function along, and looking early does no harm. */
static uint32_t half_wrap(void)
{
    return UINT32_MAX / 2 / (board.counter->frequency / timer_frequency() + 1);
}

static void refresh(void *context)
{
    (void)context;
    timer_arm(&board.timer, timer_now(), half_wrap());
    (void)now();
}

static void start_counter(void)
{
    if (!board.timer.armed) {
        board.counter->start(board.counter);
        board.total = board.counter->now(board.counter);
        refresh(NULL);
    }
}

static uint64_t get(const struct cycles *cycles)
{
    return (uint64_t)cycles->high << 32 | cycles->low;
}

static void put(struct cycles *cycles, uint64_t value)
{
    cycles->low = (uint32_t)value;
    cycles->high = (uint32_t)(value >> 32);
}

/* From a count to the zero point and back: each is what is left of the other to the total. */
static void turn_over(struct cycle_count *state, bool running)
{
    if (state->running != running) {
        put(&state->count, now() - get(&state->count));
        state->running = running;
    }
}

static struct syscall_result read(struct process *process)
{
    const struct cycle_count *state = grant_peek(&cycle_count_driver, process);
    uint64_t value = now();

    if (state != NULL) {
        value = state->running ? value - get(&state->count) : get(&state->count);
    }
    return (struct syscall_result){ABI_SUCCESS_U64, {(uint32_t)value, (uint32_t)(value >> 32), 0}};
}

static struct syscall_result command(const struct driver *driver, struct process *process,
                                     uint32_t number, uint32_t argument0, uint32_t argument1)
{
    struct cycle_count *state;

    (void)argument0;
    (void)argument1;
    if (number == ABI_COMMAND_EXISTS) {
        return syscall_success();
    }
    if (number == ABI_CYCLE_COUNT_READ) {
        return read(process);
    }
    if (number > ABI_CYCLE_COUNT_STOP) {
        return syscall_failure(ABI_NOSUPPORT);
    }
    state = grant_enter(driver, process);
    if (state == NULL) {
        return syscall_failure(ABI_NOMEM);
    }
    if (number == ABI_CYCLE_COUNT_START) {
        start_counter();
    }
    turn_over(state, number == ABI_CYCLE_COUNT_START);
    if (number == ABI_CYCLE_COUNT_RESET) {
        put(&state->count, 0);
    }
    return syscall_success();
}

const struct driver cycle_count_driver = {
    .number = ABI_DRIVER_CYCLE_COUNT,
    .state_size = sizeof(struct cycle_count),
    .init = init,
    .command = command,
};
