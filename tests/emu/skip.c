// SPDX-License-Identifier: Apache-2.0
/*
 * Leaves out instructions of a bootloader, one run for each, and tells whether it starts a kernel
 * then: what a glitch of the supply does to a processor. Speaks to the emulator's GDB stub.
 *
 *     skip SOCKET CLEAR KEPT,KEPT... CURVE ANSWER STARTS ENDS... < INSTRUCTIONS -- EMULATOR...
 *
 * CLEAR: a page of RAM that is zeroed before each run. KEPT: addresses in flash that must hold
 * before each run what they held before the first; otherwise the emulator is started anew. CURVE:
 * the function that does the curve arithmetic, and what it answers; it is not run, since it takes
 * nearly all of the time. STARTS: address at which a kernel starts; ENDS: where a run ends without
 * one. INSTRUCTIONS: address and size in hex, a line each, in order. Those that the bootloader
 * reaches are left out when it comes to them for the first and, in another run, for the second
 * time; alone, and with the one that follows; with SKIP_EVERY=N in the environment each Nth of
 * them. EMULATOR: the command that starts one whose stub is at SOCKET; again when a fault made it
 * give up.
 */
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LR = 14, PC = 15 };
enum {
    INSTRUCTIONS = 4096,
    ENDS = 8,
    PACKET = 4096,
    HITS = 2,
    AT_ONCE = 2,
    KEPT = 4,
    KEPT_SIZE = 1536,
    PATIENCE_MS = 3000
};

struct instruction {
    uint32_t address;
    uint32_t size;
    bool reached;
};

static struct instruction instructions[INSTRUCTIONS];
static unsigned count;
static uint32_t clear;
static uint32_t ends[ENDS]; /* the first: where a kernel starts */
static unsigned end_count;
static uint32_t kept[KEPT];
static unsigned kept_count;
static char held[KEPT][2 * KEPT_SIZE + 1];
static uint32_t curve;
static uint32_t curve_answer;
static const char *socket_name;
static char **emulator;
static pid_t child;
static int stub;
static bool gone; /* the emulator has given up */
static char answer[PACKET];

static void stop(void)
{
    if (child > 0) {
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        child = 0;
    }
}

/* Nobody else ends the emulator. */
static void interrupted(int number)
{
    (void)number;
    if (child > 0) {
        (void)kill(child, SIGKILL);
    }
    _exit(1);
}

static _Noreturn void fail(const char *what)
{
    stop();
    fprintf(stderr, "skip: %s: %s\n", what, answer);
    exit(2);
}

/* The next byte; -1: none has come for a long time, or the emulator is gone. */
static int next(void)
{
    struct pollfd wait = {.fd = stub, .events = POLLIN};
    uint8_t byte;

    if (poll(&wait, 1, PATIENCE_MS) <= 0) {
        return -1;
    }
    if (read(stub, &byte, 1) != 1) {
        gone = true;
        return -1;
    }
    return byte;
}

static void put(const char *bytes, size_t length)
{
    gone = gone || write(stub, bytes, length) != (ssize_t)length;
}

/* Waits for a packet; false: none has come. */
static bool receive(void)
{
    size_t used = 0;
    int byte;

    do {
        byte = next();
        if (byte < 0) {
            return false;
        }
    } while (byte != '$');
    while ((byte = next()) != '#') {
        if (byte < 0 || used == sizeof answer - 1) {
            fail("an answer without an end");
        }
        answer[used++] = (char)byte;
    }
    answer[used] = '\0';
    (void)next();
    (void)next();
    put("+", 1);
    return true;
}

static void tell(const char *text)
{
    char packet[PACKET];
    unsigned sum = 0;

    for (const char *c = text; *c != '\0'; c++) {
        sum += (uint8_t)*c;
    }
    put(packet, (size_t)snprintf(packet, sizeof packet, "$%s#%02x", text, sum & 0xFF));
}

static void ask(const char *text)
{
    tell(text);
    do {
        if (!receive()) {
            gone = true;
            answer[0] = '\0';
            return;
        }
    } while (answer[0] == 'O' && answer[1] != 'K'); /* console output */
}

