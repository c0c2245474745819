/*
 * The taps: what is written into QEMU's end is what we collect, all of it, once.
 *
 * SPDX-License-Identifier: MIT
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "host-tools/backends.h"
#include "host-tools/raw_tty.h"
#include "host-tools/telnet.h"
#include "host-tools/temp_folder.h"

static struct tap make_tap(const struct backend *backend)
{
    return (struct tap){ .name = (char *)"c0",
                         .backend = backend,
                         .frontends = 1,
                         .fd = -1,
                         .qemu_fd = -1,
                         .qemu_input_fd = -1,
                         .listener_fd = -1 };
}

static void write_all(int fd, const void *bytes, size_t len)
{
    assert_int_equal(write(fd, bytes, len), (ssize_t)len);
}

/* Bytes arrive in any cut, and a capture grows past every size that is kept ready. */
static void check_stream(struct tap *tap, int qemu_fd, size_t total)
{
    char piece[1000];
    size_t written = 0;

    tap_read(tap, 0);
    assert_int_equal(tap->len, 0);
    for (size_t i = 0; written < total; i++) {
        memset(piece, 'a' + (int)(i % 26), sizeof(piece));
        write_all(qemu_fd, piece, sizeof(piece));
        written += sizeof(piece);
        if (i % 7 == 0)
            tap_read(tap, 0);
    }
    for (int tries = 0; tries < 2000 && tap->len < written; tries++) {
        tap_read(tap, 0);
        usleep(tries ? 1000 : 0); /* TCP is on its way for a while: two seconds at most */
    }
    assert_int_equal(tap->len, written);
    for (size_t at = 0; at < written; at++)
        if (tap->bytes[at] != 'a' + (at / sizeof(piece)) % 26)
            fail_msg("byte %zu", at);
}

static void a_file_has_no_name_and_is_for_writing_only(void **state)
{
    struct problem problem = { 0 };
    struct tap tap = make_tap(&backend_file);
    char byte;

    (void)state;
    assert_int_equal(tap.backend->prepare(&tap, NULL, &problem), 0);
    assert_int_equal(fcntl(tap.qemu_fd, F_GETFL) & O_ACCMODE, O_WRONLY);
    assert_int_equal(read(tap.qemu_fd, &byte, 1), -1);
    check_stream(&tap, tap.qemu_fd, 300000);
    tap.backend->close(&tap);
    assert_int_equal(tap.fd, -1);
    tap.backend->close(&tap); /* twice is fine */
}

static void a_socket_pair_ends_when_qemus_end_closes(void **state)
{
    struct problem problem = { 0 };
    struct tap tap = make_tap(&backend_unix);

    (void)state;
    assert_int_equal(tap.backend->prepare(&tap, NULL, &problem), 0);
    check_stream(&tap, tap.qemu_fd, 3000000);
    assert_false(tap.has_closed);
    tap_close_qemu_end(&tap);
    tap_read(&tap, 0);
    assert_true(tap.has_closed);
    tap.backend->close(&tap);
}

static void pipes_are_a_pair_in_the_private_folder(void **state)
{
    struct problem problem = { 0 };
    struct temp_folder folder = { 0 };
    struct tap tap = make_tap(&backend_pipe);
    char path[256];
    struct stat stat_of;

    (void)state;
    assert_int_equal(temp_folder_make(&folder, &problem), 0);
    assert_int_equal(tap.backend->prepare(&tap, folder.path, &problem), 0);
    snprintf(path, sizeof(path), "%s.in", tap.path);
    assert_int_equal(stat(path, &stat_of), 0);
    assert_true(S_ISFIFO(stat_of.st_mode));
    snprintf(path, sizeof(path), "%s.out", tap.path);
    int qemu = open(path, O_RDWR); /* as QEMU does */
    assert_true(qemu >= 0);
    temp_folder_remove(&folder);
    assert_int_equal(stat(path, &stat_of), -1);
    check_stream(&tap, qemu, 200000);
    close(qemu);
    tap.backend->close(&tap);
}

static void check_folder_gone(const char *path)
{
    struct stat stat_of;

    for (int tries = 0; tries < 200 && stat(path, &stat_of) == 0; tries++)
        usleep(10000); /* the helper is another process: up to two seconds */
    assert_int_equal(stat(path, &stat_of), -1);
}

