// SPDX-License-Identifier: Apache-2.0
/* Objects laid out as elf2tab does it, byte for byte, and for processors other than Cortex-M. */
#include "package_published.h"

#include <package/architecture.h>

static void the_published_object_comes_out_byte_for_byte(void **state)
{
    struct bytes tbf;

    (void)state;
    make_published(&tbf);
    assert_int_equal(tbf.size, PUBLISHED_SIZE);
    assert_bytes(tbf.data, published_header);
    for (size_t i = 0; i < PUBLISHED_CODE; i++) {
        assert_int_equal(tbf.data[PUBLISHED_START + i], (uint8_t)(i * 3));
    }
    assert_bytes(tbf.data + PUBLISHED_END, "8000fc0100000000");
    for (size_t i = PUBLISHED_END + 8; i < PUBLISHED_SIZE; i++) {
        assert_int_equal(tbf.data[i], 0);
    }
    bytes_free(&tbf);
}

/* In elf2tab's order: name, a region each, fixed addresses, permissions, storage, kernel, ShortID.
 */
static const char full_header[] =
    "0200b400000100000200000027ef1b0001000c001d0000000c00000000140000090014001d000000"
    "0c000000001400000001000007000000030003006170700002000800d00000000800000002000800"
    "e8000000180000000500080000400020c00043200600220002000100000000000000060000000000"
    "0000010004000100000001000000000000000000070014004e61bc00020001000000020000000100"
    "0300000008000400020001000a000400efbe0000";

static void every_option_is_where_elf2tab_puts_it(void **state)
{
    static const char *const read[] = {"1", "2", NULL};
    static const char *const modify[] = {"3", NULL};
    struct image_rights rights = {.restricted = true};
    struct image_options options = {.name = "app",
                                    .layout = IMAGE_ELF2TAB,
                                    .version = 7,
                                    .short_id = 0xBEEF,
                                    .disabled = true,
                                    .sticky = true,
                                    .app_heap = 1022, /* rounded up */
                                    .kernel_heap = 1024,
                                    .kernel_major = 2,
                                    .kernel_minor = 1,
                                    .fixed = true,
                                    .fixed_flash = 0x204300C0,
                                    .fixed_ram = 0x20004000,
                                    .rights = &rights};
    struct elf_app app = app_of_size(64);
    struct bytes tbf;

    (void)state;
    app.position_independent = false;
    app.flash_address = 0x204300C0;
    app.machine = EM_RISCV;
    app.entry = 0x11;
    app.moved_size = 72;
    app.stack_size = 3000;
    app.writeable_count = 2;
    app.writeable[0].offset = 16;
    app.writeable[0].size = 8;
    app.writeable[1].offset = 40;
    app.writeable[1].size = 24;
    assert_true(rights_permit(&rights, "1:1,2"));
    assert_true(rights_permit(&rights, "0x40001:64"));
    assert_true(rights_store(&rights, 12345678, read, modify));
    assert_int_equal(image_build(&cli, &app, &options, &tbf), EXIT_DONE);
    assert_int_equal(tbf.size, 0x100);
    assert_bytes(tbf.data, full_header);
    assert_bytes(tbf.data + 0xC0, "000306090c0f");
    bytes_free(&tbf);
    bytes_free(&app.binary);
}

static uint32_t size_of(uint16_t machine, size_t code, uint32_t min_footer)
{
    const struct image_options options = {
        .name = "", .layout = IMAGE_ELF2TAB, .no_kernel_version = true, .min_footer = min_footer};
    struct elf_app app = app_of_size(code);
    struct tbf_header header;
    struct bytes tbf;
    uint32_t size;

    app.machine = machine;
    assert_int_equal(image_build(&cli, &app, &options, &tbf), EXIT_DONE);
    assert_int_equal(image_parse(&cli, &tbf, "it", &header), EXIT_DONE);
    assert_int_equal(header.header_size, 56); /* neither name nor kernel version */
    assert_int_equal(header.total_size, tbf.size);
    assert_int_equal(header.binary_end, 56 + code); /* not rounded */
    size = header.total_size;
    bytes_free(&tbf);
    bytes_free(&app.binary);
    return size;
}

static void sizes_are_rounded_as_the_processor_needs_it(void **state)
{
    (void)state;
    assert_int_equal(size_of(EM_ARM, 8, 0), 64); /* a power of two already, though below 512 */
    assert_int_equal(size_of(EM_ARM, 12, 0), 512);
    assert_int_equal(size_of(EM_ARM, 456, 0), 512);
    assert_int_equal(size_of(EM_ARM, 457, 0), 1024);
    assert_int_equal(size_of(EM_RISCV, 12, 0), 68);
    assert_int_equal(size_of(EM_RISCV, 13, 0), 72);
    assert_int_equal(size_of(EM_RISCV, 12, 1), 76); /* a Reserved credential has 8 bytes at least */
    assert_int_equal(size_of(EM_RISCV, 12, 21), 92);
    assert_int_equal(size_of(EM_386, 12, 0), 4096);
    assert_int_equal(size_of(EM_386, 4041, 0), 8192);
}

static struct tbf_header build(const struct elf_app *app, const struct image_options *options)
{
    struct tbf_header header;
    struct bytes tbf;