static void command(const char *format, uint32_t a, uint32_t b)
{
    char text[80];

    snprintf(text, sizeof text, format, a, b);
    ask(text);
    if (strcmp(answer, "OK") != 0 && !gone) {
        fail(text);
    }
}

static void set_break(uint32_t address, bool set)
{
    command(set ? "Z0,%x,%u" : "z0,%x,%u", address, 2);
}

static uint32_t swapped(uint32_t value)
{
    return value >> 24 | (value >> 8 & 0xFF00) | (value << 8 & 0xFF0000) | value << 24;
}

/* A register that holds an address of code. */
static uint32_t code_register(uint32_t number)
{
    char text[16];

    snprintf(text, sizeof text, "p%x", number);
    ask(text);
    return swapped((uint32_t)strtoul(answer, NULL, 16)) & ~1u;
}

static void set_register(uint32_t number, uint32_t value)
{
    command("P%x=%08x", number, swapped(value));
}

/* Starts the emulator; it stands still once somebody has come to its stub. */
static void launch(void)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};

    stop();
    unlink(socket_name);
    child = fork();
    if (child == 0) {
        execvp(emulator[0], emulator);
        _exit(127);
    }
    snprintf(name.sun_path, sizeof name.sun_path, "%s", socket_name);
    stub = socket(AF_UNIX, SOCK_STREAM, 0);
    for (unsigned tries = 0; connect(stub, (struct sockaddr *)&name, sizeof name) != 0; tries++) {
        if (tries == 200) {
            fail("the emulator cannot be reached");
        }
        (void)poll(NULL, 0, 50);
    }
    gone = false;
    ask("?");
    while (poll(&(struct pollfd){.fd = stub, .events = POLLIN}, 1, 300) > 0 && receive()) {
        /* that it has stopped for us comes unasked, too */
    }
    ask("qXfer:features:read:target.xml:0,ffb"); /* who knows it may ask for single registers */
    for (unsigned i = 0; i < end_count; i++) {
        set_break(ends[i], true);
    }
    set_break(curve, true);
}

static bool holds(unsigned index)
{
    char text[32];

    snprintf(text, sizeof text, "m%x,%x", kept[index], KEPT_SIZE);
    ask(text);
    if (held[index][0] == '\0') {
        memcpy(held[index], answer, sizeof held[index]);
    }
    return memcmp(held[index], answer, sizeof held[index]) == 0;
}

/* Restarts the board, as at power-up. */
static void restart(void)
{
    for (unsigned i = 0; i < kept_count && !gone; i++) {
        gone = !holds(i);
    }
    for (unsigned tries = 0; gone; tries++) {
        close(stub);
        if (tries == 3) {
            fail("the emulator gives up at once");
        }
        launch();
    }
    ask("qRcmd,73797374656d5f7265736574"); /* system_reset */
    snprintf(answer, sizeof answer, "M%x,20:%064x", clear, 0);
    tell(answer);
    if (!receive() || strcmp(answer, "OK") != 0) {
        fail("RAM cannot be written");
    }
}

/* Runs to the next breakpoint but the curve's; 0: it goes on for ever, or gives up. */
static uint32_t go_on(void)
{
    uint32_t at;

    for (;;) {
        tell("c");
        if (!receive()) {
            gone = true;
            return 0;
        }
        at = code_register(PC);
        if (at != curve) {
            return at;
        }
        set_register(0, curve_answer);
        set_register(PC, code_register(LR));
    }
}

static bool is_end(uint32_t address)
{
    for (unsigned i = 0; i < end_count; i++) {
        if (ends[i] == address) {
            return true;
        }
    }
    return address == 0;
}

static uint32_t step(void)
{
    ask("s");
    return code_register(PC);
}

/* Which of the instructions are reached at all; none may be skipped here. */
static void look(void)
{
    uint32_t at;

    for (unsigned i = 0; i < count; i++) {
        set_break(instructions[i].address, true);
    }
    restart();
    while (!is_end(at = go_on())) {
        for (unsigned i = 0; i < count; i++) {
            if (instructions[i].address == at) {
                instructions[i].reached = true;
            }
        }
        set_break(at, false);
    }
    if (at == ends[0]) {
        fail("a kernel starts without any fault");
    }
    for (unsigned i = 0; i < count; i++) {
        if (!instructions[i].reached) {
            set_break(instructions[i].address, false);
        }
    }
}

