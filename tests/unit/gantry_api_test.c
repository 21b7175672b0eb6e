// SPDX-License-Identifier: Apache-2.0
/* libgantry and a device: the model device in a process of its own. Only the public headers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <gantry/gantry.h>

#include "../cli/fake.h"
#include "../cli/package.h"
#include "../cli/tool.h"

enum { LISTEN_MS = 50, LISTENS_MAX = 200, ROUNDS = 5 };

static struct package made; /* a signed app, and the key that the device trusts */
static struct fake device;
static struct gantry *gantry;

static void opened(void)
{
    assert_int_equal(gantry_open(gantry, device.selector), GANTRY_OK);
}

static int begin(void **state)
{
    (void)state;
    fake_start(&device, made.public_key);
    gantry = gantry_new();
    return gantry != NULL ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    gantry_free(gantry);
    fake_stop(&device);
    return 0;
}

/* What failed has a sentence, and it is one line. */
static void explained(const char *words)
{
    assert_non_null(strstr(gantry_message(gantry), words));
    assert_null(strchr(gantry_message(gantry), '\n'));
    assert_true(gantry_hint(gantry)[0] != '\0');
}

static void every_error_has_a_name_and_a_meaning(void **state)
{
    static const enum gantry_error errors[] = {GANTRY_OK,      GANTRY_FAILED,   GANTRY_USAGE,
                                               GANTRY_NOTHING, GANTRY_DEVICE,   GANTRY_REFUSED,
                                               GANTRY_SPACE,   GANTRY_LOST,     GANTRY_PERMISSION,
                                               GANTRY_MEMORY,  GANTRY_CANCELLED};
    char version[32];

    (void)state;
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        assert_true(gantry_error_text(errors[i])[0] != '\0');
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(gantry_error_name(errors[i]), gantry_error_name(errors[j]));
        }
    }
    assert_string_equal(gantry_error_name((enum gantry_error)77), "unknown");
    snprintf(version, sizeof version, "%d.%d.%d", GANTRY_VERSION_MAJOR, GANTRY_VERSION_MINOR,
             GANTRY_VERSION_PATCH);
    assert_string_equal(gantry_version(), version);
}

static void without_a_device_every_call_says_so(void **state)
{
    struct gantry_trusted_key key;
    char name[GANTRY_TEXT_SIZE];
    size_t count = 1;
    struct gantry_package *package;

    (void)state;
    assert_string_equal(gantry_message(gantry), "");
    assert_int_equal(gantry_package_open(gantry, made.tab, &package), GANTRY_OK);
    assert_null(gantry_info(gantry));
    assert_int_equal(gantry_refresh(gantry), GANTRY_USAGE);
    assert_int_equal(gantry_trusted_key(gantry, 0, &key), GANTRY_USAGE);
    assert_int_equal(gantry_list(gantry, &count), GANTRY_USAGE);
    assert_int_equal(count, 0);
    assert_null(gantry_app(gantry, 0));
    assert_int_equal(gantry_install(gantry, package, 0, NULL), GANTRY_USAGE);
    assert_int_equal(gantry_kernel_install(gantry, package, 0), GANTRY_USAGE);
    assert_int_equal(gantry_kernel_update(gantry, package, 0), GANTRY_USAGE);
    assert_int_equal(gantry_kernel_revert(gantry), GANTRY_USAGE);
    assert_int_equal(gantry_act(gantry, GANTRY_START, "alpha"), GANTRY_USAGE);
    assert_int_equal(gantry_reboot(gantry, GANTRY_KERNEL), GANTRY_USAGE);
    assert_int_equal(gantry_listen(gantry, 0), GANTRY_USAGE);
    assert_int_equal(gantry_process_name(gantry, 1, name), GANTRY_USAGE);
    assert_int_equal(gantry_write(gantry, 1, (const uint8_t *)"x", 1, &count), GANTRY_USAGE);
    assert_int_equal(count, 0);
    explained("no device is open");
    gantry_close(gantry);
    gantry_package_free(package);
}