/* The tool is killed with SIGKILL: no code of ours runs. */
static void a_folder_goes_with_its_maker(void **state)
{
    struct problem problem = { 0 };
    int ends[2];
    char path[256] = "";

    (void)state;
    assert_int_equal(pipe(ends), 0);
    pid_t tool = fork();
    if (tool == 0) {
        struct temp_folder folder = { 0 };
        temp_folder_make(&folder, &problem);
        write_all(ends[1], folder.path, strlen(folder.path));
        pause();
    }
    assert_true(read(ends[0], path, sizeof(path) - 1) > 0);
    assert_int_equal(access(path, F_OK), 0);
    kill(tool, SIGKILL);
    check_folder_gone(path);
    close(ends[0]);
    close(ends[1]);
}

static void folders_that_cannot_be_made_are_told(void **state)
{
    struct problem problem = { 0 };
    struct temp_folder folder = { 0 };

    (void)state;
    setenv("TMPDIR", "/nonexistent", 1);
    assert_int_equal(temp_folder_make(&folder, &problem), -1);
    unsetenv("TMPDIR");
    assert_int_equal(problem.status, EXIT_IMPOSSIBLE);
    temp_folder_remove(&folder);
}

/* QEMU's part of a socket's life. */
static int connect_to_path(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    strcpy(address.sun_path, path);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static int listen_at_path(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    strcpy(address.sun_path, path);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(fd, 1), 0);
    return fd;
}

static int connect_to_port(unsigned port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static void make_folder(struct temp_folder *folder)
{
    struct problem problem = { 0 };

    *folder = (struct temp_folder){ 0 };
    assert_int_equal(temp_folder_make(folder, &problem), 0);
}

static void qemu_is_the_client_of_a_unix_socket(void **state)
{
    struct problem problem = { 0 };
    struct tap tap = make_tap(&backend_unix);
    struct temp_folder folder;

    (void)state;
    make_folder(&folder);
    tap.props = "server=off";
    assert_true(tap.backend->needs_folder(&tap));
    assert_int_equal(tap.backend->prepare(&tap, folder.path, &problem), 0);
    tap_read(&tap, 0); /* nobody is there yet */
    assert_int_equal(tap.fd, -1);
    int qemu = connect_to_path(tap.path);
    check_stream(&tap, qemu, 100000);
    close(qemu);
    tap.backend->close(&tap);
    temp_folder_remove(&folder);
}

/* Before QEMU listens it is tried on every tick. */
static void qemu_is_the_server_of_a_unix_socket(void **state)
{
    struct problem problem = { 0 };
    struct tap tap = make_tap(&backend_unix);
    struct temp_folder folder;

    (void)state;
    make_folder(&folder);
    tap.props = "server=on";
    assert_int_equal(tap.backend->prepare(&tap, folder.path, &problem), 0);
    tap_read(&tap, 0);
    assert_int_equal(tap.fd, -1);
    int listener = listen_at_path(tap.path);
    tap_read(&tap, 1);
    assert_true(tap.fd >= 0);
    int qemu = accept(listener, NULL, NULL);
    check_stream(&tap, qemu, 100000);
    close(qemu);
    close(listener);
    tap.backend->close(&tap);
    temp_folder_remove(&folder);
}

/* Linux: unix(7), sun_path has 108 bytes, one of them for the NUL. */
static void a_path_that_is_too_long_is_told(void **state)
{
    struct problem problem = { 0 };
    struct tap tap = make_tap(&backend_unix);
    char folder[120];

    (void)state;
    memset(folder, 'x', sizeof(folder));
    folder[sizeof(folder) - 1] = '\0';
    tap.props = "server=on";
    assert_int_equal(tap.backend->prepare(&tap, folder, &problem), -1);
    assert_non_null(strstr(problem.text, "at most 107 bytes"));
    tap.backend->close(&tap);
}

static void who_waits_for_nobody_waits_for_ever(void **state)
{
    struct problem problem = { 0 };
    struct tap tap = make_tap(&backend_unix);

    (void)state;
    tap.props = "server=on,wait=on";
    tap.reader.kind = READER_NONE;
    assert_int_equal(tap.backend->prepare(&tap, "/tmp", &problem), -1);
    assert_int_equal(problem.status, EXIT_USAGE);
    tap.backend->close(&tap);
}

static void qemu_is_the_client_of_a_tcp_socket(void **state)
{
    struct problem problem = { 0 };
    struct tap tap = make_tap(&backend_tcp);

    (void)state;
    tap.props = "reconnect=1";
    assert_int_equal(tap.backend->prepare(&tap, NULL, &problem), 0);
    assert_true(tap.port > 0);
    tap_read(&tap, 0);
    int qemu = connect_to_port(tap.port);
    check_stream(&tap, qemu, 100000);
    close(qemu);
    tap.backend->close(&tap);
}

/* The greeting of each connection goes; the capture goes on. */
static void telnet_is_undone(void **state)
{
    struct problem problem = { 0 };
    struct tap tap = make_tap(&backend_telnet);

    (void)state;
    tap.props = "server=off";
    assert_int_equal(tap.backend->prepare(&tap, NULL, &problem), 0);
    int qemu = connect_to_port(tap.port);
    write_all(qemu, telnet_greeting, 7);
    tap_read(&tap, 0);
    assert_int_equal(tap.len, 0);
    write_all(qemu, telnet_greeting + 7, TELNET_GREETING - 7);
    check_stream(&tap, qemu, 50000);
    close(qemu);
    tap.backend->close(&tap);
}

/* A datagram for each write; an empty one is no end. */
static void datagrams_are_put_together(void **state)
{
    struct problem problem = { 0 };
    struct tap tap = make_tap(&backend_udp);

    (void)state;
    assert_int_equal(tap.backend->prepare(&tap, NULL, &problem), 0);
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)tap.port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int qemu = socket(AF_INET, SOCK_DGRAM, 0);
    assert_int_equal(connect(qemu, (struct sockaddr *)&address, sizeof(address)), 0);
    write_all(qemu, "a", 1);
    assert_int_equal(send(qemu, "", 0, 0), 0);
    write_all(qemu, "bc", 2);
    tap_read(&tap, 0);
    assert_int_equal(tap.len, 3);
    assert_memory_equal(tap.bytes, "abc", 3);
    assert_false(tap.has_closed);
    close(qemu);
    tap.backend->close(&tap);
}

