// SPDX-License-Identifier: Apache-2.0
/* Reading bundles that are odd, damaged or hostile. */
#include "package_support.h"

#include <archive.h>
#include <archive_entry.h>

static struct archive *archive;
static uint8_t file[1 << 20];
static size_t file_size;
static struct bytes tbf;

static void begin(void)
{
    archive = archive_write_new();
    assert_int_equal(archive_write_set_format_ustar(archive), ARCHIVE_OK);
    assert_int_equal(archive_write_open_memory(archive, file, sizeof file, &file_size), ARCHIVE_OK);
    if (tbf.data == NULL) {
        make_tbf(600, &(struct image_options){.name = "app"}, &tbf);
    }
}

static void add(const char *name, mode_t type, const char *link, const void *data, size_t size)
{
    struct archive_entry *entry = archive_entry_new();

    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, type);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)size);
    if (type == AE_IFLNK) {
        archive_entry_set_symlink(entry, link);
    } else if (link != NULL) {
        archive_entry_set_hardlink(entry, link);
    }
    assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
    assert_int_equal(archive_write_data(archive, data, size), size);
    archive_entry_free(entry);
}

static void add_tbf(const char *name)
{
    add(name, AE_IFREG, NULL, tbf.data, tbf.size);
}

/* Reads what was put together; everything that was read is given back. */
static int read_back(struct tab *tab)
{
    int code;

    if (archive != NULL) {
        assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
        archive_write_free(archive);
        archive = NULL;
    }
    put_file(file, file_size);
    code = HUSHED(tab_read(&cli, path, tab));
    return code;
}

static void expect_refusal(const char *why)
{
    struct tab tab;

    assert_int_equal(read_back(&tab), EXIT_FAILED);
    assert_int_equal(tab.count, 0);
    if (strstr(complaint(), why) == NULL) {
        fail_msg("'%s' does not say '%s'", complaint(), why);
    }
}

static void a_bundle_comes_back_as_it_was_written(void **state)
{
    static struct tab tab;
    struct tab back;

    (void)state;
    begin();
    (void)archive_write_close(archive);
    archive_write_free(archive);
    archive = NULL;
    tab = (struct tab){.name = "blink", .boards = "mps2_an386,other", .count = 2};
    strcpy(tab.member[0].name, "cortex-m3.tbf");
    strcpy(tab.member[1].name, "cortex-m4.tbf");
    tab.member[0].tbf = tbf;
    tab.member[1].tbf = tbf;
    assert_int_equal(tab_write(&cli, path, &tab), EXIT_DONE);
    assert_int_equal(tab_read(&cli, path, &back), EXIT_DONE);
    assert_string_equal(back.name, "blink");
    assert_string_equal(back.boards, "mps2_an386,other");
    assert_false(back.bare);
    assert_int_equal(back.count, 2);
    assert_string_equal(back.member[1].name, "cortex-m4.tbf");
    assert_int_equal(back.member[1].tbf.size, tbf.size);
    assert_memory_equal(back.member[1].tbf.data, tbf.data, tbf.size);
    tab_free(&back);
}

static void members_with_paths_are_refused(void **state)
{
    static const char *const names[] = {"../cortex-m4.tbf", "/cortex-m4.tbf",   "a/cortex-m4.tbf",
                                        "./cortex-m4.tbf",  "../../etc/passwd", "metadata.toml/.."};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        begin();
        add_tbf(names[i]);
        expect_refusal("a path");
    }
    begin();
    add_tbf("cortex-m4-with-a-name-that-is-much-longer-than-any-architecture-is.tbf");
    expect_refusal("too long");
}

static void members_that_are_no_files_are_refused(void **state)
{
    (void)state;
    begin();
    add("cortex-m4.tbf", AE_IFLNK, "/etc/passwd", NULL, 0);
    expect_refusal("not a regular file");
    begin();
    add_tbf("cortex-m3.tbf");
    add("cortex-m4.tbf", AE_IFREG, "cortex-m3.tbf", NULL, 0);
    expect_refusal("not a regular file");
    begin();
    add("cortex-m4.tbf", AE_IFIFO, NULL, NULL, 0);
    expect_refusal("not a regular file");
    begin();
    add("metadata.toml", AE_IFLNK, "cortex-m4.tbf", NULL, 0);
    expect_refusal("not a regular file");
}

static void two_members_of_one_name_are_refused(void **state)
{
    (void)state;
    begin();
    add_tbf("cortex-m4.tbf");
    add_tbf("cortex-m3.tbf");
    add_tbf("cortex-m4.tbf");
    expect_refusal("two members");
}

static void more_members_than_there_can_be_are_refused(void **state)
{
    char name[] = "cortex-aa.tbf";

    (void)state;
    begin();
    for (int i = 0; i <= TAB_MEMBERS_MAX; i++) {
        name[7] = (char)('a' + i / 26);
        name[8] = (char)('a' + i % 26);
        add_tbf(name);
    }
    expect_refusal("too many");
}

