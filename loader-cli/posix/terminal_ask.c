// SPDX-License-Identifier: Apache-2.0
/* Questions. */
#include <errno.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "terminal.h"

enum { CTRL_C = 3, CTRL_D = 4, BACKSPACE = 8, DELETE = 127 };

static void say(const char *text)
{
    ssize_t ignored = write(STDERR_FILENO, text, strlen(text));

    (void)ignored;
}

/* Reads up to a line's end. Signals of the terminal are off, so that its mode comes back always. */
static enum terminal_answer read_line(char *answer, size_t size)
{
    size_t used = 0;
    char c = 0;

    for (;;) {
        ssize_t got = read(STDIN_FILENO, &c, 1);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0 || c == CTRL_C) {
            return TERMINAL_CANCELLED;
        }
        if (c == '\n' || c == '\r' || c == CTRL_D) {
            answer[used] = '\0';
            return TERMINAL_ANSWERED;
        }
        if (c == BACKSPACE || c == DELETE) {
            used -= used > 0 ? 1 : 0;
        } else if (used + 1 < size) {
            answer[used++] = c;
        }
    }
}

static enum terminal_answer ask(const char *question, char *answer, size_t size, bool shown)
{
    struct termios usual;
    struct termios silent;
    enum terminal_answer result;

    if (isatty(STDIN_FILENO) == 0 || isatty(STDERR_FILENO) == 0 ||
        tcgetattr(STDIN_FILENO, &usual) != 0) {
        return TERMINAL_NONE;
    }
    silent = usual;
    silent.c_lflag &= ~(tcflag_t)((shown ? 0 : ECHO) | ICANON | ISIG);
    silent.c_cc[VMIN] = 1;
    silent.c_cc[VTIME] = 0;
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) != 0) {
        return TERMINAL_NONE;
    }
    say(question);
    result = read_line(answer, size);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &usual);
    if (!shown || result == TERMINAL_CANCELLED) {
        say("\n");
    }
    return result;
}

enum terminal_answer terminal_ask(const char *question, char *answer, size_t size)
{
    return ask(question, answer, size, false);
}

enum terminal_answer terminal_question(const char *question, char *answer, size_t size)
{
    return ask(question, answer, size, true);
}
