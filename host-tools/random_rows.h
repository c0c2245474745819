/*
 * Rows drawn by chance out of everything that a machine can have.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_RANDOM_ROWS_H
#define HOST_TOOLS_RANDOM_ROWS_H

#include "host-tools/matrix.h"

#define RANDOM_ROWS_MAX 5000

/*
 * Add row->random->count boots.  The same seed gives the same boots; seed 0 is one from the
 * clock.  Each boot's title names the seed and its number.  A row's machines, options, words,
 * args and timeout are kept; without machines all are drawn from.
 */
int random_rows_add(struct matrix *matrix, const struct matrix_row *row, struct problem *problem);

#endif