static void pipes_end_when_qemus_end_closes(void **state)
{
    static const struct backend *const kinds[] = { &backend_fdset, &backend_stdio };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct problem problem = { 0 };
        struct tap tap = make_tap(kinds[i]);
        assert_int_equal(tap.backend->prepare(&tap, NULL, &problem), 0);
        assert_int_equal(fcntl(tap.qemu_fd, F_GETFL) & O_ACCMODE, O_WRONLY);
        check_stream(&tap, tap.qemu_fd, 200000);
        tap_close_qemu_end(&tap);
        tap_read(&tap, 0);
        assert_true(tap.has_closed);
        tap.backend->close(&tap);
    }
}

/* QEMU takes an end of its input for the end of its client. */
static void stdio_has_an_input_without_an_end(void **state)
{
    struct problem problem = { 0 };
    struct tap tap = make_tap(&backend_stdio);
    char byte;

    (void)state;
    assert_int_equal(tap.backend->prepare(&tap, NULL, &problem), 0);
    fcntl(tap.qemu_input_fd, F_SETFL, O_NONBLOCK);
    assert_int_equal(read(tap.qemu_input_fd, &byte, 1), -1);
    assert_int_equal(errno, EAGAIN);
    tap.backend->close(&tap);
    assert_int_equal(tap.qemu_input_fd, -1);
}

static void a_tty_is_the_other_end_of_a_pseudo_terminal(void **state)
{
    struct problem problem = { 0 };
    struct tap tap = make_tap(&backend_serial);

    (void)state;
    assert_int_equal(tap.backend->prepare(&tap, NULL, &problem), 0);
    tap_read(&tap, 0); /* QEMU has not opened it: no end */
    assert_false(tap.has_closed);
    int qemu = open(tap.path, O_RDWR | O_NOCTTY);
    assert_true(isatty(qemu));
    raw_tty(qemu); /* as QEMU does */
    write_all(qemu, "a\r\nb\n", 5);
    tap_read(&tap, 0);
    assert_int_equal(tap.len, 5);
    assert_memory_equal(tap.bytes, "a\r\nb\n", 5);
    close(qemu);
    tap.backend->close(&tap);
}

/* With append=on what was in it stays, and is not of this log. */
static void a_file_by_name(void **state)
{
    struct problem problem = { 0 };
    struct tap tap = make_tap(&backend_file);
    struct temp_folder folder;
    char props[300], path[256];

    (void)state;
    make_folder(&folder);
    snprintf(path, sizeof(path), "%s/log", folder.path);
    int qemu = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    write_all(qemu, "old", 3);
    snprintf(props, sizeof(props), "path=%s,append=on", path);
    tap.props = props;
    assert_false(tap.backend->needs_folder(&tap));
    assert_int_equal(tap.backend->prepare(&tap, NULL, &problem), 0);
    write_all(qemu, "new", 3);
    assert_int_equal(tap.backend->attach(&tap, NULL, &problem), 0);
    tap_read(&tap, 0);
    assert_int_equal(tap.len, 3);
    assert_memory_equal(tap.bytes, "new", 3);
    assert_int_equal(ftruncate(qemu, 0), 0); /* somebody else's file may shrink */
    tap_read(&tap, 0);
    assert_int_equal(tap.len, 3);
    close(qemu);
    tap.backend->close(&tap);
    temp_folder_remove(&folder);
}

