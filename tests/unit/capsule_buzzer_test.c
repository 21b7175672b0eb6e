// SPDX-License-Identifier: Apache-2.0
/* The buzzer: one tone after the other, each for as long as it was asked for. */
#include "capsule_support.h"

#include <hil/error.h>
#include <kernel/capsules.h>

enum { MS = CAPSULE_HZ / 1000, MAX_HZ = 20000 };

static uint32_t sounding; /* hertz; 0: silent */
static bool broken;

static int sound(const struct hil_buzzer *buzzer, uint32_t hz)
{
    (void)buzzer;
    if (broken) {
        return HIL_E_IO;
    }
    if (hz > MAX_HZ) {
        return HIL_E_UNSUPPORTED;
    }
    sounding = hz;
    return 0;
}

static void silence(const struct hil_buzzer *buzzer)
{
    (void)buzzer;
    sounding = 0;
}

static const struct hil_buzzer device = {.sound = sound, .silence = silence};

static int begin(void **state)
{
    (void)state;
    capsule_reset(0);
    sounding = 0;
    broken = false;
    buzzer_driver.init(&buzzer_driver, &device);
    return 0;
}

static void succeeds(uint32_t process, uint32_t command, uint32_t hz, uint32_t ms)
{
    assert_int_equal(capsule_command(&buzzer_driver, process, command, hz, ms).variant,
                     ABI_SUCCESS);
}

static void fails(uint32_t process, uint32_t command, uint32_t hz, uint32_t ms,
                  enum abi_error error)
{
    struct syscall_result result = capsule_command(&buzzer_driver, process, command, hz, ms);

    assert_int_equal(result.variant, ABI_FAILURE);
    assert_int_equal(result.value[0], error);
}

static void done(uint32_t process, enum abi_error status)
{
    capsule_expect_upcall(process, &buzzer_driver, ABI_BUZZER_UPCALL_DONE, status, 0, 0);
}

static void a_tone_has_its_length(void **state)
{
    (void)state;
    succeeds(0, ABI_COMMAND_EXISTS, 0, 0);
    succeeds(0, ABI_BUZZER_BUZZ, 440, 100);
    assert_int_equal(sounding, 440);
    capsule_advance(100 * MS - 1);
    assert_int_equal(sounding, 440);
    capsule_expect_no_upcall();
    capsule_advance(1);
    assert_int_equal(sounding, 0);
    done(0, ABI_OK);
    succeeds(0, ABI_BUZZER_BUZZ, 440, UINT32_MAX);
    capsule_advance(5000 * MS); /* none is longer */
    assert_int_equal(sounding, 0);
    done(0, ABI_OK);
}

static void tones_wait_for_each_other(void **state)
{
    (void)state;
    succeeds(0, ABI_BUZZER_BUZZ, 100, 10);
    succeeds(0, ABI_BUZZER_BUZZ, 101, 10);
    fails(0, ABI_BUZZER_BUZZ, 102, 10, ABI_NOMEM);
    succeeds(1, ABI_BUZZER_BUZZ, 200, 10);
    succeeds(2, ABI_BUZZER_BUZZ, MAX_HZ + 1, 10); /* turns out when it is its turn */
    capsule_advance(10 * MS);
    done(0, ABI_OK);
    assert_int_equal(sounding, 101);
    succeeds(0, ABI_BUZZER_BUZZ, 103, 10);
    capsule_advance(10 * MS);
    done(0, ABI_OK);
    assert_int_equal(sounding, 200); /* not process 0 once more */
    capsule_advance(10 * MS);
    done(1, ABI_OK);
    done(2, ABI_INVAL);
    assert_int_equal(sounding, 103);
    capsule_advance(10 * MS);
    done(0, ABI_OK);
    assert_int_equal(sounding, 0);
    assert_int_equal(capsule_timers(), 0);
}

static void only_the_player_may_interfere(void **state)
{
    (void)state;
    fails(0, ABI_BUZZER_STOP, 0, 0, ABI_OFF);
    succeeds(0, ABI_BUZZER_BUZZ_NOW, 100, 10);
    fails(1, ABI_BUZZER_BUZZ_NOW, 200, 10, ABI_RESERVE);
    fails(1, ABI_BUZZER_STOP, 0, 0, ABI_RESERVE);
    capsule_advance(5 * MS);
    succeeds(0, ABI_BUZZER_BUZZ_NOW, 150, 10);
    assert_int_equal(sounding, 150);
    capsule_advance(5 * MS);
    capsule_expect_no_upcall();
    succeeds(1, ABI_BUZZER_BUZZ, 200, 10);
    succeeds(0, ABI_BUZZER_STOP, 0, 0);
    done(0, ABI_OK);
    assert_int_equal(sounding, 200);
}

static void a_tone_ends_with_its_process(void **state)
{
    (void)state;
    succeeds(0, ABI_BUZZER_BUZZ, 100, 10);
    succeeds(0, ABI_BUZZER_BUZZ, 101, 10);
    succeeds(1, ABI_BUZZER_BUZZ, 200, 10);
    capsule_end(0);
    assert_int_equal(sounding, 200);
    capsule_end(1);
    assert_int_equal(sounding, 0);
    assert_int_equal(capsule_timers(), 0);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    fails(0, ABI_BUZZER_BUZZ, MAX_HZ + 1, 10, ABI_INVAL);
    fails(0, 4, 0, 0, ABI_NOSUPPORT);
    broken = true;
    fails(0, ABI_BUZZER_BUZZ_NOW, 100, 10, ABI_FAIL);
    capsule_exhaust(1);
    fails(1, ABI_BUZZER_BUZZ, 100, 10, ABI_NOMEM);
    fails(1, ABI_BUZZER_BUZZ_NOW, 100, 10, ABI_NOMEM);
    assert_int_equal(capsule_timers(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_tone_has_its_length, begin),
        cmocka_unit_test_setup(tones_wait_for_each_other, begin),
        cmocka_unit_test_setup(only_the_player_may_interfere, begin),
        cmocka_unit_test_setup(a_tone_ends_with_its_process, begin),
        cmocka_unit_test_setup(what_cannot_be_is_refused, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
