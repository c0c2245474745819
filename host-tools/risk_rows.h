/*
 * The table of risks (risk.h) as boots of the matrix: every cell is proved on this QEMU.
 *
 *   where nobody reads       all is there; or nothing, where it says void
 *   with one that stalls     all is there, QEMU going on (waits) or not (freezes); or bytes
 *                            are missing and the right layer is blamed (drops), or stand
 *                            twice (repeats)
 *   with one that is late    the beginning is missing where a reader must be first
 *
 * Each boot has a virtconsole on a file beside it, which must have everything.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_RISK_ROWS_H
#define HOST_TOOLS_RISK_ROWS_H

#include "host-tools/matrix.h"

/* For each machine of the row.  returns  0 | -1 and the problem */
int risk_rows_add(struct matrix *matrix, const struct matrix_row *row, struct problem *problem);

#endif
