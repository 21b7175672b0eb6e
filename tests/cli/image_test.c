// SPDX-License-Identifier: Apache-2.0
/* Flash images of every board, and objects of every form: an answer, or an error that says why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <base/bytes.h>
#include <offline/board.h>
#include <tbf/write.h>

#include "fake.h"
#include "package.h"
#include "tool.h"

static struct package package;
static struct tool_run run;
static char image[128];    /* a file */
static char selector[160]; /* it as a device */

static void check(const char *device, const char *const *words, int code, const char *text)
{
    const char *fault;

    tool_run(&run, device, words);
    fault = tool_fault(&run, code);
    if (fault != NULL || (strstr(run.out, text) == NULL && strstr(run.err, text) == NULL)) {
        tool_show(&run);
        fail_msg("%s: %s, wanted %d and '%s'", words[0], fault != NULL ? fault : "other text", code,
                 text);
    }
}

static void make_image(const struct board *board)
{
    static uint8_t page[65536];
    FILE *file = fopen(image, "wb");
    uint32_t size = 0;

    for (size_t i = 0; i < BOARD_RUNS_MAX; i++) {
        size += board->run[i].page_size * board->run[i].page_count;
    }
    memset(page, board->geometry.erase_value, sizeof page);
    assert_non_null(file);
    for (uint32_t at = 0; at < size; at += sizeof page) {
        assert_int_equal(fwrite(page, sizeof page, 1, file), 1);
    }
    assert_int_equal(fclose(file), 0);
}

static void every_board_can_be_an_image(void **state)
{
    (void)state;
    for (size_t i = 0; boards[i] != NULL; i++) {
        make_image(boards[i]);
        check(selector, (const char *const[]){"list", "--board", boards[i]->name, NULL}, 0,
              "no apps are installed");
        check(selector, (const char *const[]){"info", "--board", boards[i]->name, NULL}, 0,
              boards[i]->name);
        check(selector,
              (const char *const[]){"attribute", "list", "--board", boards[i]->name, NULL}, 0, "");
    }
    check(selector, (const char *const[]){"list", "--board", "hail", NULL}, 2, boards[0]->name);
}

static void read_file(const char *path, uint8_t *bytes, size_t size)
{
    FILE *file = fopen(path, "rb");

    assert_true(file != NULL && fread(bytes, size, 1, file) == 1 && fclose(file) == 0);
}

/* Makes a file of `size` bytes that follow a pattern, which `bytes` receives. */
static void write_pattern(char *path, size_t room, uint8_t *bytes, size_t size)
{
    FILE *file = fopen(tool_path(path, room, "bytes"), "wb");

    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(i % 251);
    }
    assert_true(file != NULL && fwrite(bytes, size, 1, file) == 1 && fclose(file) == 0);
}

static void bytes_are_written_to_an_image_and_read_back(void **state)
{
    const struct board *board = boards[0];
    char from[128];
    char to[128];
    char address[16];
    uint8_t bytes[5000];
    uint8_t back[sizeof bytes];

    (void)state;
    make_image(board);
    write_pattern(from, sizeof from, bytes, sizeof bytes);
    /* Behind everything that has a purpose, at an address that nothing is a multiple of. */
    snprintf(address, sizeof address, "0x%x",
             (unsigned)(board->apps.address + board->apps.size - 8192 + 13));
    check(selector, (const char *const[]){"write", address, from, NULL}, 0, "5000 bytes written");
    tool_path(to, sizeof to, "back");
    check(selector, (const char *const[]){"read", address, "5000", "-o", to, NULL}, 0, "");
    read_file(to, back, sizeof back);
    assert_memory_equal(back, bytes, sizeof bytes);
}

/* Out of an image, erased there, and back, by the file's name and by the option. */
static void intel_hex_takes_bytes_out_and_puts_them_back(void **state)
{
    const struct board *board = boards[0];
    static uint8_t bytes[70001]; /* across 64 KiB */
    static uint8_t back[sizeof bytes];
    char from[128];
    char to[2][128];
    char address[16];

    (void)state;
    make_image(board);
    write_pattern(from, sizeof from, bytes, sizeof bytes);
    snprintf(address, sizeof address, "0x%x",
             (unsigned)(board->apps.address + board->apps.size - 73728 + 13));
    check(selector, (const char *const[]){"write", address, from, NULL}, 0, "70001 bytes written");
    tool_path(to[0], sizeof to[0], "page.HEX");
    tool_path(to[1], sizeof to[1], "page.text");
    check(selector, (const char *const[]){"read", address, "70001", "-o", to[0], NULL}, 0, "");
    check(selector,
          (const char *const[]){"read", address, "70001", "--format", "hex", "-o", to[1], NULL}, 0,
          "");
    for (int i = 0; i < 2; i++) {
        check(selector,
              (const char *const[]){"write", address, "--fill", "0", "--length", "70001", NULL}, 0,
              "");
        check(selector, (const char *const[]){"write", to[i], NULL}, 0, "70001 bytes written");
        check(
            selector,
            (const char *const[]){"read", address, "70001", "--format", "binary", "-o", from, NULL},
            0, "");
        read_file(from, back, sizeof back);
        assert_memory_equal(back, bytes, sizeof bytes);
    }
    check(selector, (const char *const[]){"read", address, "4", "--format", "hex", NULL}, 0,
          "000102"); /* up to a multiple of 16 */
    assert_int_equal(tool_count(run.out, "\n"), 4);
    check(selector, (const char *const[]){"read", address, "4", "--format", "elf", NULL}, 2,
          "no format");
}

