// SPDX-License-Identifier: Apache-2.0
/*
 * First fit over one list of blocks in the order of their addresses; neighbours that are free are
 * joined when they are met. Memory comes from the kernel by sbrk and is kept.
 */
#include <gantry/memory.h>

#include <stdbool.h>

enum { ALIGNMENT = 8 };

struct block {
    _Alignas(ALIGNMENT) size_t size; /* of the payload, a multiple of ALIGNMENT */
    struct block *next;
    bool used;
};

static struct block *first;

static bool adjoins(const struct block *block)
{
    return block->next != NULL &&
           (const uint8_t *)(block + 1) + block->size == (const uint8_t *)block->next;
}

/* Joins a free block with the free ones that lie directly behind it. */
static void join(struct block *block)
{
    while (adjoins(block) && !block->next->used) {
        block->size += sizeof *block + block->next->size;
        block->next = block->next->next;
    }
}

/* Cuts what is not needed off a block, when another block fits into it. */
static void split(struct block *block, size_t size)
{
    struct block *rest;

    if (block->size - size < sizeof *block + ALIGNMENT) {
        return;
    }
    rest = (struct block *)(void *)((uint8_t *)(block + 1) + size);
    *rest = (struct block){.size = block->size - size - sizeof *block, .next = block->next};
    block->size = size;
    block->next = rest;
}

static struct block *grow(struct block *last, size_t size)
{
    uintptr_t end = (uintptr_t)memory_grow(0);
    size_t gap = (ALIGNMENT - end % ALIGNMENT) % ALIGNMENT;
    struct block *block;

    if (size > (size_t)INTPTR_MAX - 64 || end == 0) {
        return NULL;
    }
    if (last != NULL && !last->used && (uintptr_t)(last + 1) + last->size == end) {
        /* The last block is free, only too small. */
        if (memory_grow((intptr_t)(size - last->size)) == NULL) {
            return NULL;
        }
        last->size = size;
        return last;
    }
    if (memory_grow((intptr_t)(gap + sizeof *block + size)) == NULL) {
        return NULL;
    }
    block = (struct block *)(end + gap);
    *block = (struct block){.size = size};
    if (last != NULL) {
        last->next = block;
    } else {
        first = block;
    }
    return block;
}

void *malloc(size_t size)
{
    struct block *last = NULL;
    struct block *block;

    if (size == 0 || size > SIZE_MAX - ALIGNMENT) {
        return NULL;
    }
    size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    for (block = first; block != NULL; block = block->next) {
        if (!block->used) {
            join(block);
            if (block->size >= size) {
                break;
            }
        }
        last = block;
    }
    if (block == NULL) {
        block = grow(last, size);
    }
    if (block == NULL) {
        return NULL;
    }
    split(block, size);
    block->used = true;
    return block + 1;
}

void free(void *memory)
{
    if (memory != NULL) {
        ((struct block *)memory - 1)->used = false;
    }
}

void *calloc(size_t count, size_t size)
{
    void *memory;

    if (size != 0 && count > SIZE_MAX / size) {
        return NULL;
    }
    memory = malloc(count * size);
    return memory != NULL ? memset(memory, 0, count * size) : NULL;
}

void *realloc(void *memory, size_t size)
{
    size_t old = memory != NULL ? ((struct block *)memory - 1)->size : 0;
    void *moved;

    if (size == 0) {
        free(memory);
        return NULL;
    }
    if (size <= old) {
        return memory;
    }
    moved = malloc(size);
    if (moved != NULL && memory != NULL) {
        (void)memcpy(moved, memory, old);
        free(memory);
    }
    return moved;
}
