// SPDX-License-Identifier: Apache-2.0
/* Kernels over DFU: which record is taken, what goes where, and what each failure is called. */
#include <bootloader/download.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <base/bytes.h>
#include <link/messages.h>

#include "recovery.h"

enum { SLOT = 0x21040000, OTHER = 0x21020000, ROTATE = 4096, ARGUMENTS = 150, HEAD = 18 };

const struct boot_durations boot_durations = {.verify = 900, .erase = 60, .block = 3};

/* What recovery was asked for, and answers. */
static struct {
    uint32_t begins;
    uint32_t size;
    uint32_t next;
    uint32_t finishes;
    uint32_t aborts;
    uint32_t leaves;
    uint8_t begin_answer;
    uint8_t data_answer;
    uint8_t finish_answer;
    bool has_kernel;
    bool erases;
} r;

uint32_t recovery_slot(void)
{
    return SLOT;
}

bool recovery_has_kernel(void)
{
    return r.has_kernel;
}

uint8_t recovery_begin(const uint8_t *arguments, size_t length, uint32_t size, uint32_t rotate)
{
    assert_int_equal(length, ARGUMENTS);
    assert_int_equal(arguments[0], 0xB0);
    assert_int_equal(arguments[ARGUMENTS - 1], 0xB1);
    assert_int_equal(rotate, ROTATE);
    r.begins++;
    r.size = size;
    r.next = 0;
    return r.begin_answer;
}

void recovery_abort(void)
{
    r.aborts++;
}

bool recovery_will_erase(uint32_t offset)
{
    (void)offset;
    return r.erases;
}

uint8_t recovery_data(uint32_t offset, const uint8_t *data, size_t length)
{
    assert_int_equal(offset, r.next);
    assert_true(length <= r.size - offset);
    for (size_t i = 0; i < length; i++) {
        assert_int_equal(data[i], (uint8_t)((offset + i) * 3));
    }
    r.next += (uint32_t)length;
    return r.data_answer;
}

uint8_t recovery_finish(void)
{
    assert_int_equal(r.next, r.size);
    r.finishes++;
    return r.finish_answer;
}

void recovery_leave(void)
{
    r.leaves++;
}

static const struct usb_dfu_target *const target = &boot_download;

static int set_up(void **unused)
{
    (void)unused;
    target->abort(NULL);
    memset(&r, 0, sizeof r);
    return 0;
}

static uint8_t block(const uint8_t *data, size_t length)
{
    return target->block(target->context, data, length);
}

static void make_head(uint8_t head[BOOT_DOWNLOAD_BLOCK], uint32_t slot, uint32_t size)
{
    memset(head, 0, BOOT_DOWNLOAD_BLOCK);
    memcpy(head, "GDFU", 4);
    bytes_put_u32(head + 4, slot);
    bytes_put_u32(head + 8, size);
    bytes_put_u32(head + 12, ROTATE);
    bytes_put_u16(head + 16, ARGUMENTS);
    head[HEAD] = 0xB0;
    head[HEAD + ARGUMENTS - 1] = 0xB1;
}

/* A whole record; answers the last status. */
static uint8_t send_record(uint32_t slot, uint32_t size)
{
    uint8_t bytes[BOOT_DOWNLOAD_BLOCK];
    uint8_t status;

    make_head(bytes, slot, size);
    status = block(bytes, sizeof bytes);
    for (uint32_t at = 0; at < size && status == USB_DFU_OK; at += BOOT_DOWNLOAD_BLOCK) {
        assert_false(target->complete(target->context));
        for (size_t i = 0; i < sizeof bytes; i++) {
            bytes[i] = (uint8_t)((at + i) * 3);
        }
        status = block(bytes, sizeof bytes);
    }
    return status;
}

static void the_record_for_the_slot_is_taken_whatever_surrounds_it(void **unused)
{
    (void)unused;
    assert_int_equal(send_record(OTHER, 1000), USB_DFU_OK);
    assert_int_equal(r.begins, 0);
    assert_int_equal(send_record(SLOT, 700), USB_DFU_OK);
    assert_int_equal(send_record(OTHER, 256), USB_DFU_OK);
    assert_true(target->complete(target->context));
    assert_int_equal(r.begins, 1);
    assert_int_equal(r.next, 700);
    assert_int_equal(target->finish(target->context), USB_DFU_OK);
    assert_int_equal(r.finishes, 1);
    target->leave(target->context);
    assert_int_equal(r.leaves, 1);
}

