// SPDX-License-Identifier: Apache-2.0
/* Known answers that v7-M and v6-M have in common. */
#ifndef PMSA_ANSWERS_H
#define PMSA_ANSWERS_H

/* cmocka tests. */
void access_and_execute_bits(void **state);
void the_highest_numbered_region_wins(void **state);
void subregions_that_are_off_let_others_through(void **state);
void what_no_region_has_is_for_the_kernel(void **state);
void the_private_peripherals_are_for_the_kernel(void **state);
void undefined_registers_are_told(void **state);

#endif
