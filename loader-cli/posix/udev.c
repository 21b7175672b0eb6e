// SPDX-License-Identifier: Apache-2.0
#include "udev.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

const char udev_mark[] = "# Gantry boards, written by loader-cli install-udev\n";

static void add(char *rules, uint16_t vendor, uint16_t product)
{
    size_t used = strlen(rules);

    snprintf(rules + used, UDEV_RULES_MAX - used,
             "SUBSYSTEM==\"usb\", ATTR{idVendor}==\"%04x\", ATTR{idProduct}==\"%04x\", "
             "TAG+=\"uaccess\"\n"
             "SUBSYSTEM==\"tty\", ATTRS{idVendor}==\"%04x\", ATTRS{idProduct}==\"%04x\", "
             "TAG+=\"uaccess\", ENV{ID_MM_DEVICE_IGNORE}=\"1\"\n",
             vendor, product, vendor, product);
}

void udev_make_rules(char *rules, const struct usb_name *own)
{
    snprintf(rules, UDEV_RULES_MAX, "%s", udev_mark);
    for (size_t i = 0; usb_known[i][0] != 0; i++) {
        add(rules, usb_known[i][0], usb_known[i][1]);
    }
    if (own != NULL) {
        add(rules, own->vendor, own->product);
    }
}

/* Whether every line of the rules is a line of the file too, which may have more. */
static bool has_all(const char *file, const char *rules)
{
    while (*rules != '\0') {
        size_t length = strcspn(rules, "\n") + 1;
        const char *at = file;

        while (*at != '\0' && strncmp(at, rules, length) != 0) {
            at += strcspn(at, "\n");
            at += *at != '\0' ? 1 : 0;
        }
        if (*at == '\0') {
            return false;
        }
        rules += length;
    }
    return true;
}

static enum udev_state judge(FILE *file)
{
    char rules[UDEV_RULES_MAX];
    char text[2 * UDEV_RULES_MAX];
    size_t length = fread(text, 1, sizeof text - 1, file);

    text[length] = '\0';
    udev_make_rules(rules, NULL);
    if (strncmp(text, udev_mark, strlen(udev_mark)) != 0) {
        return UDEV_FOREIGN;
    }
    return has_all(text, rules) ? UDEV_CURRENT : UDEV_OUTDATED;
}

enum udev_state udev_look(const char *root, char *path)
{
    /* The first that has a file of that name counts. */
    static const char *const folders[] = {UDEV_USUAL_FOLDER, "/run/udev/rules.d",
                                          "/usr/local/lib/udev/rules.d", "/usr/lib/udev/rules.d",
                                          "/lib/udev/rules.d"};

    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        FILE *file;
        enum udev_state state;

        snprintf(path, UDEV_PATH_MAX, "%s%s/" UDEV_FILE, root, folders[i]);
        file = fopen(path, "r");
        if (file != NULL) {
            state = judge(file);
            fclose(file);
            return state;
        }
    }
    path[0] = '\0';
    return UDEV_MISSING;
}

static bool succeeds(const char *const *word)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        int null = open("/dev/null", O_RDWR);

        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        execvp(word[0], (char *const *)(uintptr_t)word);
        _exit(127);
    }
    return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

bool udev_reload(void)
{
    static const char *const reload[] = {"udevadm", "control", "--reload", NULL};
    static const char *const trigger[] = {"udevadm", "trigger", "--subsystem-match=usb",
                                          "--subsystem-match=tty", NULL};

    return succeeds(reload) && succeeds(trigger);
}