static void a_device_says_what_it_is(void **state)
{
    const struct gantry_info *info;
    struct gantry_trusted_key key;
    size_t count = 0;

    (void)state;
    opened();
    info = gantry_info(gantry);
    assert_string_equal(info->selector, device.selector);
    assert_string_equal(info->board, "model");
    assert_string_equal(info->architecture, "cortex-m3");
    assert_int_equal(info->mode, GANTRY_KERNEL);
    assert_int_equal(info->app_count, 2);
    assert_int_equal(info->flash_size, 0x100000);
    assert_int_equal(info->key_count, 1);
    assert_int_equal(gantry_trusted_key(gantry, 0, &key), GANTRY_OK);
    assert_string_equal(key.owner, "maker");
    assert_memory_equal(key.public_key, made.public_key, sizeof key.public_key);
    assert_int_equal(gantry_trusted_key(gantry, 1, &key), GANTRY_USAGE);
    assert_int_equal(gantry_list(gantry, &count), GANTRY_OK);
    assert_int_equal(count, 2);
    assert_string_equal(gantry_app(gantry, 0)->name, "alpha");
    assert_string_equal(gantry_app(gantry, 1)->name, "beta");
    assert_int_equal(gantry_app(gantry, 1)->state, GANTRY_RUNNING);
    assert_int_equal(gantry_app(gantry, 1)->size, 2000);
    assert_int_equal(gantry_app(gantry, 1)->waste, 4096 - 2000);
    assert_null(gantry_app(gantry, 2));
}

static void names_from_a_device_are_fit_to_print(void **state)
{
    size_t count;

    (void)state;
    device.plan->evil = true;
    opened();
    assert_int_equal(gantry_list(gantry, &count), GANTRY_OK);
    assert_true(tool_is_clean(gantry_info(gantry)->board));
    assert_true(tool_is_clean(gantry_app(gantry, 0)->name));
    assert_true(tool_is_clean(gantry_app(gantry, 0)->owner));
}

static void one_device_is_open_at_a_time(void **state)
{
    (void)state;
    opened();
    assert_int_equal(gantry_open(gantry, device.selector), GANTRY_USAGE);
    explained("open already");
    gantry_close(gantry);
    assert_null(gantry_info(gantry));
    opened();
    assert_non_null(gantry_info(gantry));
}

static void what_is_no_device_is_an_error(void **state)
{
    static char lengthy[1000];
    char closed[64];

    (void)state;
    memset(lengthy, 'x', sizeof lengthy - 1);
    snprintf(closed, sizeof closed, "tcp:127.0.0.1:%d", fake_closed_port());
    assert_int_equal(gantry_open(gantry, "nowhere"), GANTRY_USAGE);
    explained("'nowhere' does not name a device");
    assert_int_equal(gantry_open(gantry, lengthy), GANTRY_USAGE);
    assert_int_equal(gantry_open(gantry, closed), GANTRY_DEVICE);
    explained("nobody answers");
    assert_null(gantry_info(gantry));
}

static void settings_are_names_and_checked_where_they_are_used(void **state)
{
    (void)state;
    assert_int_equal(gantry_set(gantry, "", "1"), GANTRY_USAGE);
    assert_int_equal(gantry_set(gantry, "Patience", "1"), GANTRY_USAGE);
    assert_int_equal(gantry_set(gantry, NULL, "1"), GANTRY_USAGE);
    assert_int_equal(gantry_set(gantry, "of_a_later_version", "1"), GANTRY_OK);
    assert_int_equal(gantry_set(gantry, "patience_ms", "fast"), GANTRY_OK);
    assert_int_equal(gantry_open(gantry, device.selector), GANTRY_USAGE);
    explained("fast");
    assert_int_equal(gantry_set(gantry, "patience_ms", NULL), GANTRY_OK);
    opened();
}

static void actions_are_done_and_refused(void **state)
{
    size_t count;

    (void)state;
    opened();
    for (enum gantry_action a = GANTRY_ENABLE; a <= GANTRY_FAULT; a++) {
        assert_int_equal(gantry_act(gantry, a, "alpha"), GANTRY_OK);
    }
    assert_int_equal(gantry_act(gantry, GANTRY_STOP, "alpha"), GANTRY_OK);
    assert_int_equal(gantry_list(gantry, &count), GANTRY_OK);
    assert_int_equal(gantry_app(gantry, 0)->state, GANTRY_ENDED);
    assert_int_equal(gantry_act(gantry, GANTRY_STOP, "omega"), GANTRY_FAILED);
    explained("there is no app 'omega'");
    assert_int_equal(gantry_act(gantry, (enum gantry_action)0, "alpha"), GANTRY_USAGE);
    assert_int_equal(gantry_act(gantry, GANTRY_STOP, NULL), GANTRY_USAGE);
    assert_int_equal(gantry_act(gantry, GANTRY_REMOVE, "alpha"), GANTRY_OK);
    assert_int_equal(gantry_list(gantry, &count), GANTRY_OK);
    assert_int_equal(count, 1);
}

/* How far an install got, in order. */
struct watch {
    uint32_t calls;
    uint32_t done;
    uint32_t total;
    bool back; /* it went back */
};

