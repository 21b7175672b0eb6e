// SPDX-License-Identifier: Apache-2.0
#include "floating.h"

#include "registers.h"

/* s0 to s31, FPSCR, and a word that keeps the size a multiple of 8 (floating.S) */
enum { STATE_SIZE = 34 * 4 };

extern struct arch_context *volatile arch_context_now; /* arch.c */

/* floating.S */
void arch_floating_save(uint32_t *state);
void arch_floating_load(const uint32_t *state);

static struct arch_context *owner; /* whose values the registers hold; NULL: nobody's */

static bool on;

static void set_access(bool access)
{
    on = access;
    SCB_CPACR = access ? CPACR_FLOATING : 0;
    arm_barrier();
}

void floating_init(void)
{
    FPU_FPCCR &= ~(FPCCR_ASPEN | FPCCR_LSPEN);
    set_access(false);
}

void floating_switch(const struct arch_context *context)
{
    if (on != (owner == context)) {
        set_access(!on);
    }
}

bool arch_floating_claim(void)
{
    struct arch_context *context = arch_context_now;

    /* With the unit on already it was some other coprocessor, which is not there. */
    if ((SCB_CFSR & CFSR_NOCP) == 0 || owner == context) {
        return false;
    }
    if (context->floating == NULL) {
        context->floating = core_floating_memory(STATE_SIZE);
    }
    if (context->floating == NULL) {
        return false;
    }
    SCB_CFSR = CFSR_NOCP; /* cleared by writing one */
    set_access(true);
    if (owner != NULL) {
        arch_floating_save(owner->floating);
    }
    arch_floating_load(context->floating);
    owner = context;
    return true;
}

void arch_context_forget(struct arch_context *context)
{
    if (owner == context) {
        owner = NULL;
    }
    context->floating = NULL;
}
