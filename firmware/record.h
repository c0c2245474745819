/*
 * Lines into records: SEQ TIME TAG: TEXT (wire.h has the format).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_RECORD_H
#define FIRMWARE_RECORD_H

#include <stddef.h>
#include <stdint.h>

/* One record with this tag.  The text needs no line end; a '\n' within starts another
 * record with the same tag. */
void record(const char *tag, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Text as a program prints it: any pieces, lines ended by '\n'.  Each line
 * becomes one record; a line that does not begin with "TAG: " gets the tag "stdout".
 */
void record_text(const char *text, size_t len);

/* Records so far, a line still open included. */
uint64_t record_count(void);

/* End a line left open. */
void record_finish_line(void);

/* format=record (the default) or format=plain. */
void record_set_plain(int is_plain);

#endif
