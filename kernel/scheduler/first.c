// SPDX-License-Identifier: Apache-2.0
#include <base/bits.h>
#include <kernel/scheduler.h>

uint32_t scheduler_first_from(uint32_t set, uint32_t from)
{
    uint32_t behind = from < 32 ? set >> from << from : 0;

    return bits_lowest(behind != 0 ? behind : set);
}
