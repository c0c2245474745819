/*
 * What each pair of a console and a backend may lose: one table.
 *
 * `tutti list backends --risk` prints it, `tutti run` warns by it, and the tests prove
 * every cell of it again on the QEMU at hand (risk_rows.h): so it is known when QEMU changes.
 *
 * A device model does one of four things when its backend takes no more:
 *
 *   16550            keeps the byte, and the guest sees it: its transmitter is not empty
 *   PL011, debugcon, usb-serial, semihosting
 *                    waits within the write, and all of QEMU with it; the guest can't see it
 *   virtconsole      drops the rest, and gives the buffer back as if it were sent
 *   virtserialport   keeps the buffer until all of it is written
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_RISK_H
#define HOST_TOOLS_RISK_H

#include "host-tools/backend_spec.h"
#include "host-tools/consoles.h"
#include "host-tools/plan.h"

/* While the backend pushes back, or is not open. */
enum risk {
    RISK_WAITS = 1 << 0,   /* this console waits for the reader; nothing is lost        */
    RISK_FREEZES = 1 << 1, /* ... and so does all of QEMU                               */
    RISK_DROPS = 1 << 2,   /* bytes may be lost                                         */
    RISK_FIRST = 1 << 3,   /* what is written before a reader has come is lost          */
    RISK_REPEATS = 1 << 4, /* bytes may come twice                                      */
    RISK_VOID = 1 << 5,    /* nothing ever comes                                        */
    RISK_TAIL = 1 << 6,    /* what is unread when QEMU ends is lost                     */
};

struct risk_row {
    const char *backend;        /* as behind the colon of -c: "unix,server=on"    */
    unsigned risks[FLOW_KINDS]; /* enum risk, or-ed, by enum flow                 */
    unsigned holds_kib;         /* of a UART's bytes, unread, before it pushes back: at most */
    const char *avoid;          /* what to do about it, NULL: nothing to do                  */
};

extern const struct risk_row risk_table[];
extern const size_t risk_count;

/* The words for people: "drops, first"; "-" for none. */
struct strbuf risk_words(unsigned risks);

/* How the console behaves on this machine: a UART of its own is one or the other. */
enum flow risk_flow(const struct machine *machine, const struct console_kind *kind);

/* The row for this tap; a hub's is that of its worst member. */
const struct risk_row *risk_find(const struct plan *plan, const struct tap *tap);

/* The table, for people. */
void risk_print(FILE *out);

/* One line with the risky pairs of a plan, and how to avoid them; empty if there are none. */
struct strbuf risk_warning(const struct plan *plan);

#endif
