/*
 * What becomes of the bytes behind a chardev: one row for each driver.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_EXPLAIN_READER_H
#define HOST_TOOLS_EXPLAIN_READER_H

#include <stdbool.h>

struct reader {
    const char *driver;
    bool is_read;     /* somebody gets them, or will   */
    const char *what; /* one line for people           */
};

/*
 * words        behind -chardev, or NULL when only the driver is known
 * driver       as QEMU says, "" if it does not
 * has_display  there is a place for a vc
 */
const struct reader *reader_find(const char *words, const char *driver, bool has_display);

/* The driver that is named in what stands behind -chardev: its length. */
const char *reader_driver(const char *words, unsigned long *len);

#endif