/* Sizes come from the board's description, whatever an attribute of that name says. */
static void attributes_are_text_and_nothing_is_computed_from_them(void **state)
{
    static const char *const values[] = {"512", "0", "-1", "0x200", "many", "99999999999999999999"};
    static const char *const keys[] = {"pagesize", "appaddr", "kernver", "arch", "board"};
    static struct tool_run before;

    (void)state;
    make_image(boards[0]);
    check(selector, (const char *const[]){"info", NULL}, 0, "flash");
    before = run;
    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i += 1 + k) {
            check(selector,
                  (const char *const[]){"attribute", "set", keys[k], "--", values[i], NULL}, 0, "");
            check(selector, (const char *const[]){"attribute", "list", NULL}, 0, values[i]);
        }
    }
    check(selector, (const char *const[]){"info", NULL}, 0, "flash");
    assert_string_equal(run.out, before.out);
    check(selector, (const char *const[]){"read", "0x21100000", "16", NULL}, 0, "ff");
}

static void put_object(const uint8_t *object, size_t size, char *path, size_t room)
{
    FILE *file = fopen(tool_path(path, room, "object.tbf"), "wb");

    assert_true(file != NULL && fwrite(object, size, 1, file) == 1 && fclose(file) == 0);
}

/* All forms of JSON, of objects that have no footers, and of padding. */
static void objects_without_footers_are_shown_as_json(void **state)
{
    uint8_t object[1024];
    uint8_t program[20] = {0};
    struct tbf_writer writer;
    char path[128];
    json_t *root;
    const json_t *list;

    (void)state;
    memset(object, 0x5A, sizeof object);
    bytes_put_u32(program + 12, sizeof object);
    tbf_write_begin(&writer, object, sizeof object);
    tbf_write_tlv(&writer, TBF_TLV_PROGRAM, program, sizeof program);
    assert_true(tbf_write_end(&writer, sizeof object, TBF_FLAG_ENABLED) > 0);
    put_object(object, sizeof object, path, sizeof path);
    check(NULL, (const char *const[]){"inspect", "-v", path, NULL}, 0, "footers 0");
    check(NULL, (const char *const[]){"inspect", "-v", "--json", path, NULL}, 0, "");
    root = json_loads(run.out, 0, NULL);
    list = json_object_get(json_array_get(json_object_get(root, "objects"), 0), "credentials");
    assert_true(json_is_array(list) && json_array_size(list) == 0);
    json_decref(root);
    tbf_write_padding(object, sizeof object);
    put_object(object, sizeof object, path, sizeof path);
    check(NULL, (const char *const[]){"inspect", "-v", path, NULL}, 1, "padding");
    check(NULL, (const char *const[]){"inspect", "-v", "--json", path, NULL}, 1, "padding");
    root = json_loads(run.out, 0, NULL);
    assert_int_equal(json_integer_value(json_object_get(root, "exit")), 1);
    json_decref(root);
}

static void a_kernel_version_is_told_as_it_is(void **state)
{
    static const char *const versions[] = {"2.7", "3.0", "2.65535"};
    char path[128];
    char text[48];

    (void)state;
    tool_path(path, sizeof path, "needs.tab");
    for (size_t i = 0; i < 3; i++) {
        check(NULL,
              (const char *const[]){"pack", package.elf, "--name", "x", "-o", path,
                                    "--kernel-version", versions[i], NULL},
              0, "");
        snprintf(text, sizeof text, "needs kernel  %s\n", versions[i]);
        check(NULL, (const char *const[]){"inspect", path, NULL}, 0, text);
    }
}

/* A pseudo-terminal that nobody enumerates, under a name that is no pattern. */
static void a_port_is_what_its_path_says(void **state)
{
    static const char *const names[] = {"tty[0-9]+ (a|b)*.port", "by-id", "tty.", "^$"};
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    struct fake fake;
    char link_path[160];
    char device[200];

    (void)state;
    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    fake_start_on(&fake, master, package.public_key);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        tool_path(link_path, sizeof link_path, names[i]);
        assert_int_equal(symlink(ptsname(master), link_path), 0);
        snprintf(device, sizeof device, "serial:%s", link_path);
        check(device, (const char *const[]){"list", NULL}, 0, "alpha");
        unlink(link_path);
    }
    tool_path(link_path, sizeof link_path, "ttyX");
    assert_int_equal(symlink(ptsname(master), link_path), 0);
    snprintf(device, sizeof device, "serial:%s/tty.", tool_folder()); /* a pattern of that */
    check(device, (const char *const[]){"list", NULL}, 4, "tty.");
    fake_stop(&fake);
    close(master);
}

/* Who waits, for how long: not for programs that might be installed, not for every port in turn. */
static void a_device_that_is_not_there_is_not_waited_for(void **state)
{
    char missing[200];

    (void)state;
    snprintf(missing, sizeof missing, "serial:%s/none", tool_folder());
    check(missing, (const char *const[]){"list", NULL}, 4, "none");
    setenv("PATH", tool_folder(), 1); /* no program is started to look for one */
    check(NULL, (const char *const[]){"list", NULL}, 4, "no device");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_board_can_be_an_image),
        cmocka_unit_test(bytes_are_written_to_an_image_and_read_back),
        cmocka_unit_test(intel_hex_takes_bytes_out_and_puts_them_back),
        cmocka_unit_test(attributes_are_text_and_nothing_is_computed_from_them),
        cmocka_unit_test(objects_without_footers_are_shown_as_json),
        cmocka_unit_test(a_kernel_version_is_told_as_it_is),
        cmocka_unit_test(a_port_is_what_its_path_says),
        cmocka_unit_test(a_device_that_is_not_there_is_not_waited_for),
    };

    tool_setup();
    package_make(&package);
    tool_path(image, sizeof image, "flash.img");
    snprintf(selector, sizeof selector, "file:%s", image);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
