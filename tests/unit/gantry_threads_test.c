// SPDX-License-Identifier: Apache-2.0
/*
 * Several handles of libgantry at once, each in its own thread: whatever one is answered is what it
 * is answered alone. Built with ThreadSanitizer (scripts/threads.sh) this finds what they share.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "../cli/fake.h"
#include "../cli/tool.h"
#include "gantry_course.h"
#include "gantry_parts.h"

enum { USERS = 2, ROUNDS = 2, ROUND_SIZE = sizeof((struct course *)0)->text };

static struct package made;

/* A user, with an image and a device of its own. */
struct user {
    struct fake device;
    struct course course;
    pthread_barrier_t *start;
    char round[ROUNDS][ROUND_SIZE];
};

static struct user alone;
static struct user users[USERS];

static void work(struct user *user, size_t rounds)
{
    for (size_t i = 0; i < rounds; i++) {
        user->course.used = 0;
        /* First what is made at first use, by both at the same moment. */
        course_key(&user->course, parts_path(PART_KEY), made.elf);
        course_image(&user->course);
        course_device(&user->course, user->device.selector, made.tab);
        memcpy(user->round[i], user->course.text, sizeof user->round[i]);
    }
}

static void *thread(void *context)
{
    struct user *user = context;

    pthread_barrier_wait(user->start);
    work(user, ROUNDS);
    return NULL;
}

static void prepare(struct user *user, const char *image)
{
    course_init(&user->course, image);
    fake_start(&user->device, made.public_key);
}

/* Where two texts part, for a test that fails. */
static void compare(const char *text, const char *expected)
{
    size_t at = 0;

    if (strcmp(text, expected) == 0) {
        return;
    }
    while (text[at] == expected[at]) {
        at++;
    }
    while (at > 0 && text[at - 1] != '\n') {
        at--;
    }
    fail_msg("it got '%.*s' instead of '%.*s'", (int)strcspn(text + at, "\n"), text + at,
             (int)strcspn(expected + at, "\n"), expected + at);
}

static void same(const struct user *user)
{
    size_t size;
    size_t other_size;
    uint8_t *image = course_bytes(&user->course, &size);
    uint8_t *other = course_bytes(&alone.course, &other_size);

    for (size_t i = 0; i < ROUNDS; i++) {
        compare(user->round[i], alone.round[0]);
    }
    assert_non_null(image);
    assert_non_null(other);
    assert_int_equal(size, other_size);
    assert_memory_equal(image, other, size);
    free(image);
    free(other);
}

static void handles_at_once_do_what_each_does_alone(void **state)
{
    pthread_barrier_t start;
    pthread_t id[USERS];

    (void)state;
    assert_int_equal(pthread_barrier_init(&start, NULL, USERS), 0);
    for (size_t i = 0; i < USERS; i++) {
        users[i].start = &start;
        assert_int_equal(pthread_create(&id[i], NULL, thread, &users[i]), 0);
    }
    for (size_t i = 0; i < USERS; i++) {
        assert_int_equal(pthread_join(id[i], NULL), 0);
    }
    assert_int_equal(pthread_barrier_destroy(&start), 0);
    work(&alone, 1);
    for (size_t i = 0; i < USERS; i++) {
        same(&users[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handles_at_once_do_what_each_does_alone),
    };
    int failed;

    tool_setup();
    package_make(&made);
    parts_make(&made);
    /* Their processes are made while there is one thread. */
    prepare(&alone, "alone.img");
    prepare(&users[0], "first.img");
    prepare(&users[1], "second.img");
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    fake_stop(&alone.device);
    for (size_t i = 0; i < USERS; i++) {
        fake_stop(&users[i].device);
    }
    return failed;
}
