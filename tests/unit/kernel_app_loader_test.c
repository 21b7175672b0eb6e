// SPDX-License-Identifier: Apache-2.0
/* The app-loader capsule between two apps and an installer that takes its time. */
#include <kernel/capsules.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <base/bytes.h>
#include <base/checked.h>

enum { SIZE = 2048, STATE = 128, ROUNDS = 20000 };

/* What the kernel knows of a process, and what it shares. */
struct process {
    uint32_t id;
    struct process_image image;
    _Alignas(8) uint8_t state[STATE];
    bool used; /* it has a grant */
    struct userbuf_ro buffer;
    uint32_t upcalls;
    uint32_t upcall; /* the latest: number, status, value */
    uint32_t status;
    uint32_t value;
};

static struct process first;
static struct process second;

/* The installer's side: flash, and what is under way. */
static uint8_t object[SIZE];
static uint8_t flash[SIZE];
static bool written[SIZE];
static installer_done *pending;
static enum abi_error outcome;
static uint32_t told_complete;
static unsigned released;

void *grant_enter(const struct driver *driver, struct process *process)
{
    assert_true(driver->state_size <= STATE);
    if (!process->used) {
        memset(process->state, 0, sizeof process->state);
        process->used = true;
    }
    return process->state;
}

void *grant_peek(const struct driver *driver, struct process *process)
{
    (void)driver;
    return process->used ? process->state : NULL;
}

struct userbuf_ro userbuf_ro(const struct driver *driver, struct process *process, uint32_t number)
{
    (void)driver;
    assert_int_equal(number, ABI_APP_LOADER_RO_DATA);
    return process->buffer;
}

bool upcall_post(const struct driver *driver, struct process *process, uint32_t number,
                 uint32_t argument0, uint32_t argument1, uint32_t argument2)
{
    assert_true(number < driver->upcalls);
    assert_int_equal(argument2, 0);
    process->upcalls++;
    process->upcall = number;
    process->status = argument0;
    process->value = argument1;
    return true;
}

struct process *process_find(struct process_id id)
{
    return id.value == first.id ? &first : id.value == second.id ? &second : NULL;
}

struct process_id process_id(const struct process *process)
{
    return (struct process_id){process->id};
}

const struct process_image *process_image(const struct process *process)
{
    return &process->image;
}

static enum abi_error begin(installer_done *done)
{
    assert_null(pending);
    pending = done;
    return ABI_OK;
}

static enum abi_error setup(uint32_t size, installer_done *done)
{
    (void)size;
    memset(flash, 0xFF, sizeof flash);
    memset(written, 0, sizeof written);
    return begin(done);
}

/* Everything before this offset is written. */
static uint32_t prefix(void)
{
    uint32_t end = 0;

    while (end < SIZE && written[end]) {
        end++;
    }
    return end;
}

static enum abi_error write(uint32_t offset, const uint8_t *data, uint32_t length,
                            uint32_t complete, installer_done *done)
{
    assert_true(length > 0 && length <= INSTALLER_BLOCK && offset <= SIZE - length);
    for (uint32_t i = 0; i < length; i++) {
        assert_false(written[offset + i]); /* NOR: once */
        written[offset + i] = true;
        flash[offset + i] = data[i];
    }
    assert_int_equal(complete, prefix());
    told_complete = complete;
    return begin(done);
}

static enum abi_error load(installer_done *done)
{
    assert_int_equal(told_complete, SIZE);
    return begin(done);
}

static enum abi_error give_back(installer_done *done)
{
    return begin(done);
}

static enum abi_error unload(uint32_t short_id, const struct process *caller, uint32_t *address)
{
    assert_ptr_equal(caller, &first);
    *address = 4096;
    return short_id == 7 ? ABI_OK : ABI_FAIL;
}

static void release(void)
{
    released++;
    pending = NULL;
}

static const struct installer installer = {setup, write, load, give_back, unload, release};

static enum abi_error command(struct process *process, uint32_t number, uint32_t argument0,
                              uint32_t argument1)
{
    struct syscall_result result =
        app_loader_driver.command(&app_loader_driver, process, number, argument0, argument1);

    return result.variant == ABI_SUCCESS ? ABI_OK : (enum abi_error)result.value[0];
}

/* Lets the installer come to an end. */
static void run(void)
{
    while (pending != NULL) {
        installer_done *done = pending;

        pending = NULL;
        done(outcome);
    }
}

static void end(struct process *process)
{
    app_loader_driver.ended(&app_loader_driver, process);
    process->used = false;
    process->id += 2;
}