static void space_that_a_member_leaves_out_is_put_back(void **state)
{
    struct tab tab;
    struct tbf_header header;
    size_t content;

    (void)state;
    begin();
    assert_int_equal(image_parse(&cli, &tbf, "it", &header), EXIT_DONE);
    content = header.binary_end + 8;
    add("cortex-m4.tbf", AE_IFREG, NULL, tbf.data, content);
    assert_int_equal(read_back(&tab), EXIT_DONE);
    assert_int_equal(tab.member[0].tbf.size, tbf.size);
    assert_memory_equal(tab.member[0].tbf.data, tbf.data, content);
    for (size_t i = content; i < tbf.size; i++) {
        assert_int_equal(tab.member[0].tbf.data[i], 0);
    }
    tab_free(&tab);
}

static void a_bundle_without_an_app_is_refused(void **state)
{
    (void)state;
    begin();
    add("metadata.toml", AE_IFREG, NULL, "name = \"x\"\n", 11);
    add("cortex-m4.bin", AE_IFREG, NULL, "x", 1);
    expect_refusal("no TBF");
    begin();
    expect_refusal("");
    file_size = 0;
    expect_refusal("");
}

static void metadata_is_optional_and_cannot_do_harm(void **state)
{
    static const struct {
        const char *text;
        const char *name;
    } cases[] = {
        {"name = \"blink\"\n", "blink"},
        {"tab-version = 1\nname=\"blink\"", "blink"},
        {"  name = \"blink\"\n", ""},
        {"name = blink\n", ""},
        {"names = \"blink\"\nname = \"two\"", "two"},
        {"name", ""},
        {"name =", ""},
        {"name = \"never closed", "never closed"},
        {"name = \"\033[31mred\"\n", "?[31mred"},
        {"", ""},
    };
    struct tab tab;
    static char large[8000];

    (void)state;
    begin();
    add_tbf("cortex-m4.tbf");
    assert_int_equal(read_back(&tab), EXIT_DONE);
    assert_string_equal(tab.name, "");
    tab_free(&tab);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin();
        add("metadata.toml", AE_IFREG, NULL, cases[i].text, strlen(cases[i].text));
        add_tbf("cortex-m4.tbf");
        assert_int_equal(read_back(&tab), EXIT_DONE);
        assert_string_equal(tab.name, cases[i].name);
        tab_free(&tab);
    }
    memset(large, 'x', sizeof large);
    memcpy(large, "name = \"", 8);
    begin();
    add("metadata.toml", AE_IFREG, NULL, large, 3000);
    add_tbf("cortex-m4.tbf");
    assert_int_equal(read_back(&tab), EXIT_DONE);
    assert_true(strlen(tab.name) < sizeof tab.name);
    tab_free(&tab);
}

/* Writes a number as tar headers have it, and the header's checksum. */
static void patch_size(uint8_t *header, const char *octal)
{
    unsigned sum = 0;

    memcpy(header + 124, octal, 12);
    memset(header + 148, ' ', 8);
    for (int i = 0; i < 512; i++) {
        sum += header[i];
    }
    snprintf((char *)header + 148, 8, "%06o", sum);
}

static void a_declared_size_is_not_believed(void **state)
{
    static const char *const sizes[] = {"77777777777 ",
                                        "00100000001 ",
                                        "00000100000 ",
                                        "\200\0\0\0\377\377\377\377\377\377\377\377",
                                        "\200\0\0\0\0\0\0\1\0\0\0\0",
                                        "-0000000001 "};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        begin();
        add_tbf("cortex-m4.tbf");
        (void)archive_write_close(archive);
        archive_write_free(archive);
        archive = NULL;
        patch_size(file, sizes[i]);
        file_size = 512 + tbf.size;
        expect_refusal("");
    }
}

/* A sparse member: few bytes in the archive, 64 MiB of zeros when read. */
static void a_member_that_unfolds_is_cut_off(void **state)
{
    struct archive_entry *entry;

    (void)state;
    begin();
    (void)archive_write_close(archive);
    archive_write_free(archive);
    archive = archive_write_new();
    assert_int_equal(archive_write_set_format_pax(archive), ARCHIVE_OK);
    assert_int_equal(archive_write_open_memory(archive, file, sizeof file, &file_size), ARCHIVE_OK);
    entry = archive_entry_new();
    archive_entry_set_pathname(entry, "cortex-m4.tbf");
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, 64 << 20);
    archive_entry_sparse_add_entry(entry, (64 << 20) - 512, 512);
    assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
    for (int i = 0; i < 1024; i++) {
        static const uint8_t zeros[65536];

        assert_int_equal(archive_write_data(archive, zeros, sizeof zeros), sizeof zeros);
    }
    archive_entry_free(entry);
    expect_refusal("too large");
    assert_true(file_size < 65536);
}

