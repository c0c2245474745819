/*
 * The proof: what a captured stream says about itself, and captures about each other.
 *
 * Pure: no QEMU, no files, no clock.  firmware/wire.h has the format.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_VERIFY_H
#define HOST_TOOLS_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one console delivered.  Bytes stay the caller's. */
struct capture {
    const char *name; /* for messages: "uart:file", or a file name */
    const unsigned char *bytes;
    size_t len;
};

enum verdict_kind {
    VERDICT_COMPLETE, /* checksum, counts and end record agree          */
    VERDICT_SHORT,    /* a true beginning that stops: no end record     */
    VERDICT_HOLE,     /* bytes are missing in the middle (gap lines too) */
    VERDICT_REPEAT,   /* a piece stands twice                           */
    VERDICT_TORN,     /* bytes are changed: CR LF damage, flipped bits  */
    VERDICT_SILENT,   /* nothing came                                   */
    VERDICT_FOREIGN,  /* bytes that the guest never wrote               */
};

/* Whose fault it most likely is. */
enum layer { LAYER_NONE, LAYER_FIRMWARE, LAYER_DEVICE, LAYER_BACKEND, LAYER_READER };

struct verdict {
    enum verdict_kind kind;
    uint64_t at;                        /* byte of the capture where it shows first         */
    uint64_t first_record, last_record; /* hole: missing; repeat: repeated                  */
    uint64_t missing, extra;            /* bytes, as far as known                           */
    uint64_t banner;                    /* firmware noise before the stream (OpenSBI), bytes */
    int status;                         /* of the end record, -1 without one                */
    bool is_identical;                  /* to the reference copy, banner left out           */
    uint64_t differs_at;                /* stream position of the first difference          */
    enum layer blame;
    char text[200]; /* one line for people                              */
};

/* A `console:` and `ledger:` record pair, as the stream lists them. */
struct manifest_entry {
    char name[32], kind[32], found[96], label[64], why[128];
    bool is_driven, is_primary;
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
    uint64_t stream_bytes, stream_records;
    uint32_t stream_crc32;
    int status;               /* the program's, -1 if unknown                            */
    struct manifest manifest; /* from the reference                                      */
};

const char *verdict_name(enum verdict_kind kind); /* "complete", "short", ... */
const char *layer_name(enum layer layer);

/*
 * Judge captures of one run.  Linear in the bytes; hostile bytes are fine.
 * returns  0 | -1 out of memory.  Free with verification_free().
 */
int verify(const struct capture *captures, size_t count, struct verification *out);
void verification_free(struct verification *verification);

/* Is the end record there, with the right count?  Cheap: looks at the tail only.
 * For the live capture, to know when a run is over. */
bool verify_has_end(const unsigned char *bytes, size_t len);

#endif
