// SPDX-License-Identifier: Apache-2.0
/*
 * Whole commands of loader-cli, from the first byte to the end of the session, to the real device
 * end of lib/link over a modelled line, on a virtual clock. Prints one JSON object per figure, with
 * what the same costs tockloader; exits 1 when a limit is missed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <commands/commands.h>

#include "../../cli/package.h"
#include "../../cli/tool.h"
#include "peer.h"
#include "virtual_line.h"

enum { RATE = VIRTUAL_RATE, RATE_RAISED = 921600, OBJECT = 16384 };

/* What is there before: four apps that nobody moves, and four of which tockloader moves three. */
static const uint32_t equal[] = {16384, 16384, 16384, 16384};
static const uint32_t mixed[] = {16384, 8192, 4096, 4096};

#define INSTALL_S 1.5

static struct package package;
static bool missed;

static void report(const char *name, uint32_t turnaround, double value, const char *unit,
                   double limit, const char *how)
{
    printf("{\"board\": \"line\", \"name\": \"%s, %u baud, %u ms\", \"value\": %.4f, \"unit\": "
           "\"%s\", \"limit\": %.3f, \"how\": \"%s\"}\n",
           name, RATE, turnaround, value, unit, limit, how);
    missed = missed || (limit > 0 && value > limit);
}

static double seconds(uint64_t us)
{
    return (double)us / 1e6;
}

static bool judge_install(const char *name, const struct board_plan *plan, const char *line,
                          double limit)
{
    uint32_t turnaround = plan->turnaround_us / 1000;
    struct board_account a;
    char text[128];

    if (run_virtually(&command_install, plan, package.tab, line, &a) != EXIT_DONE ||
        a.installed != 1) {
        fprintf(stderr, "%s, %u ms: the install failed\n", name, turnaround);
        return false;
    }
    report(name, turnaround, seconds(a.now_us - a.work_us), "s", limit,
           "loader-cli install, hello to bye, less the device's verification");
    snprintf(text, sizeof text, "%s: the device verifies", name);
    report(text, turnaround, seconds(a.work_us), "s", 0, "beside the above: signature and digest");
    snprintf(text, sizeof text, "%s: bytes sent", name);
    report(text, turnaround, (double)a.to_device / OBJECT, "ratio", 1.05, "/ the app's 16 KiB");
    snprintf(text, sizeof text, "%s: line not busy", name);
    report(text, turnaround, 100.0 * (double)a.idle_us / (double)a.data_us, "percent", 5,
           "from the first block to the last, but for the wait for the signature's verification");
    return true;
}

static void report_peer(const char *name, const struct peer_cost *peer, uint32_t turnaround)
{
    char text[128];

    snprintf(text, sizeof text, "%s: tockloader", name);
    report(text, turnaround, peer_seconds(peer, RATE, turnaround), "s", 0,
           "a model of its published protocol, without the time that flash takes");
}

static bool judge_installs(uint32_t turnaround)
{
    static const char quiet[] = "install of 16 KiB beside 4 apps";
    static const char moving[] = "install of 16 KiB beside 4 apps that tockloader moves";
    struct board_plan plan = {.rate = RATE,
                              .rate_max = RATE_RAISED,
                              .turnaround_us = turnaround * 1000,
                              .size = equal,
                              .count = 4,
                              .public_key = package.public_key};
    bool ok = judge_install(quiet, &plan, VIRTUAL_LINE, INSTALL_S);

    report_peer(quiet, &peer_install, turnaround);
    plan.size = mixed;
    ok &= judge_install(moving, &plan, VIRTUAL_LINE, INSTALL_S);
    report_peer(moving, &peer_install_moving, turnaround);
    ok &= judge_install("the same on a line that stays at its rate", &plan, VIRTUAL_LINE_FIXED,
                        INSTALL_S);
    plan.begin = BOARD_BEGIN_SILENT;
    return judge_install("the same, no block before the signature is verified", &plan,
                         VIRTUAL_LINE_FIXED, 0) &&
           ok;
}

static bool judge_list(uint32_t turnaround)
{
    const struct board_plan plan = {.rate = RATE,
                                    .turnaround_us = turnaround * 1000,
                                    .size = equal,
                                    .count = 4,
                                    .public_key = package.public_key};
    struct board_account a;

    if (run_virtually(&command_list, &plan, NULL, VIRTUAL_LINE, &a) != EXIT_DONE) {
        fprintf(stderr, "list, %u ms: failed\n", turnaround);
        return false;
    }
    report("list of 4 apps", turnaround, seconds(a.now_us), "s", 0.15,
           "loader-cli list, hello to bye");
    report("list of 4 apps: tockloader", turnaround, peer_seconds(&peer_list, RATE, turnaround),
           "s", 0, "a model of its published protocol");
    return true;
}

int main(void)
{
    bool ok;

    tool_setup();
    package_make_16k(&package);
    ok = judge_installs(1);
    ok &= judge_installs(16);
    ok &= judge_list(1);
    ok &= judge_list(16);
    return ok && !missed ? EXIT_SUCCESS : EXIT_FAILURE;
}
