// SPDX-License-Identifier: Apache-2.0
/* file:PATH, a flash image. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "connect.h"
#include "image_file.h"
#include "reason.h"

/* Opens it for reading and writing, if that is allowed, and keeps others off it. */
static int open_locked(struct cli *cli, const char *path, int *fd, off_t *size)
{
    struct stat found;

    *fd = open(path, O_RDWR | O_CLOEXEC);
    if (*fd < 0) {
        return cli_fail(cli, errno == EACCES || errno == EROFS ? EXIT_PERMISSION : EXIT_DEVICE,
                        "is it the right path? loader-cli emu status shows the emulated board's",
                        "the image '%s' cannot be opened: %s", path, reason(errno).text);
    }
    if (fstat(*fd, &found) != 0 || !S_ISREG(found.st_mode)) {
        return cli_fail(cli, EXIT_DEVICE, "file:PATH takes an image of a whole flash",
                        "'%s' is not a file", path);
    }
    if (flock(*fd, LOCK_EX | LOCK_NB) != 0) {
        return cli_fail(cli, EXIT_DEVICE,
                        "end it first: for an emulated board, loader-cli emu stop",
                        "another program uses the image '%s'", path);
    }
    *size = found.st_size;
    return EXIT_DONE;
}

/* The board that --device needs: the one named, or the only one whose flash is so large. */
static int choose_board(struct cli *cli, const char *path, off_t size, struct board *board)
{
    const char *name = cli->board;
    char names[BOARD_NAMES_SIZE];
    int code;

    for (size_t i = 0; name == NULL && boards[i] != NULL; i++) {
        code = board_find(cli, boards[i]->name, board);
        if (code == EXIT_DONE && (off_t)hil_flash_size(&board->geometry) == size) {
            name = boards[i]->name;
        }
    }
    if (name == NULL) {
        return cli_fail(cli, EXIT_USAGE, "name it: --board NAME, or --board FILE.json",
                        "'%s' has %lld bytes, which is the flash of none of %s", path,
                        (long long)size, board_names(names, sizeof names));
    }
    code = board_find(cli, name, board);
    if (code == EXIT_DONE && (off_t)hil_flash_size(&board->geometry) != size) {
        code = cli_fail(cli, EXIT_FAILED, "read the whole flash again, or name the right --board",
                        "'%s' has %lld bytes, the flash of %s has %u: the image is %s", path,
                        (long long)size, board->name, hil_flash_size(&board->geometry),
                        (off_t)hil_flash_size(&board->geometry) > size ? "truncated"
                                                                       : "of another board");
    }
    return code;
}

int connect_file(struct cli *cli, const char *path, struct line *line)
{
    struct image_file file = {.fd = -1};
    struct memory memory;
    struct board board = {.identities_max = 0};
    off_t size = 0;
    int code = open_locked(cli, path, &file.fd, &size);

    code = code != EXIT_DONE ? code : choose_board(cli, path, size, &board);
    if (code == EXIT_DONE) {
        file.base = board.geometry.base;
        file.erase_value = board.geometry.erase_value;
        if (image_file_memory(&file, &memory)) {
            line->offline = offline_open(&board, &memory);
            file.fd = -1; /* the memory's, and it is closed with it */
        }
        code =
            line->offline != NULL ? EXIT_DONE : cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
    }
    if (file.fd >= 0) {
        close(file.fd);
    }
    return code;
}
