// SPDX-License-Identifier: Apache-2.0
/*
 * Any bytes as a journal half and as the begin of the app region: mounting ends, reads stay inside
 * the flash, and whatever the store then believes, an install and a removal do no harm.
 *
 * Input: pairs of {offset low, offset high, value}; offsets count from the journal, and from 0x8000
 * on from the app region. CRCs of records in the first 512 bytes are put right when the first byte
 * is odd.
 */
#include <stdlib.h>

#include <world.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Makes the CRC right of what could be a record, so that its content is looked at. */
static void mend(struct world *world, uint32_t address)
{
    uint8_t bytes[STORE_RECORD_MAX];
    struct store_frame frame = {0};
    const uint8_t *at = nor_at(&world->nor, address);

    frame.length = (uint16_t)(at[0] | at[1] << 8);
    if (frame.length < STORE_BODY_MIN || frame.length > STORE_BODY_MAX) {
        return;
    }
    for (unsigned i = 0; i < STORE_RECORD_MAX; i++) {
        bytes[i] = at[i];
    }
    frame.tail = (uint16_t)(at[2] | at[3] << 8);
    frame.type = (uint16_t)(at[4] | at[5] << 8);
    frame.flags = (uint16_t)(at[6] | at[7] << 8);
    frame.key =
        (uint32_t)at[8] | (uint32_t)at[9] << 8 | (uint32_t)at[10] << 16 | (uint32_t)at[11] << 24;
    frame.sequence = (uint32_t)at[12] | (uint32_t)at[13] << 8;
    store_frame_encode(bytes, &frame);
    for (unsigned i = 0; i < STORE_FRAME_SIZE; i++) {
        nor_poke(&world->nor, address + i, bytes[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct step install = {STEP_INSTALL, 6, 0, 5000, 1};
    static const struct step removal = {STEP_REMOVE, 1, 0, 0, 0};
    static struct world world;
    static struct world start;
    static bool ready;

    if (!ready) {
        const struct step first = {STEP_INSTALL, 1, 0, 5000, 1};
        const struct step second = {STEP_INSTALL, 2, 3, 9000, 1};

        world_init(&start, &world_layouts[0]);
        world_init(&world, &world_layouts[0]);
        if (world_mount(&start) != 0 || world_take(&start, &first) != 0 ||
            world_take(&start, &second) != 0) {
            abort();
        }
        ready = true;
    }
    nor_copy(&world.nor, &start.nor);
    for (size_t i = 1; i + 3 <= size; i += 3) {
        uint32_t offset = (uint32_t)data[i] | (uint32_t)data[i + 1] << 8;
        uint32_t base =
            (offset & 0x8000) != 0 ? world.config.apps.address : world.config.journal[0].address;

        nor_poke(&world.nor, base + (offset & 0x3FFF), data[i + 2]);
    }
    if (size > 0 && (data[0] & 1) != 0) {
        for (uint32_t at = 36; at < 512; at += 4) {
            mend(&world, world.config.journal[0].address + at);
        }
    }
    nor_power_up(&world.nor, NOR_WEAK_RANDOM, 1);
    world.nor.violation = NULL;
    if (world_mount(&world) == 0) {
        (void)world_take(&world, &install);
        (void)world_take(&world, &removal);
        (void)world_mount(&world);
    }
    if (world.nor.violation != NULL && world.nor.violation[0] == 'r') {
        abort(); /* read outside the flash */
    }
    return 0;
}
