/*
 * Type at a QEMU as a person would, on a terminal of its own, and keep all that it says.
 *
 *   drive FILE STEP... -- COMMAND...
 *
 * The command's input and output are a new terminal.  Steps, one after the other:
 *   wait:TEXT   until TEXT has come since the last step
 *   bytes:N     until N bytes have come altogether
 *   send:TEXT   type it; \r, \n and \xHH as in C
 *   pause:MS    read on for so long
 *   pty:WHICH   leave the command's own terminal (its output is kept in FILE.own) and go on
 *               with the WHICHth (from 0) that QEMU says it has made: "redirected to /dev/pts/7"
 *   end         until the terminal is closed, or the command ends
 * Every step has 30 seconds.  Exit status: 0, 1 a step did not come true, 2 usage.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

/* QEMU starts in a second, a flood takes another; a busy host gets thirty. */
#define STEP_MS 30000

#define ROOM (64u << 20)

struct driver {
    int fd;        /* the terminal that is driven            */
    pid_t child;   /* the command                            */
    char *bytes;   /* all that came from it, NUL-ended       */
    size_t len;    /*                                        */
    size_t mark;   /* where the last step left off           */
    bool is_ended; /* nothing more will come                 */
};

static long long now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Take what comes within so many milliseconds. */
static void listen_for(struct driver *driver, int ms)
{
    struct pollfd poll_fd = { .fd = driver->fd, .events = POLLIN };

    if (driver->is_ended || poll(&poll_fd, 1, ms) <= 0)
        return;
    ssize_t got = read(driver->fd, driver->bytes + driver->len, ROOM - driver->len - 1);
    if (got > 0)
        driver->len += (size_t)got;
    else if (got == 0 || errno != EAGAIN)
        driver->is_ended = true; /* EIO: the other side has closed its terminal */
    driver->bytes[driver->len] = '\0';
}

/* --- Steps: each returns whether it came true ------------------------------------------------ */

static bool step_wait(struct driver *driver, const char *text)
{
    long long until = now_ms() + STEP_MS;
    size_t len = strlen(text);

    while (now_ms() < until) {
        char *hit = memmem(driver->bytes + driver->mark, driver->len - driver->mark, text, len);
        if (hit) {
            driver->mark = (size_t)(hit - driver->bytes) + len;
            return true;
        }
        if (driver->is_ended)
            return false;
        listen_for(driver, 100);
    }
    return false;
}

static bool step_bytes(struct driver *driver, const char *text)
{
    size_t wanted = strtoul(text, NULL, 10);
    long long until = now_ms() + STEP_MS;

    while (driver->len < wanted && !driver->is_ended && now_ms() < until)
        listen_for(driver, 100);
    return driver->len >= wanted;
}

/* The next byte of what is to be typed; *text moves on. */
static char unescape(const char **text)
{
    char byte = *(*text)++;

    if (byte != '\\')
        return byte;
    byte = *(*text)++;
    if (byte == 'x') {
        char digits[3] = { (*text)[0], (*text)[1], '\0' };
        *text += 2;
        return (char)strtol(digits, NULL, 16);
    }
    return byte == 'r' ? '\r' : byte == 'n' ? '\n' : byte;
}

static bool step_send(struct driver *driver, const char *text)
{
    while (*text) {
        char byte = unescape(&text);
        if (write(driver->fd, &byte, 1) != 1)
            return false;
    }
    driver->mark = driver->len;
    return true;
}

static bool step_pause(struct driver *driver, const char *text)
{
    long long until = now_ms() + atoi(text);

    while (now_ms() < until && !driver->is_ended)
        listen_for(driver, 10);
    return true;
}

static bool step_end(struct driver *driver, const char *text)
{
    long long until = now_ms() + STEP_MS;

    (void)text;
    while (!driver->is_ended && now_ms() < until) {
        listen_for(driver, 100);
        if (waitpid(driver->child, NULL, WNOHANG) == driver->child) {
            driver->child = 0;
            listen_for(driver, 0);
            driver->is_ended = true;
        }
    }
    return driver->is_ended;
}

