// SPDX-License-Identifier: Apache-2.0
/*
 * A full disk, for every command that writes a file: it says so, nothing half written is left, and
 * what was there before still is. A limit on the size of files stands for the disk: at 0, and at
 * half of what is to be written. What is no file is written to, and stays what it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "package.h"
#include "tool.h"

enum { WORDS = 10, PATH = 160, IMAGE = 16 << 20 };

static struct package package;
static char folder[PATH]; /* where the tool works: it has nothing else in it */
static char image[PATH];

/* T, E, K and F stand for package, executable, key and a flash image. */
struct writer {
    const char *word[WORDS];
    const char *file; /* what it writes */
    size_t files;     /* how many that are */
    bool never_over;  /* it refuses what is there already */
};

static const struct writer writers[] = {
    {{"keygen", "new.pem"}, "new.pem", 2, true},
    {{"pack", "E", "--name", "x", "-o", "x.tab", "--key", "K"}, "x.tab", 1, false},
    {{"pack", "E", "--name", "x", "-o", "x.tbf", "--key", "K"}, "x.tbf", 1, false},
    {{"sign", "T", "--key", "K", "-o", "signed.tab"}, "signed.tab", 1, false},
    {{"key", "embed", "K", "--symbol", "k", "--owner", "o", "-o", "key.h"}, "key.h", 1, false},
    {{"tbf", "convert", "T", "-o", "app.h"}, "app.h", 1, false},
    {{"read", "0x21000000", "4096", "-o", "bytes", "-d", "F"}, "bytes", 1, false},
    {{"dump", "-o", "flash.img", "-d", "F"}, "flash.img", 1, false},
    {{"new", "project"}, "project", 1, true},
};

static const char *stands_for(const char *word)
{
    return strcmp(word, "T") == 0   ? package.tab
           : strcmp(word, "E") == 0 ? package.elf
           : strcmp(word, "K") == 0 ? package.key
           : strcmp(word, "F") == 0 ? image
                                    : word;
}

