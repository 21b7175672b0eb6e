// SPDX-License-Identifier: Apache-2.0
#include <gantry/memory.h>
#include <gantry/process.h>

/* A command whose answer comes through a buffer; the buffer is the app's again behind it. */
static struct syscall_return query(uint32_t command, uint32_t id, void *data, size_t size)
{
    struct syscall_return result =
        syscall_allow_rw(ABI_DRIVER_PROCESS_INFO, ABI_PROCESS_RW_BUFFER, data, size);

    if (syscall_ok(result)) {
        result = syscall_command(ABI_DRIVER_PROCESS_INFO, command, id, 0);
        (void)syscall_allow_rw(ABI_DRIVER_PROCESS_INFO, ABI_PROCESS_RW_BUFFER, NULL, 0);
    }
    return result;
}

static uint32_t list(uint32_t command, uint32_t *words, size_t capacity)
{
    struct syscall_return result;

    (void)memset(words, 0, capacity * sizeof *words);
    result = query(command, 0, words, capacity * sizeof *words);
    return syscall_ok(result) ? result.value[0] : 0;
}

uint32_t process_count(void)
{
    struct syscall_return result =
        syscall_command(ABI_DRIVER_PROCESS_INFO, ABI_PROCESS_COUNT, 0, 0);

    return syscall_ok(result) ? result.value[0] : 0;
}

uint32_t process_ids(uint32_t *ids, size_t capacity)
{
    return list(ABI_PROCESS_IDS, ids, capacity);
}

uint32_t process_short_ids(uint32_t *short_ids, size_t capacity)
{
    return list(ABI_PROCESS_SHORT_IDS, short_ids, capacity);
}

enum abi_error process_name(uint32_t id, char *name, size_t size, size_t *length)
{
    struct syscall_return result;

    (void)memset(name, 0, size);
    result = query(ABI_PROCESS_NAME, id, name, size - 1);
    if (syscall_ok(result) && length != NULL) {
        *length = result.value[0];
    }
    return syscall_error(result);
}

enum abi_error process_read_statistics(uint32_t id, struct process_statistics *statistics)
{
    /* The kernel answers success to an identifier that it does not know, and writes nothing. */
    enum { NOTHING = 0xFF };
    struct syscall_return result;

    (void)memset(statistics, NOTHING, sizeof *statistics);
    result = query(ABI_PROCESS_STATISTICS, id, statistics, sizeof *statistics);
    if (syscall_ok(result) && statistics->state > ABI_PROCESS_TERMINATED) {
        return ABI_INVAL;
    }
    return syscall_error(result);
}

enum abi_error process_control(uint32_t id, enum abi_process_action action)
{
    return syscall_error(
        syscall_command(ABI_DRIVER_PROCESS_INFO, ABI_PROCESS_CONTROL, id, (uint32_t)action));
}