/* Where the board ends when instructions are left out at the nth time; 1: it does not come there.
 */
static uint32_t run(unsigned index, unsigned hit, unsigned at_once)
{
    uint32_t address = instructions[index].address;
    uint32_t behind = address;
    uint32_t at;

    for (unsigned i = index; i < index + at_once && i < count; i++) {
        if (i > index && instructions[i].address != behind) {
            return 1; /* constants follow */
        }
        behind = instructions[i].address + instructions[i].size;
    }
    restart();
    set_break(address, true);
    for (;;) {
        at = go_on();
        if (at != address || --hit == 0) {
            break;
        }
        set_break(address, false);
        at = step();
        set_break(address, true);
        if (is_end(at)) {
            break;
        }
    }
    set_break(address, false);
    if (at != address) {
        return at == ends[0] ? at : 1;
    }
    set_register(PC, behind);
    return is_end(behind) ? behind : go_on();
}

/* All faults at one instruction; answers how many of them started a kernel. */
static unsigned try(unsigned index, unsigned *runs, unsigned *endless)
{
    unsigned started = 0;

    for (unsigned hit = 1; hit <= HITS; hit++) {
        for (unsigned at_once = 1; at_once <= AT_ONCE; at_once++) {
            uint32_t end = run(index, hit, at_once);

            *runs += end != 1;
            *endless += end == 0;
            if (end == ends[0]) {
                printf("a kernel starts without %u at %x, time %u\n", at_once,
                       instructions[index].address, hit);
                started++;
            }
            if (end == 1) {
                break; /* it does not come there so often, or there are not so many */
            }
        }
    }
    return started;
}

static void read_instructions(void)
{
    char line[80];

    while (count < INSTRUCTIONS && fgets(line, sizeof line, stdin) != NULL) {
        char *rest;

        instructions[count].address = (uint32_t)strtoul(line, &rest, 16);
        instructions[count++].size = (uint32_t)strtoul(rest, NULL, 16);
    }
}

int main(int argc, char **argv)
{
    const char *sample = getenv("SKIP_EVERY");
    unsigned every = sample != NULL ? (unsigned)strtoul(sample, NULL, 10) : 1;
    unsigned reached = 0;
    unsigned tried = 0;
    unsigned runs = 0;
    unsigned endless = 0;
    unsigned started = 0;
    int i = 6;

    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGINT, interrupted);
    (void)signal(SIGTERM, interrupted);
    for (; i < argc && strcmp(argv[i], "--") != 0 && end_count < ENDS; i++) {
        ends[end_count++] = (uint32_t)strtoul(argv[i], NULL, 16);
    }
    if (i + 1 >= argc || end_count < 2 || every == 0) {
        fail("usage: skip SOCKET CLEAR KEPT CURVE ANSWER STARTS ENDS... -- EMULATOR...");
    }
    socket_name = argv[1];
    clear = (uint32_t)strtoul(argv[2], NULL, 16);
    for (char *word = strtok(argv[3], ","); word != NULL && kept_count < KEPT;
         word = strtok(NULL, ",")) {
        kept[kept_count++] = (uint32_t)strtoul(word, NULL, 16);
    }
    curve = (uint32_t)strtoul(argv[4], NULL, 16);
    curve_answer = (uint32_t)strtoul(argv[5], NULL, 16);
    emulator = argv + i + 1;
    read_instructions();
    launch();
    look();
    for (unsigned index = 0; index < count; index++) {
        if (instructions[index].reached && reached++ % every == 0) {
            tried++;
            started += try(index, &runs, &endless);
        }
    }
    stop();
    printf("%u of %u instructions, %u runs, %u endless, %u kernels started\n", tried, reached, runs,
           endless, started);
    return runs > 0 && started == 0 ? 0 : 1;
}