/* Runs it with no file becoming longer than so many bytes; out: of what, err: receives the text. */
static int run_limited(const struct writer *w, rlim_t limit, const char *out, char *err,
                       size_t size)
{
    const char *word[WORDS + 1] = {NULL};
    struct rlimit before;
    int status = -1;
    int pipes[2];
    size_t used = 0;
    ssize_t count;
    pid_t pid;

    for (size_t i = 0; i < WORDS && w->word[i] != NULL; i++) {
        word[i] = stands_for(w->word[i]);
    }
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        const struct rlimit low = {limit, before.rlim_max};
        int to = open(out, O_WRONLY);

        signal(SIGXFSZ, SIG_IGN); /* as on a full disk: write() fails */
        if (chdir(folder) != 0 || dup2(to, STDOUT_FILENO) < 0 ||
            dup2(pipes[1], STDERR_FILENO) < 0 || setrlimit(RLIMIT_FSIZE, &low) != 0) {
            _exit(127);
        }
        tool_become(word);
    }
    close(pipes[1]);
    while (used < size - 1 && (count = read(pipes[0], err + used, size - 1 - used)) > 0) {
        used += (size_t)count;
    }
    err[used] = '\0';
    close(pipes[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* How much is in a folder. */
static size_t entries(const char *path)
{
    DIR *open_folder = opendir(path);
    const struct dirent *entry;
    size_t count = 0;

    assert_non_null(open_folder);
    while ((entry = readdir(open_folder)) != NULL) {
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 ? 1 : 0;
    }
    closedir(open_folder);
    return count;
}

static void empty_folder(void)
{
    char command[2 * PATH + 32];

    snprintf(command, sizeof command, "rm -rf '%s' && mkdir '%s'", folder, folder);
    assert_int_equal(system(command), 0);
}

/* Fails so, with one error and one hint. */
static void must_fail(const struct writer *w, rlim_t limit, int code)
{
    char err[2048];
    int got = run_limited(w, limit, "/dev/null", err, sizeof err);

    if (got != code || tool_count(err, "error: ") != 1 || tool_count(err, "hint: ") != 1) {
        printf("%s %s, at most %ld bytes: %d instead of %d\n%s", w->word[0], w->word[1],
               (long)limit, got, code, err);
    }
    assert_int_equal(got, code);
    assert_int_equal(tool_count(err, "error: "), 1);
    assert_int_equal(tool_count(err, "hint: "), 1);
}

static void nothing_half_written_is_left(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof writers / sizeof writers[0]; i++) {
        const struct writer *w = &writers[i];
        char err[2048];
        char path[2 * PATH];
        struct stat whole;

        empty_folder();
        snprintf(path, sizeof path, "%s/%s", folder, w->file);
        must_fail(w, 0, 6);
        assert_int_equal(entries(folder), 0);
        if (run_limited(w, RLIM_INFINITY, "/dev/null", err, sizeof err) != 0) {
            printf("%s: %s\n", w->word[0], err);
            fail();
        }
        assert_int_equal(entries(folder), w->files);
        assert_int_equal(stat(path, &whole), 0);
        empty_folder();
        /* Of a folder: its first file fits, not the second. */
        must_fail(w, S_ISDIR(whole.st_mode) ? 200 : (rlim_t)whole.st_size / 2, 6);
        assert_int_equal(entries(folder), 0);
        /* Of the two halves of a key the first fits. */
        if (w->files == 2) {
            must_fail(w, (rlim_t)whole.st_size - 1, 6);
            assert_int_equal(entries(folder), 0);
        }
    }
}

static void what_was_there_still_is(void **state)
{
    static const char old[] = "what was there";

    (void)state;
    for (size_t i = 0; i < sizeof writers / sizeof writers[0]; i++) {
        const struct writer *w = &writers[i];
        char path[2 * PATH];
        char text[64] = "";
        struct stat after;
        FILE *file;

        if (w->never_over) {
            continue;
        }
        empty_folder();
        snprintf(path, sizeof path, "%s/%s", folder, w->file);
        file = fopen(path, "w");
        assert_non_null(file);
        fputs(old, file);
        fclose(file);
        assert_int_equal(chmod(path, 0640), 0);
        must_fail(w, 16, 6);
        file = fopen(path, "r");
        assert_non_null(file);
        assert_non_null(fgets(text, sizeof text, file));
        fclose(file);
        assert_string_equal(text, old);
        assert_int_equal(entries(folder), 1);
        assert_int_equal(stat(path, &after), 0);
        assert_int_equal(after.st_mode & 07777, 0640);
    }
}

/* The disk is full where standard output goes. */
static void output_that_cannot_be_written_is_an_error(void **state)
{
    static const struct writer printers[] = {
        {{"completion", "bash"}, NULL, 0, false},
        {{"help", "--markdown"}, NULL, 0, false},
        {{"help", "--json"}, NULL, 0, false},
        {{"inspect", "T"}, NULL, 0, false},
        {{"--help"}, NULL, 0, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof printers / sizeof printers[0]; i++) {
        char err[2048];

        assert_int_equal(run_limited(&printers[i], RLIM_INFINITY, "/dev/full", err, sizeof err), 6);
        assert_int_equal(tool_count(err, "error: "), 1);
        assert_int_equal(tool_count(err, "hint: "), 1);
    }
}

/* -o names something that is no file, or leads to one. */
static void what_is_no_file_stays_what_it_is(void **state)
{
    static const struct writer to_pipe = {
        {"key", "embed", "K", "--symbol", "k", "--owner", "o", "-o", "pipe"}, NULL, 0, false};
    static const struct writer to_full = {
        {"key", "embed", "K", "--symbol", "k", "--owner", "o", "-o", "full"}, NULL, 0, false};
    static const struct writer to_link = {
        {"key", "embed", "K", "--symbol", "k", "--owner", "o", "-o", "link"}, NULL, 0, false};
    char path[2 * PATH];
    char other[2 * PATH];
    char err[2048];
    struct stat now;
    int pipe_end;

    (void)state;
    empty_folder();
    snprintf(path, sizeof path, "%s/pipe", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    pipe_end = open(path, O_RDWR | O_CLOEXEC);
    assert_int_equal(run_limited(&to_pipe, RLIM_INFINITY, "/dev/null", err, sizeof err), 0);
    assert_true(read(pipe_end, err, sizeof err) > 0);
    close(pipe_end);
    assert_int_equal(lstat(path, &now), 0);
    assert_true(S_ISFIFO(now.st_mode));

    snprintf(path, sizeof path, "%s/full", folder);
    assert_int_equal(symlink("/dev/full", path), 0);
    must_fail(&to_full, RLIM_INFINITY, 6);
    assert_int_equal(stat("/dev/full", &now), 0);
    assert_true(S_ISCHR(now.st_mode));

    snprintf(path, sizeof path, "%s/link", folder);
    snprintf(other, sizeof other, "%s/other", folder);
    close(open(other, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    assert_int_equal(symlink("other", path), 0);
    assert_int_equal(run_limited(&to_link, RLIM_INFINITY, "/dev/null", err, sizeof err), 0);
    assert_int_equal(lstat(path, &now), 0);
    assert_true(S_ISLNK(now.st_mode));
    assert_int_equal(stat(other, &now), 0);
    assert_true(now.st_size > 0);
    assert_int_equal(entries(folder), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_half_written_is_left),
        cmocka_unit_test(what_was_there_still_is),
        cmocka_unit_test(output_that_cannot_be_written_is_an_error),
        cmocka_unit_test(what_is_no_file_stays_what_it_is),
    };
    char path[PATH - 16];
    int fd;

    tool_setup();
    package_make(&package);
    tool_path(folder, sizeof folder, "work");
    fd = open(tool_path(path, sizeof path, "flash"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, IMAGE) != 0 || close(fd) != 0) {
        perror(path);
        return EXIT_FAILURE;
    }
    snprintf(image, sizeof image, "file:%s", path);
    setenv("LOADER_BOARD", "mps2_an386", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
