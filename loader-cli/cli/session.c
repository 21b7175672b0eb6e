// SPDX-License-Identifier: Apache-2.0
#include "session.h"

#include "../api/internal.h"
#include "settings.h"

static void on_note(void *user, const char *text)
{
    const struct session *session = user;

    cli_note(session->cli, "%s", text);
}

static void on_progress(void *user, const char *what, uint32_t done, uint32_t total)
{
    struct session *session = user;

    if (!session->transfers) {
        session->first = done;
    }
    session->transfers = done < total;
    cli_progress(session->cli, what, session->first, done, total);
}

static void on_restarting(void *user)
{
    const struct session *session = user;

    cli_restarting(session->cli);
}

static bool on_password(void *user, const char *path, char *password, size_t size)
{
    struct session *session = user;
    struct cli *cli = session->cli;
    const uint32_t held = cli_hold(cli, UINT32_MAX);

    (void)size; /* PASSWORD_MAX */
    return session_keep(session, held, cli_ask_password(cli, path, password)) == EXIT_DONE;
}

/* What the parts below the library's surface ask for by name. */
static enum gantry_error set_all(const struct session *session)
{
    const struct cli *cli = session->cli;
    enum gantry_error error = GANTRY_OK;

    for (size_t i = 0; settings[i].key != NULL && error == GANTRY_OK; i++) {
        error = gantry_set(session->gantry, settings[i].key, settings_value(settings[i].key, NULL));
    }
    error = error != GANTRY_OK ? error : gantry_set(session->gantry, "board", cli->board);
    return error != GANTRY_OK ? error
                              : gantry_set(session->gantry, "password_file", cli->password_file);
}

int session_begin(struct cli *cli, struct session *session)
{
    int code;

    *session = (struct session){.cli = cli, .gantry = gantry_new()};
    if (session->gantry == NULL) {
        return cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
    }
    gantry_on_note(session->gantry, on_note, session);
    gantry_on_progress(session->gantry, on_progress, session);
    gantry_on_password(session->gantry, on_password, session);
    session->gantry->restarting.call = on_restarting;
    session->gantry->restarting.user = session;
    code = session_result(session, set_all(session));
    if (code != EXIT_DONE) {
        session_end(session);
    }
    return code;
}

static int open_session(struct cli *cli, struct session *session, bool installs)
{
    const struct gantry_info *info;
    int code = session_begin(cli, session);

    if (code != EXIT_DONE) {
        return code;
    }
    cli_opening(cli);
    code = session_result(session, api_open(session->gantry, cli->device, installs));
    if (code != EXIT_DONE) {
        session_end(session);
        return code;
    }
    info = gantry_info(session->gantry);
    cli_opened(cli, info->selector, info->development);
    return EXIT_DONE;
}

int session_open(struct cli *cli, struct session *session)
{
    return open_session(cli, session, false);
}

int session_open_installer(struct cli *cli, struct session *session)
{
    return open_session(cli, session, true);
}

/* Of a session that is open: refuses a device that knows no apps. */
static int want_kernel(struct cli *cli, struct session *session, int code)
{
    const struct gantry_info *info;

    if (code != EXIT_DONE) {
        return code;
    }
    info = gantry_info(session->gantry);
    if (info->mode == GANTRY_BOOTLOADER) {
        code = cli_fail(
            cli, EXIT_FAILED,
            "loader-cli reboot starts the kernel; without one: loader-cli recover KERNEL.img",
            "%s is in its bootloader, which knows nothing of apps", info->selector);
        session_end(session);
    }
    return code;
}

int session_open_kernel(struct cli *cli, struct session *session)
{
    return want_kernel(cli, session, session_open(cli, session));
}

int session_open_kernel_installer(struct cli *cli, struct session *session)
{
    return want_kernel(cli, session, session_open_installer(cli, session));
}

int session_result(struct session *session, enum gantry_error error)
{
    const char *hint = gantry_hint(session->gantry);

    session->transfers = false;
    if (error == GANTRY_OK) {
        return EXIT_DONE;
    }
    if (session->kept != EXIT_DONE) {
        return cli_report(session->cli, session->kept);
    }
    return cli_fail(session->cli, (int)error, hint[0] != '\0' ? hint : NULL, "%s",
                    gantry_message(session->gantry));
}

int session_keep(struct session *session, uint32_t held, int code)
{
    session->cli->held = held;
    session->kept = code == EXIT_NOTHING ? EXIT_DONE : code; /* nothing was reported */
    return code;
}

struct device *session_device(struct session *session)
{
    session->gantry->device.cli = session->cli;
    return &session->gantry->device;
}

void session_end(struct session *session)
{
    gantry_free(session->gantry);
    session->gantry = NULL;
}