    assert_int_equal(image_build(&cli, app, options, &tbf), EXIT_DONE);
    assert_int_equal(image_parse(&cli, &tbf, "it", &header), EXIT_DONE);
    bytes_free(&tbf);
    return header;
}

static void ram_is_the_sum_of_its_parts_or_what_is_asked_for(void **state)
{
    struct image_options options = {.name = "a", .app_heap = 100, .kernel_heap = 50};
    struct elf_app app = app_of_size(64);

    (void)state;
    app.ram_size = 3001;
    app.moved_size = 900;
    app.stack_size = 2048;
    assert_int_equal(build(&app, &options).min_ram, 3008 + 100 + 52);
    options.has_stack = true;
    options.stack = 4090;
    assert_int_equal(build(&app, &options).min_ram, 900 + 4096 + 100 + 52);
    options.has_stack = false;
    app.position_independent = false; /* where RAM begins is no count of bytes */
    assert_int_equal(build(&app, &options).min_ram, 900 + 2048 + 100 + 52);
    app.stack_size = 0;
    assert_int_equal(build(&app, &options).min_ram, 900 + 2048 + 100 + 52);
    options.minimum_ram = 8001;
    assert_int_equal(build(&app, &options).min_ram, 8001);
    bytes_free(&app.binary);
}

static void fixed_code_begins_so_that_its_object_begins_at_a_round_address(void **state)
{
    static const char long_name[] = "thirty-two-bytes-are-just-enough";
    struct image_options options = {.name = "a"};
    struct elf_app app = app_of_size(64);

    (void)state;
    app.position_independent = false;
    app.flash_address = 0x21100080;
    assert_int_equal(build(&app, &options).app_start, 0x80);
    app.flash_address = 0x21100040; /* less than the header */
    assert_int_equal(build(&app, &options).app_start, 0x140);
    app.flash_address = 0x21100000;
    assert_int_equal(build(&app, &options).app_start, 0x100);
    options.name = long_name;
    app.flash_address = 0x21100060;
    assert_int_equal(build(&app, &options).app_start, 0x160);
    options.app_start = 0x200;
    assert_int_equal(build(&app, &options).app_start, 0x200);
    app.app_start = 0x400; /* the executable has the last word, as with elf2tab */
    assert_int_equal(build(&app, &options).app_start, 0x400);
    bytes_free(&app.binary);
}

static void a_header_that_does_not_fit_is_refused(void **state)
{
    const struct image_options options = {.name = "a", .app_start = 64};
    struct elf_app app = app_of_size(64);
    struct bytes tbf = {NULL, 0};

    (void)state;
    assert_int_equal(HUSHED(image_build(&cli, &app, &options, &tbf)), EXIT_USAGE);
    assert_null(tbf.data);
    bytes_free(&app.binary);
}

static void members_are_called_after_their_processor(void **state)
{
    static const struct {
        const char *argument;
        uint16_t machine;
        const char *name; /* NULL: refused */
    } cases[] = {
        {"a.elf", EM_ARM, "cortex-m3"},
        {"dir.with,comma/a.elf", EM_ARM, "cortex-m3"},
        {"a.elf,cortex-m0", EM_ARM, "cortex-m0"},
        {"dir/cortex-m7.elf", EM_ARM, "cortex-m7"},
        {"cortex-m4.0x00030000.0x20008000.elf", EM_ARM, "cortex-m4.0x00030000.0x20008000"},
        {"x,cortex-m4.0x00030000.0x20008000", EM_ARM, "cortex-m4.0x00030000.0x20008000"},
        {"a,rv32imac", EM_RISCV, "rv32imac"},
        {"rv32imc.elf", EM_RISCV, "rv32imc"},
        {"a,x86", EM_386, "x86"},
        {"a.elf", EM_RISCV, NULL}, /* which of them? */
        {"a.elf", EM_386, NULL},
        {"a,rv32imac", EM_ARM, NULL},
        {"rv32imc.elf", EM_ARM, NULL},
        {"a,cortex-m4", EM_RISCV, NULL},
        {"a,", EM_ARM, NULL},
        {"a,cortex", EM_ARM, NULL},
        {"a,cortex-m4.y", EM_ARM, NULL},
        {"a,cortex-m4.0x0/", EM_ARM, "cortex-m3"}, /* a comma in a path */
        {"a,cortex-m4.0x0000000000000000000000000000000000000000000000000000000000", EM_ARM, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[ARCHITECTURE_MAX] = "";
        int code = HUSHED(architecture_read(&cli, cases[i].argument, cases[i].machine, name));

        assert_int_equal(code, cases[i].name != NULL ? EXIT_DONE : EXIT_USAGE);
        if (cases[i].name != NULL) {
            assert_string_equal(name, cases[i].name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_object_comes_out_byte_for_byte),
        cmocka_unit_test(every_option_is_where_elf2tab_puts_it),
        cmocka_unit_test(sizes_are_rounded_as_the_processor_needs_it),
        cmocka_unit_test(ram_is_the_sum_of_its_parts_or_what_is_asked_for),
        cmocka_unit_test(fixed_code_begins_so_that_its_object_begins_at_a_round_address),
        cmocka_unit_test(a_header_that_does_not_fit_is_refused),
        cmocka_unit_test(members_are_called_after_their_processor),
    };
    return cmocka_run_group_tests(tests, package_setup, package_teardown);
}
