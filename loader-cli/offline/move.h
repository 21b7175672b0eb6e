// SPDX-License-Identifier: Apache-2.0
/*
 * Moving an installed app to another place, as an update by itself: copied beside, compared,
 * switched in one record. Power may go at any moment; the app is there, whole, at one of the two
 * places.
 */
#ifndef OFFLINE_MOVE_H
#define OFFLINE_MOVE_H

#include "../plan/plan.h"
#include "engine.h"

/**
 * Why an app has to stay where it is.
 * @param whole  also read all of it, to know whether a copy would verify; else PLAN_WRITTEN is not
 *               found
 * @param hold   receives it
 * @return 0, a STORE_E_* or a negative enum link_error
 */
int offline_hold(struct offline *offline, uint32_t address, bool whole, enum plan_hold *hold);

/**
 * Moves an app. A transfer that was cut off is discarded first: of the same app it is a move that
 * begins anew.
 * @param to  a free place, as a plan says
 * @return 0; STORE_E_NOT_FOUND, STORE_E_SPACE (it is not free), STORE_E_ARGUMENT (the app has to
 *         stay), STORE_E_ORDER (what was written reads otherwise; nothing has changed); other
 *         STORE_E_*, or a negative enum link_error. After each of these the app is where it was
 */
int offline_move(struct offline *offline, uint32_t from, uint32_t to);

#endif