/* QEMU 10 writes "NAME console" onto a new screen; 7.2 does not. */
static void the_title_of_a_vc_goes(void **state)
{
    static const char *const begins[] = { "", "c0 console\r\n" };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct problem problem = { 0 };
        struct tap tap = make_tap(&backend_vc);
        assert_int_equal(tap.backend->prepare(&tap, NULL, &problem), 0);
        for (const char *at = begins[i]; *at; at++) {
            write_all(tap.qemu_fd, at, 1);
            tap_read(&tap, 0);
            assert_int_equal(tap.len, 0);
        }
        check_stream(&tap, tap.qemu_fd, 100000);
        tap.backend->close(&tap);
    }
}

static void a_reader_that_vanishes_keeps_what_it_has(void **state)
{
    struct problem problem = { 0 };
    struct tap tap = make_tap(&backend_unix);

    (void)state;
    tap.reader = (struct reader){ .kind = READER_VANISH, .amount = 4 };
    assert_int_equal(tap.backend->prepare(&tap, NULL, &problem), 0);
    write_all(tap.qemu_fd, "abcdefgh", 8);
    tap_read(&tap, 0);
    tap_read(&tap, 1);
    assert_int_equal(tap.len, 4);
    assert_memory_equal(tap.bytes, "abcd", 4);
    assert_true(tap.has_left);
    assert_int_equal(send(tap.qemu_fd, "i", 1, MSG_NOSIGNAL), -1);
    tap.backend->close(&tap);
}

/* Whatever is in the table can be found, composed for a person, and closed unused. */
static void every_backend_can_be_pasted(void **state)
{
    (void)state;
    for (size_t i = 0; i < backend_count; i++) {
        const struct backend *backend = backend_table[i];
        struct tap tap = make_tap(backend);
        struct argv argv = { 0 };
        assert_ptr_equal(backend_find(backend->name, strlen(backend->name)), backend);
        assert_non_null(backend->what);
        if (backend->refusal)
            continue;
        backend->compose(&tap, FOR_PASTE, &argv);
        for (size_t word = 0; word < argv.count; word++)
            if (strstr(argv.words[word], "/dev/fd") || strstr(argv.words[word], "fd="))
                fail_msg("%s: %s is no name", backend->name, argv.words[word]);
        argv_free(&argv);
        tap_close(&tap);
    }
}

static void names_are_whole_names(void **state)
{
    (void)state;
    assert_ptr_equal(backend_find("file", 4), &backend_file);
    assert_null(backend_find("fil", 3));
    assert_null(backend_find("files", 5));
    assert_null(backend_find("", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_has_no_name_and_is_for_writing_only),
        cmocka_unit_test(a_socket_pair_ends_when_qemus_end_closes),
        cmocka_unit_test(pipes_are_a_pair_in_the_private_folder),
        cmocka_unit_test(a_folder_goes_with_its_maker),
        cmocka_unit_test(folders_that_cannot_be_made_are_told),
        cmocka_unit_test(qemu_is_the_client_of_a_unix_socket),
        cmocka_unit_test(qemu_is_the_server_of_a_unix_socket),
        cmocka_unit_test(a_path_that_is_too_long_is_told),
        cmocka_unit_test(who_waits_for_nobody_waits_for_ever),
        cmocka_unit_test(qemu_is_the_client_of_a_tcp_socket),
        cmocka_unit_test(telnet_is_undone),
        cmocka_unit_test(datagrams_are_put_together),
        cmocka_unit_test(pipes_end_when_qemus_end_closes),
        cmocka_unit_test(stdio_has_an_input_without_an_end),
        cmocka_unit_test(a_tty_is_the_other_end_of_a_pseudo_terminal),
        cmocka_unit_test(a_file_by_name),
        cmocka_unit_test(the_title_of_a_vc_goes),
        cmocka_unit_test(a_reader_that_vanishes_keeps_what_it_has),
        cmocka_unit_test(every_backend_can_be_pasted),
        cmocka_unit_test(names_are_whole_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
