/*
 * Lines into records: SEQ TIME TAG: TEXT (wire.h has the format).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_RECORD_H
#define FIRMWARE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORD_TEXT_SIZE 512

/* Start over at record 0, with format=record.  Only a test needs to say so. */
void record_init(void);

/*
 * Write the number of the next record, which is known before anything else of it is: it may
 * go out while the rest is still put together.  Nothing with format=plain.
 */
void record_begin(void);

/*
 * One record with this tag.  The text needs no line end; a '\n' within starts another
 * record with the same tag.  Text beyond RECORD_TEXT_SIZE - 1 bytes is cut.
 *
 * From within a driver or a service too: then the text is kept, and becomes a record when the
 * pump is done with its pass.
 */
void record(const char *tag, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same for text that is there already, of any length. */
void record_text(const char *tag, const char *text, size_t len);

/*
 * Text as a program prints it: any pieces, lines ended by '\n'.  Each line
 * becomes one record; a line that does not begin with "TAG: " gets the tag "stdout".
 * With format=record a line that has no end yet waits for it.
 */
void record_output(const char *text, size_t len);

/* Records so far. */
uint64_t record_count(void);

/* End a line left open, and write all that was kept: what follows is the very next record. */
void record_finish_line(void);

/* Write what was kept during a pass (the pump calls this). */
void record_write_kept(void);

/* The end record is written: there are no more. */
void record_seal(void);

/* ... but for a fault that comes even later. */
void record_unseal(void);

/* format=record (the default) or format=plain. */
void record_set_plain(bool is_plain);

#endif