static void on_progress(void *user, const char *what, uint32_t done, uint32_t total)
{
    struct watch *watch = user;

    assert_non_null(strstr(what, "app.tab"));
    watch->back = watch->back || done < watch->done;
    watch->calls++;
    watch->done = done;
    watch->total = total;
}

static void an_app_is_installed_with_progress(void **state)
{
    struct watch watch = {0};
    struct gantry_installed installed;
    struct gantry_package *package;
    size_t count;

    (void)state;
    gantry_on_progress(gantry, on_progress, &watch);
    opened();
    assert_int_equal(gantry_package_open(gantry, made.tab, &package), GANTRY_OK);
    assert_int_equal(gantry_install(gantry, package, GANTRY_UPDATE_ONLY, NULL), GANTRY_NOTHING);
    assert_int_equal(gantry_install(gantry, package, GANTRY_DRY_RUN, &installed), GANTRY_OK);
    assert_string_equal(installed.name, "gamma");
    assert_int_equal(watch.calls, 0);
    assert_int_equal(gantry_install(gantry, package, 0, &installed), GANTRY_OK);
    assert_int_equal(installed.size, gantry_package_object(package, 0)->size);
    assert_true(watch.calls > 2 && !watch.back);
    assert_int_equal(watch.done, watch.total);
    assert_int_equal(watch.total, installed.size);
    assert_int_equal(gantry_install(gantry, package, 0, NULL), GANTRY_NOTHING);
    explained("installed already");
    gantry_package_free(package);
    assert_int_equal(gantry_list(gantry, &count), GANTRY_OK);
    assert_string_equal(gantry_app(gantry, count - 1)->name, "gamma");
}

static void what_nobody_trusted_has_signed_is_refused(void **state)
{
    const struct gantry_pack pack = {.size = sizeof pack, .name = "gamma"};
    struct gantry_package *package;
    struct gantry_key *key;

    (void)state;
    opened();
    assert_int_equal(gantry_package_pack(gantry, made.elf, &pack, &package), GANTRY_OK);
    assert_int_equal(gantry_install(gantry, package, 0, NULL), GANTRY_REFUSED);
    explained("is not signed");
    assert_int_equal(gantry_key_generate(gantry, &key), GANTRY_OK);
    assert_int_equal(gantry_package_sign(gantry, package, key), GANTRY_OK);
    assert_int_equal(gantry_install(gantry, package, 0, NULL), GANTRY_REFUSED);
    gantry_key_free(key);
    gantry_package_free(package);
}

/* What was heard. */
struct heard {
    size_t bytes;
    uint32_t process;
    struct gantry_fault fault;
};

static void on_console(void *user, uint32_t process, const uint8_t *text, size_t length)
{
    struct heard *heard = user;

    assert_non_null(text);
    heard->bytes += length;
    heard->process = process;
}

static void on_fault(void *user, const struct gantry_fault *fault)
{
    ((struct heard *)user)->fault = *fault;
}

static void what_apps_print_is_heard(void **state)
{
    struct heard heard = {0};
    char name[GANTRY_TEXT_SIZE];
    size_t written;

    (void)state;
    gantry_on_console(gantry, on_console, &heard);
    gantry_on_fault(gantry, on_fault, &heard);
    device.plan->evil = true; /* then it speaks */
    opened();
    for (int i = 0; i < LISTENS_MAX && (heard.bytes == 0 || heard.fault.words[0] == '\0'); i++) {
        assert_int_equal(gantry_listen(gantry, LISTEN_MS), GANTRY_OK);
    }
    assert_true(heard.bytes > 0);
    assert_non_null(strstr(heard.fault.words, "outside its memory"));
    assert_true(heard.fault.name[0] != '\0' && tool_is_clean(heard.fault.name));
    assert_int_equal(gantry_process_name(gantry, heard.process, name), GANTRY_OK);
    assert_string_equal(name, heard.fault.name);
    assert_int_equal(gantry_process_name(gantry, 4711, name), GANTRY_OK);
    assert_string_equal(name, "");
    assert_int_equal(gantry_write(gantry, 1, (const uint8_t *)"x", 1, &written), GANTRY_FAILED);
    assert_int_equal(written, 0);
}