/* Two apps that may, and nothing under way. */
static int start(void **state)
{
    (void)state;
    end(&first);
    end(&second);
    first = (struct process){.id = 100, .image.may_install = true};
    second = (struct process){.id = 101, .image.may_install = true};
    outcome = ABI_OK;
    pending = NULL;
    released = 0;
    told_complete = 0;
    for (uint32_t i = 0; i < SIZE; i++) {
        object[i] = (uint8_t)(i * 7 + i / 256);
    }
    bytes_put_u16(object, 2);
    bytes_put_u32(object + 4, SIZE);
    app_loader_driver.init(&app_loader_driver, &installer);
    return 0;
}

static void share(struct process *process, const uint8_t *data, uint32_t length)
{
    process->buffer = (struct userbuf_ro){data, length};
}

static void set_up(struct process *process)
{
    assert_int_equal(command(process, ABI_APP_LOADER_SETUP, SIZE, 0), ABI_OK);
    run();
    assert_int_equal(process->upcall, ABI_APP_LOADER_UPCALL_SETUP);
    assert_int_equal(process->status, ABI_OK);
}

/* Writes a part of the object; answers how that ended. */
static enum abi_error put(struct process *process, uint32_t offset, uint32_t length)
{
    enum abi_error error;

    share(process, object + offset, length);
    error = command(process, ABI_APP_LOADER_WRITE, offset, length);
    if (error == ABI_OK) {
        run();
        assert_int_equal(process->upcall, ABI_APP_LOADER_UPCALL_WRITTEN);
        error = (enum abi_error)process->status;
    }
    return error;
}

static uint32_t random_below(uint32_t limit)
{
    static uint32_t x = 1;

    x = x * 1664525u + 1013904223u;
    return (x >> 8) % limit;
}

/* Pieces of the written part that have gaps between them. */
static uint32_t pieces(void)
{
    uint32_t count = written[0] ? 1 : 0;

    for (uint32_t i = 1; i < SIZE; i++) {
        count += written[i] && !written[i - 1] ? 1 : 0;
    }
    return count;
}

/* Bytes from here on that are not written. */
static uint32_t gap_at(uint32_t offset)
{
    uint32_t end = offset;

    while (end < SIZE && !written[end]) {
        end++;
    }
    return end - offset;
}

/* Whether a write must be taken, by a model that looks at every byte. */
static bool allowed(uint32_t offset, uint32_t length, bool *crowded)
{
    bool touches =
        (offset > 0 && written[offset - 1]) || (offset + length < SIZE && written[offset + length]);

    *crowded = !touches && pieces() >= 4;
    for (uint32_t i = 0; i < length; i++) {
        if (written[offset + i]) {
            return false;
        }
    }
    return (offset == 0 || offset >= 8) && (offset != 0 || length >= 8);
}

static void any_order_is_taken_and_each_byte_once(void **state)
{
    unsigned finished = 0;

    (void)state;
    set_up(&first);
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint32_t offset = 4 * random_below(SIZE / 4);
        uint32_t length = 4 + 4 * random_below(ck_min(100, (SIZE - offset) / 4));
        bool crowded;
        bool taken;
        enum abi_error error;

        if (random_below(3) == 0) { /* goes on where a gap begins, so that it comes to an end */
            offset = prefix();
            length = ck_min(length, gap_at(offset));
        }
        if (offset == SIZE) {
            assert_int_equal(command(&first, ABI_APP_LOADER_FINALIZE, 0, 0), ABI_OK);
            assert_memory_equal(flash, object, SIZE);
            assert_int_equal(command(&first, ABI_APP_LOADER_LOAD, 0, 0), ABI_OK);
            run();
            finished++;
            set_up(&first);
            continue;
        }
        taken = allowed(offset, length, &crowded);
        error = put(&first, offset, length);
        assert_int_equal(error, taken && !crowded ? ABI_OK : ABI_INVAL);
        assert_int_equal(command(&first, ABI_APP_LOADER_LOAD, 0, 0), ABI_INVAL);
        if (prefix() != SIZE) {
            assert_int_equal(command(&first, ABI_APP_LOADER_FINALIZE, 0, 0), ABI_INVAL);
        }
    }
    assert_true(finished > 20);
}

static void without_the_right_there_is_no_such_driver(void **state)
{
    (void)state;
    first.image.may_install = false;
    for (uint32_t number = 0; number < 9; number++) {
        assert_int_equal(command(&first, number, SIZE, 0), ABI_NODEVICE);
    }
    assert_null(pending);
    assert_false(first.used);
}

static void one_app_has_the_driver_until_it_ends(void **state)
{
    (void)state;
    set_up(&first);
    for (uint32_t number = 0; number < 9; number++) {
        assert_int_equal(command(&second, number, SIZE, 0), ABI_BUSY);
    }
    assert_int_equal(command(&first, ABI_APP_LOADER_SETUP, SIZE, 0), ABI_BUSY);
    share(&first, object, SIZE);
    assert_int_equal(command(&first, ABI_APP_LOADER_WRITE, 0, SIZE), ABI_OK);
    end(&second);
    assert_int_equal(released, 0); /* another one's end is nothing to it */
    end(&first);
    assert_int_equal(released, 1);
    first.upcalls = 0;
    set_up(&second);
    assert_int_equal(first.upcalls, 0);
    end(&first);
    assert_int_equal(released, 1);
    assert_int_equal(put(&second, 0, SIZE), ABI_OK);
}

