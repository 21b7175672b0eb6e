// SPDX-License-Identifier: Apache-2.0
#include "pieces.h"

void pieces_run(void *context)
{
    struct pieces *pieces = context;
    uint32_t slots = process_slots();

    for (uint32_t i = 0; i < slots; i++) {
        uint32_t slot = (pieces->turn + i) % slots;
        struct process *process = process_at(slot);
        void *state = process != NULL ? grant_peek(pieces->driver, process) : NULL;

        if (state != NULL && pieces->run(process, state)) {
            pieces->turn = (slot + 1) % slots;
            work_post(&pieces->work);
            return;
        }
    }
}