static void a_file_without_a_record_for_the_slot_is_for_another_device(void **unused)
{
    (void)unused;
    assert_int_equal(send_record(OTHER, 700), USB_DFU_OK);
    assert_int_equal(target->finish(target->context), USB_DFU_ERR_TARGET);
    assert_int_equal(r.finishes, 0);
    assert_int_equal(target->finish(target->context), USB_DFU_ERR_TARGET);
}

static void heads_that_are_none_are_refused(void **unused)
{
    uint8_t head[BOOT_DOWNLOAD_BLOCK];

    (void)unused;
    make_head(head, SLOT, 700);
    assert_int_equal(block(head, sizeof head - 1), USB_DFU_ERR_FILE);
    head[0] ^= 1;
    assert_int_equal(block(head, sizeof head), USB_DFU_ERR_FILE);
    head[0] ^= 1;
    bytes_put_u16(head + 16, BOOT_DOWNLOAD_BLOCK - HEAD + 1);
    assert_int_equal(block(head, sizeof head), USB_DFU_ERR_FILE);
    assert_int_equal(r.begins, 0);
}

static void a_second_record_for_the_slot_and_a_short_block_are_refused(void **unused)
{
    uint8_t bytes[BOOT_DOWNLOAD_BLOCK];

    (void)unused;
    assert_int_equal(send_record(SLOT, 256), USB_DFU_OK);
    make_head(bytes, SLOT, 256);
    assert_int_equal(block(bytes, sizeof bytes), USB_DFU_ERR_FILE);
    assert_int_equal(r.begins, 1);
    target->abort(target->context);
    assert_int_equal(r.aborts, 1);
    target->abort(target->context);
    assert_int_equal(r.aborts, 1); /* nothing of ours is under way any more */
    make_head(bytes, SLOT, 256);
    assert_int_equal(block(bytes, sizeof bytes), USB_DFU_OK);
    assert_int_equal(block(bytes, 100), USB_DFU_ERR_FILE);
}

static void answers_of_the_protocol_have_their_names_in_dfu(void **unused)
{
    static const struct {
        uint8_t answer;
        uint8_t status;
    } begins[] = {{LINK_SIGNATURE, USB_DFU_ERR_FILE},
                  {LINK_KEY_UNKNOWN, USB_DFU_ERR_FILE},
                  {LINK_OLDER, USB_DFU_ERR_FILE},
                  {LINK_WRONG_BOARD, USB_DFU_ERR_TARGET}};

    (void)unused;
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        (void)set_up(NULL);
        r.begin_answer = begins[i].answer;
        assert_int_equal(send_record(SLOT, 700), begins[i].status);
        assert_int_equal(r.next, 0);
    }
    (void)set_up(NULL);
    r.data_answer = LINK_FLASH;
    assert_int_equal(send_record(SLOT, 700), USB_DFU_ERR_PROG);
    (void)set_up(NULL);
    r.finish_answer = LINK_DIGEST;
    r.has_kernel = true;
    assert_int_equal(send_record(SLOT, 700), USB_DFU_OK);
    assert_int_equal(target->finish(target->context), USB_DFU_ERR_VERIFY);
    /* Without another kernel that is the worse news. */
    (void)set_up(NULL);
    r.finish_answer = LINK_DIGEST;
    assert_int_equal(send_record(SLOT, 700), USB_DFU_OK);
    assert_int_equal(target->finish(target->context), USB_DFU_ERR_FIRMWARE);
}

static void waits_are_as_long_as_the_work(void **unused)
{
    uint8_t bytes[BOOT_DOWNLOAD_BLOCK];

    (void)unused;
    assert_int_equal(target->duration_ms(target->context, sizeof bytes), 960); /* a signature */
    make_head(bytes, SLOT, 700);
    assert_int_equal(block(bytes, sizeof bytes), USB_DFU_OK);
    assert_int_equal(target->duration_ms(target->context, sizeof bytes), 3);
    r.erases = true;
    assert_int_equal(target->duration_ms(target->context, sizeof bytes), 63);
    assert_int_equal(target->duration_ms(target->context, 0), 960); /* the verdict */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
    const struct CMUnitTest tests[] = {
        TEST(the_record_for_the_slot_is_taken_whatever_surrounds_it),
        TEST(a_file_without_a_record_for_the_slot_is_for_another_device),
        TEST(heads_that_are_none_are_refused),
        TEST(a_second_record_for_the_slot_and_a_short_block_are_refused),
        TEST(answers_of_the_protocol_have_their_names_in_dfu),
        TEST(waits_are_as_long_as_the_work),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
