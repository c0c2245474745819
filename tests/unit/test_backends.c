/*
 * The taps: what is written into QEMU's end is what we collect, all of it, once.
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "host-tools/backends.h"
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
    tap_read(tap, 0);
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
        cmocka_unit_test(names_are_whole_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