static void asking_whether_it_is_there_gives_an_upload_up(void **state)
{
    (void)state;
    set_up(&first);
    assert_int_equal(command(&first, ABI_COMMAND_EXISTS, 0, 0), ABI_OK);
    assert_int_equal(released, 1);
    assert_int_equal(put(&first, 0, 64), ABI_INVAL);
    set_up(&second);
}

/* Between two blocks the app runs: it may take its buffer back or change it. */
static void a_buffer_that_changes_meanwhile_is_looked_at_again(void **state)
{
    (void)state;
    set_up(&first);
    share(&first, object, SIZE);
    assert_int_equal(command(&first, ABI_APP_LOADER_WRITE, 0, SIZE), ABI_OK);
    share(&first, object, INSTALLER_BLOCK + 4);
    run();
    assert_int_equal(first.status, ABI_INVAL);
    assert_int_equal(first.value, INSTALLER_BLOCK);
    assert_int_equal(put(&first, INSTALLER_BLOCK, SIZE - INSTALLER_BLOCK), ABI_OK);
    assert_memory_equal(flash, object, SIZE);
}

static void a_header_must_say_what_setup_said(void **state)
{
    uint8_t forged[64];

    (void)state;
    set_up(&first);
    for (unsigned at = 0; at < 8; at++) {
        memcpy(forged, object, sizeof forged);
        forged[at] ^= 1;
        share(&first, forged, sizeof forged);
        /* The size of the header itself is the loader's to check. */
        assert_int_equal(command(&first, ABI_APP_LOADER_WRITE, 0, sizeof forged),
                         at == 2 || at == 3 ? ABI_OK : ABI_INVAL);
        if (pending != NULL) {
            run();
            assert_int_equal(command(&first, ABI_APP_LOADER_ABORT, 0, 0), ABI_OK);
            run();
            set_up(&first);
        }
    }
    assert_int_equal(prefix(), 0);
}

static void after_a_failure_of_the_flash_only_abort_helps(void **state)
{
    (void)state;
    set_up(&first);
    outcome = ABI_OFF;
    assert_int_equal(put(&first, 0, SIZE), ABI_OFF);
    outcome = ABI_OK;
    assert_int_equal(put(&first, SIZE - 64, 64), ABI_INVAL);
    assert_int_equal(command(&first, ABI_APP_LOADER_FINALIZE, 0, 0), ABI_INVAL);
    assert_int_equal(command(&first, ABI_APP_LOADER_LOAD, 0, 0), ABI_INVAL);
    assert_int_equal(command(&first, ABI_APP_LOADER_ABORT, 0, 0), ABI_OK);
    run();
    set_up(&second);
}

static void a_setup_that_fails_leaves_the_driver_free(void **state)
{
    (void)state;
    outcome = ABI_FAIL;
    assert_int_equal(command(&first, ABI_APP_LOADER_SETUP, SIZE, 0), ABI_OK);
    run();
    assert_int_equal(first.status, ABI_FAIL);
    outcome = ABI_OK;
    set_up(&second);
}

static void unload_names_an_app(void **state)
{
    (void)state;
    assert_int_equal(command(&first, ABI_APP_LOADER_UNLOAD, 0, 0), ABI_INVAL);
    assert_int_equal(command(&first, ABI_APP_LOADER_UNLOAD, 8, 0), ABI_FAIL);
    assert_int_equal(command(&first, ABI_APP_LOADER_UNLOAD, 7, 0), ABI_OK);
    assert_int_equal(first.upcall, ABI_APP_LOADER_UPCALL_UNLOADED);
    assert_int_equal(first.value, 4096);
    set_up(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(any_order_is_taken_and_each_byte_once, start),
        cmocka_unit_test_setup(without_the_right_there_is_no_such_driver, start),
        cmocka_unit_test_setup(one_app_has_the_driver_until_it_ends, start),
        cmocka_unit_test_setup(asking_whether_it_is_there_gives_an_upload_up, start),
        cmocka_unit_test_setup(a_buffer_that_changes_meanwhile_is_looked_at_again, start),
        cmocka_unit_test_setup(a_header_must_say_what_setup_said, start),
        cmocka_unit_test_setup(after_a_failure_of_the_flash_only_abort_helps, start),
        cmocka_unit_test_setup(a_setup_that_fails_leaves_the_driver_free, start),
        cmocka_unit_test_setup(unload_names_an_app, start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