static void a_compressed_bundle_is_not_unfolded(void **state)
{
    (void)state;
    begin();
    (void)archive_write_close(archive);
    archive_write_free(archive);
    archive = archive_write_new();
    assert_int_equal(archive_write_set_format_ustar(archive), ARCHIVE_OK);
    assert_int_equal(archive_write_add_filter_gzip(archive), ARCHIVE_OK);
    assert_int_equal(archive_write_open_memory(archive, file, sizeof file, &file_size), ARCHIVE_OK);
    add_tbf("cortex-m4.tbf");
    expect_refusal("neither a TAB");
}

static void a_bundle_cut_short_anywhere_is_refused(void **state)
{
    size_t whole;

    (void)state;
    begin();
    add("metadata.toml", AE_IFREG, NULL, "name = \"x\"\n", 11);
    add("note.txt", AE_IFREG, NULL, "", 0);
    add_tbf("cortex-m4.tbf");
    (void)archive_write_close(archive);
    archive_write_free(archive);
    archive = NULL;
    whole = 4 * 512 + tbf.size; /* three headers, a block of metadata, the app */
    for (size_t cut = 0; cut < whole; cut += cut % 512 < 8 ? 1 : 17) {
        struct tab tab;

        file_size = cut;
        put_file(file, cut);
        assert_int_equal(HUSHED(tab_read(&cli, path, &tab)), EXIT_FAILED);
    }
}

static void bytes_that_are_wrong_anywhere_do_no_harm(void **state)
{
    uint32_t seed = 7;

    (void)state;
    begin();
    add("metadata.toml", AE_IFREG, NULL, "name = \"x\"\n", 11);
    add_tbf("cortex-m4.tbf");
    (void)archive_write_close(archive);
    archive_write_free(archive);
    archive = NULL;
    for (int i = 0; i < 4000; i++) {
        struct tab tab;
        size_t at;
        uint8_t was;

        seed = seed * 1664525u + 1013904223u;
        at = (seed >> 8) % 2048;
        was = file[at];
        file[at] = (uint8_t)(seed >> 24);
        put_file(file, 2048 + tbf.size);
        if (HUSHED(tab_read(&cli, path, &tab)) == EXIT_DONE) {
            assert_in_range(tab.count, 1, TAB_MEMBERS_MAX);
            tab_free(&tab);
        }
        file[at] = was;
    }
}

static void the_member_for_an_architecture_is_its_own_or_an_older_one(void **state)
{
    static struct tab tab = {.count = 2};

    (void)state;
    strcpy(tab.member[0].name, "cortex-m0.tbf");
    strcpy(tab.member[1].name, "cortex-m4.tbf");
    assert_ptr_equal(tab_find(&tab, "cortex-m4"), &tab.member[1]);
    assert_ptr_equal(tab_find(&tab, "cortex-m7"), &tab.member[1]);
    assert_ptr_equal(tab_find(&tab, "cortex-m3"), &tab.member[0]);
    assert_ptr_equal(tab_find(&tab, "cortex-m0"), &tab.member[0]);
    assert_null(tab_next(&tab, &tab.member[1]));
    assert_null(tab_find(&tab, "rv32imac"));
    assert_null(tab_find(&tab, "cortex-m"));
    assert_null(tab_find(&tab, ""));
    tab.count = 1;
    strcpy(tab.member[0].name, "cortex-m40.tbf");
    assert_null(tab_find(&tab, "cortex-m4"));
}

static void a_lone_tbf_is_a_bundle_of_one(void **state)
{
    struct tab tab;

    (void)state;
    begin();
    (void)archive_write_close(archive);
    archive_write_free(archive);
    archive = NULL;
    memcpy(file, tbf.data, tbf.size);
    file_size = tbf.size;
    assert_int_equal(read_back(&tab), EXIT_DONE);
    assert_true(tab.bare);
    assert_int_equal(tab.count, 1);
    assert_memory_equal(tab.member[0].tbf.data, tbf.data, tbf.size);
    tab_free(&tab);
    bytes_free(&tbf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bundle_comes_back_as_it_was_written),
        cmocka_unit_test(members_with_paths_are_refused),
        cmocka_unit_test(members_that_are_no_files_are_refused),
        cmocka_unit_test(two_members_of_one_name_are_refused),
        cmocka_unit_test(more_members_than_there_can_be_are_refused),
        cmocka_unit_test(space_that_a_member_leaves_out_is_put_back),
        cmocka_unit_test(a_bundle_without_an_app_is_refused),
        cmocka_unit_test(metadata_is_optional_and_cannot_do_harm),
        cmocka_unit_test(a_declared_size_is_not_believed),
        cmocka_unit_test(a_member_that_unfolds_is_cut_off),
        cmocka_unit_test(a_compressed_bundle_is_not_unfolded),
        cmocka_unit_test(a_bundle_cut_short_anywhere_is_refused),
        cmocka_unit_test(bytes_that_are_wrong_anywhere_do_no_harm),
        cmocka_unit_test(the_member_for_an_architecture_is_its_own_or_an_older_one),
        cmocka_unit_test(a_lone_tbf_is_a_bundle_of_one),
    };
    return cmocka_run_group_tests(tests, package_setup, package_teardown);
}
