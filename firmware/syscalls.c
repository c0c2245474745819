/*
 * How does a C library with no operating system get rid of its output?  newlib's printf()
 * ends in _write(), and ours goes to the log.  The others exist because newlib links them; they
 * fail, and say with which error.
 *
 * Source: newlib, "System Calls" (the list of stubs).
 * Next on the tour: firmware/record.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "firmware/end.h"
#include "firmware/noinit.h"
#include "firmware/record.h"

#define STDOUT 1
#define STDERR 2

/* Stdio's buffers and nothing else: 1 KiB each for stdin, stdout and stderr, and its tables. */
#define HEAP_SIZE 16384

static char heap[HEAP_SIZE] NOINIT __attribute__((aligned(16)));
static size_t heap_used;

int _write(int file, const char *buf, int len);
int _read(int file, char *buf, int len);
int _close(int file);
int _fstat(int file, struct stat *st);
int _isatty(int file);
off_t _lseek(int file, off_t offset, int whence);
void *_sbrk(ptrdiff_t increment);
int _getpid(void);
int _kill(int pid, int signal);
_Noreturn void _exit(int status);

/* newlib's configuration says, for each architecture, whether it calls _write() or write(). */
extern __typeof__(_write) write __attribute__((alias("_write")));
extern __typeof__(_read) read __attribute__((alias("_read")));
extern __typeof__(_close) close __attribute__((alias("_close")));
extern __typeof__(_fstat) fstat __attribute__((alias("_fstat")));
extern __typeof__(_isatty) isatty __attribute__((alias("_isatty")));
extern __typeof__(_lseek) lseek __attribute__((alias("_lseek")));
extern __typeof__(_sbrk) sbrk __attribute__((alias("_sbrk")));
extern __typeof__(_getpid) getpid __attribute__((alias("_getpid")));
extern __typeof__(_kill) kill __attribute__((alias("_kill")));

int _write(int file, const char *buf, int len)
{
    if ((file != STDOUT && file != STDERR) || len < 0) {
        errno = EBADF;
        return -1;
    }
    record_output(buf, (size_t)len);
    return len;
}

/* A terminal: then stdio hands over whole lines, as they end. */
int _isatty(int file)
{
    return file >= 0 && file <= STDERR;
}

int _fstat(int file, struct stat *st)
{
    (void)file;
    *st = (struct stat){ .st_mode = S_IFCHR };
    return 0;
}

void *_sbrk(ptrdiff_t increment)
{
    if (increment < 0 ? (size_t)-increment > heap_used
                      : (size_t)increment > HEAP_SIZE - heap_used) {
        errno = ENOMEM;
        return (void *)-1;
    }
    char *before = heap + heap_used;
    heap_used += (size_t)increment;
    return before;
}

/* --- What there is not ---------------------------------------------------------------------- */

/* No console's input is a program's stdin: that is its end at once. */
int _read(int file, char *buf, int len)
{
    (void)file, (void)buf, (void)len;
    return 0;
}

int _close(int file)
{
    (void)file;
    errno = EBADF;
    return -1;
}

off_t _lseek(int file, off_t offset, int whence)
{
    (void)file, (void)offset, (void)whence;
    errno = ESPIPE;
    return -1;
}

int _getpid(void)
{
    return 1;
}

/* abort() comes here. */
int _kill(int pid, int signal)
{
    (void)pid, (void)signal;
    firmware_panic("the program was aborted");
}

_Noreturn void _exit(int status)
{
    firmware_end((unsigned)status & 0xff);
}