static void a_device_that_goes_away_is_lost_and_found_again(void **state)
{
    struct gantry_package *package;
    size_t count;

    (void)state;
    fake_arm(&device, LINK_LIST, 0, MODEL_CLOSED);
    opened();
    assert_int_equal(gantry_list(gantry, &count), GANTRY_LOST);
    assert_int_equal(count, 0);
    assert_true(gantry_message(gantry)[0] != '\0');
    gantry_close(gantry);
    opened();
    assert_int_equal(gantry_list(gantry, &count), GANTRY_OK);
    gantry_close(gantry);
    /* Amid a transfer: writing to what is gone must not end the program. */
    fake_arm(&device, MODEL_DATA, 4096, MODEL_CLOSED);
    opened();
    assert_int_equal(gantry_package_open(gantry, made.tab, &package), GANTRY_OK);
    assert_int_equal(gantry_install(gantry, package, 0, NULL), GANTRY_LOST);
    gantry_package_free(package);
}

static void *cancel_soon(void *context)
{
    const struct timespec moment = {0, 200000000};

    nanosleep(&moment, NULL);
    gantry_cancel(context);
    return NULL;
}

static void a_call_is_cancelled_from_another_thread(void **state)
{
    pthread_t thread;
    size_t count;

    (void)state;
    /* Without that it would be lost, after a minute. */
    assert_int_equal(gantry_set(gantry, "patience_ms", "60000"), GANTRY_OK);
    fake_arm(&device, LINK_LIST, 0, MODEL_SILENT);
    opened();
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, gantry), 0);
    assert_int_equal(gantry_list(gantry, &count), GANTRY_CANCELLED);
    assert_int_equal(pthread_join(thread, NULL), 0);
    gantry_cancel(gantry);
    gantry_close(gantry);
    assert_int_equal(gantry_open(gantry, device.selector), GANTRY_CANCELLED);
    opened();
    assert_int_equal(gantry_list(gantry, &count), GANTRY_OK);
}

/* One user of the library beside another. */
static void *use(void *context)
{
    const char *selector = context;
    intptr_t failures = 0;

    for (int i = 0; i < ROUNDS; i++) {
        struct gantry *own = gantry_new();
        size_t count = 0;

        failures += own == NULL || gantry_open(own, selector) != GANTRY_OK ||
                    gantry_list(own, &count) != GANTRY_OK || count != 2 ||
                    strcmp(gantry_info(own)->selector, selector) != 0;
        failures += gantry_act(own, GANTRY_STOP, "nothing of that name") != GANTRY_FAILED;
        gantry_free(own);
    }
    return (void *)failures;
}

static void handles_work_beside_each_other(void **state)
{
    static struct fake other;
    pthread_t thread[2];
    void *failures;

    (void)state;
    fake_start(&other, made.public_key);
    assert_int_equal(pthread_create(&thread[0], NULL, use, device.selector), 0);
    assert_int_equal(pthread_create(&thread[1], NULL, use, other.selector), 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pthread_join(thread[i], &failures), 0);
        assert_null(failures);
    }
    fake_stop(&other);
}

/* Runs what succeeds and what fails with both outputs in a file. */
static void it_prints_nothing(void **state)
{
    char path[128];
    FILE *file = fopen(tool_path(path, sizeof path, "printed"), "w+");
    int out = dup(STDOUT_FILENO);
    int err = dup(STDERR_FILENO);
    struct gantry_package *package;
    long printed;

    (void)state;
    assert_true(file != NULL && out >= 0 && err >= 0);
    fflush(NULL);
    dup2(fileno(file), STDOUT_FILENO);
    dup2(fileno(file), STDERR_FILENO);
    opened();
    (void)gantry_package_open(gantry, made.tab, &package);
    (void)gantry_install(gantry, package, 0, NULL);
    (void)gantry_install(gantry, package, 0, NULL);
    gantry_package_free(package);
    (void)gantry_package_open(gantry, "/nowhere", &package);
    (void)gantry_act(gantry, GANTRY_STOP, "omega");
    fflush(NULL);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    close(out);
    close(err);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    printed = ftell(file);
    fclose(file);
    assert_int_equal(printed, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(every_error_has_a_name_and_a_meaning),
        TEST(without_a_device_every_call_says_so),
        TEST(a_device_says_what_it_is),
        TEST(names_from_a_device_are_fit_to_print),
        TEST(one_device_is_open_at_a_time),
        TEST(what_is_no_device_is_an_error),
        TEST(settings_are_names_and_checked_where_they_are_used),
        TEST(actions_are_done_and_refused),
        TEST(an_app_is_installed_with_progress),
        TEST(what_nobody_trusted_has_signed_is_refused),
        TEST(what_apps_print_is_heard),
        TEST(a_device_that_goes_away_is_lost_and_found_again),
        TEST(a_call_is_cancelled_from_another_thread),
        TEST(handles_work_beside_each_other),
        TEST(it_prints_nothing),
    };

    tool_setup();
    package_make(&made);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