/* Name of the terminal in the WHICHth "redirected to NAME (label ...)". */
static bool find_pty(struct driver *driver, int which, char *name, size_t size)
{
    static const char words[] = "redirected to ";
    const char *at = driver->bytes;

    for (int i = 0; (at = strstr(at, words)); i++) {
        at += strlen(words);
        size_t len = strcspn(at, " \r\n");
        if (i == which && at[len] && len < size) {
            memcpy(name, at, len);
            name[len] = '\0';
            return true;
        }
    }
    return false;
}

static void make_raw(int fd)
{
    struct termios mode;

    tcgetattr(fd, &mode);
    cfmakeraw(&mode);
    mode.c_oflag &= ~(tcflag_t)ONLCR; /* QEMU's stdio turns OPOST on again        */
    mode.c_lflag |= ISIG;             /* ... and ISIG off, but for signal=on      */
    tcsetattr(fd, TCSANOW, &mode);
}

static const char *own_file;

static void keep(const char *path, const struct driver *driver)
{
    FILE *file = fopen(path, "w");

    if (!file || fwrite(driver->bytes, 1, driver->len, file) != driver->len || fclose(file) != 0)
        perror(path);
}

static bool step_pty(struct driver *driver, const char *text)
{
    long long until = now_ms() + STEP_MS;
    char name[64];

    while (!find_pty(driver, atoi(text), name, sizeof(name))) {
        if (driver->is_ended || now_ms() > until)
            return false;
        listen_for(driver, 100);
    }
    int fd = open(name, O_RDWR | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return false;
    make_raw(fd);
    keep(own_file, driver);
    driver->fd = fd;
    driver->len = driver->mark = 0;
    return true;
}

static const struct step {
    const char *name;
    bool (*run)(struct driver *driver, const char *text);
} steps[] = {
    { "wait:", step_wait },   { "bytes:", step_bytes }, { "send:", step_send },
    { "pause:", step_pause }, { "pty:", step_pty },     { "end", step_end },
};

static bool run_step(struct driver *driver, const char *text)
{
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        size_t len = strlen(steps[i].name);
        if (strncmp(text, steps[i].name, len) == 0)
            return steps[i].run(driver, text + len);
    }
    fprintf(stderr, "drive: %s: no such step\n", text);
    exit(2);
}

/* --- The command --------------------------------------------------------------------------------- */

static void start(struct driver *driver, char **command)
{
    int inner;

    if (openpty(&driver->fd, &inner, NULL, NULL, NULL) < 0) {
        perror("openpty");
        exit(2);
    }
    make_raw(inner);
    driver->child = fork();
    if (driver->child == 0) {
        int errors = dup(STDERR_FILENO); /* complaints are not part of what is said on the line */
        login_tty(inner);
        dup2(errors, STDERR_FILENO);
        execvp(command[0], command);
        _exit(127);
    }
    close(inner);
    fcntl(driver->fd, F_SETFL, O_NONBLOCK);
}

static char **find_command(char **argv)
{
    for (; *argv; argv++)
        if (strcmp(*argv, "--") == 0)
            return argv;
    return NULL;
}

int main(int argc, char **argv)
{
    struct driver driver = { .bytes = calloc(1, ROOM) };
    char **command = argc > 2 ? find_command(argv + 2) : NULL;
    char own[4096];
    bool is_good = true;

    if (!command || !command[1]) {
        fprintf(stderr, "usage: drive FILE STEP... -- COMMAND...\n");
        return 2;
    }
    snprintf(own, sizeof(own), "%s.own", argv[1]);
    own_file = own;
    start(&driver, command + 1);
    for (char **step = argv + 2; step < command && is_good; step++) {
        is_good = run_step(&driver, *step);
        if (!is_good)
            fprintf(stderr, "drive: %s: did not come true\n", *step);
    }
    keep(argv[1], &driver);
    if (driver.child > 0) {
        kill(driver.child, SIGKILL);
        waitpid(driver.child, NULL, 0);
    }
    return !is_good;
}
