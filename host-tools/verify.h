/*
 * The proof: what a captured stream says about itself, and captures about each other.
 *
 * Pure: no QEMU, no files, no clock.  firmware/wire.h has the format.
 *
 *   wire_parse.c  one line: a record, a gap line, the end record, or none of them
 *   judge.c       one capture alone: the first fault, and what explains it
 *   compare.c     a capture held against a complete copy: the same, to the byte
 *   blame.c       which layer did it
 *   manifest.c    the consoles that the stream lists
 *
 * Whose fault?  The stream is one until the pump hands it out, and then goes its own way for
 * each console.  So the layer follows from *which* copies show a fault:
 *
 *   the bytes fit their own checksum, and are wrong all the same: the firmware wrote them
 *   every copy has the same fault at the same byte: it was there before they parted: firmware
 *   a gap line: the firmware says itself that it skipped bytes, because the console took none.
 *       A device that holds back does so because its backend does, and a backend because
 *       nobody reads: the reader, when the ledger tells of a stall; else the firmware
 *   a hole or a missing end, where the device or the backend is one that is known to drop
 *       what comes too fast (virtconsole; udp): that one
 *   a hole with no gap line: the firmware handed those bytes over, and the device let them
 *       fall (QEMU's virtconsole does, when its backend takes no more): device
 *   short, silent or with a hole, and the reader is known to have been away: reader
 *   short, while another copy is longer: what was still on its way when QEMU ended: backend
 *   a repeat in one copy: written twice below the device (a tee that retries): backend
 *   CR doubled: a terminal's output processing between QEMU and us: backend
 *   CR or LF gone: whoever read the bytes took them for text: reader
 *   other bytes changed in one copy only: device
 *   foreign bytes: another writer on the same chardev (BIOS, monitor, telnet): backend;
 *       a second boot: firmware
 *   silent: the firmware, when it drives fewer consoles than there are captures; else backend
 *   one capture alone, and none of the above: none, for nothing tells
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_VERIFY_H
#define HOST_TOOLS_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whose fault it most likely is. */
enum layer { LAYER_NONE, LAYER_FIRMWARE, LAYER_DEVICE, LAYER_BACKEND, LAYER_READER };

/* What one console delivered.  Bytes stay the caller's. */
struct capture {
    const char *name; /* for messages: "uart:file", or a file name */
    const unsigned char *bytes;
    size_t len;
    /* Known to whoever captured it: */
    bool is_unread;   /* its reader was not there all the time                         */
    enum layer drops; /* who drops bytes there when they come too fast, or LAYER_NONE */
};

enum verdict_kind {
    VERDICT_COMPLETE, /* checksum, counts and end record agree          */
    VERDICT_SHORT,    /* a true beginning that stops: no end record     */
    VERDICT_HOLE,     /* bytes are missing in the middle (gap lines too) */
    VERDICT_REPEAT,   /* a piece stands twice                           */
    VERDICT_TORN,     /* bytes are changed: CR LF damage, flipped bits  */
    VERDICT_SILENT,   /* nothing came                                   */
    VERDICT_FOREIGN,  /* bytes that the guest never wrote               */
    VERDICT_UNPROVED, /* verify_copies(): no end record can prove it    */
};

/* The first fault of a capture. */
struct verdict {
    enum verdict_kind kind;
    uint64_t at;                        /* byte of the capture where it shows first         */
    uint64_t first_record, last_record; /* hole: missing; repeat: repeated; first > last
                                           when not known                                   */
    uint64_t missing, extra;            /* bytes, as far as known                           */
    uint64_t gaps;                      /* hole: of them, told by the firmware's gap lines  */
    uint64_t banner;                    /* firmware noise before the stream (OpenSBI), bytes */
    int status;                         /* of the end record, -1 without one                */
    bool is_unread;                     /* as in the capture                                */
    enum layer drops;                   /* as in the capture                                */
    bool is_counted;                    /* bytes and crc32 fit the end record               */
    bool is_identical;                  /* to the reference copy, banner left out           */
    uint64_t differs_at;                /* stream position of the first difference          */
    enum layer blame;
    const char *blame_why; /* the reason in a few words, a constant; NULL when none */
    char text[200];        /* one line for people                              */
};

/* A `console:` and `ledger:` record pair, as the stream lists them. */
struct manifest_entry {
    char name[32], kind[32], found[96], label[64], why[128];
    bool is_driven, is_primary, is_removed;
    bool has_ledger;
    uint64_t handed, returned, inflight, accesses, kicks, stalls, given_up, lost;
};

struct manifest {
    struct manifest_entry *entries;
    size_t count;
};

struct verification {
    struct verdict *verdicts; /* one for each capture, same order                        */
    size_t count;
    size_t reference; /* capture the others are compared with; the first complete one,
                                 else the longest true beginning                          */
    bool is_proved;   /* all complete and all identical                          */
    bool is_same;     /* all identical and none silent, proved or not            */
    uint64_t stream_bytes, stream_records; /* before the end record              */
    uint32_t stream_crc32;
    int status;               /* the program's, -1 if unknown                            */
    struct manifest manifest; /* from the reference                                      */
};

const char *verdict_name(enum verdict_kind kind); /* "complete", "short", ... */
const char *layer_name(enum layer layer);         /* "none", "firmware", ...  */

/*
 * Judge captures of one run.  Linear in the bytes; hostile bytes are fine.
 * returns  0 | -1 out of memory.  Free with verification_free().
 */
int verify(const struct capture *captures, size_t count, struct verification *out);

/*
 * The same for a guest that does not speak our format (any kernel): nothing proves such a
 * capture complete, so copies are only held against each other, and against the longest.
 * A copy that is like it is `unproved`; is_same tells whether all are; is_proved is false.
 */
int verify_copies(const struct capture *captures, size_t count, struct verification *out);

void verification_free(struct verification *verification);

/*
 * Is the end record there?  Cheap: looks at the tail only.  The record must agree with
 * itself (its own number is its count of records), not with the bytes before it: a capture
 * with a hole has ended too.  For the live capture, to know when a run is over.
 */
bool verify_has_end(const unsigned char *bytes, size_t len);

#endif
