// SPDX-License-Identifier: Apache-2.0
#include "room.h"

static json_t *moves_of(const struct plan *plan)
{
    json_t *moves = json_array();

    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_move *m = &plan->move[i];

        json_array_append_new(moves, json_pack("{s:I, s:I, s:I}", "from", (json_int_t)m->from, "to",
                                               (json_int_t)m->to, "bytes", (json_int_t)m->size));
    }
    return moves;
}

json_t *room_of_plan(const struct plan *plan)
{
    const struct plan_room *r = &plan->before;

    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:{s:I, s:I, s:o}}", "free", (json_int_t)r->free,
                     "largest", (json_int_t)r->largest, "gaps", (json_int_t)r->gaps, "rounding",
                     (json_int_t)r->rounding, "slivers", (json_int_t)r->slivers, "compact",
                     "largest", (json_int_t)plan->after.largest, "bytes", (json_int_t)plan->bytes,
                     "moves", moves_of(plan));
}

void room_say(const struct device *device, const struct device_map *map)
{
    struct cli *cli = device->cli;
    const char *atmost = map->certain ? "" : "at most ";
    struct plan plan;

    if (!map->known) {
        return;
    }
    plan_compact(&map->map, &plan);
    cli_say(cli, "waste      %u bytes free in gaps other than the largest; rounding takes %u%s",
            plan.before.free - plan.before.largest, plan.before.rounding,
            plan.before.slivers != 0 ? ", parts of pages more" : "");
    if (plan.count != 0) {
        cli_say(cli,
                "compact    would make the largest gap %s%u bytes instead of %u: %zu move%s, %u "
                "bytes to copy",
                atmost, plan.after.largest, plan.before.largest, plan.count,
                plan.count == 1 ? "" : "s", plan.bytes);
    }
    json_object_set_new(cli->result, "room", room_of_plan(&plan));
}

int room_show(struct device *device)
{
    static struct device_map map;
    int code = device_map(device, false, &map);

    if (code == EXIT_DONE) {
        room_say(device, &map);
    }
    return code;
}
