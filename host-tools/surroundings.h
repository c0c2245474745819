/*
 * What the tool sees to before and after everything else: descriptors, and its own output.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_SURROUNDINGS_H
#define HOST_TOOLS_SURROUNDINGS_H

/*
 * Descriptors 0, 1 and 2 are there, whatever the caller has closed: otherwise the next file that is
 * opened would be "stdout".  And as many as the system allows: a run takes two for each console,
 * and the soft limit is often just 1024.
 *
 * returns  0 | an exit status, with the reason told: the hard limit leaves too few for anything
 */
int surroundings_prepare(void);

/*
 * Was everything that was printed taken?  A full disk shows only now.  A reader that has seen
 * enough (`| head`) is no error.
 *
 * returns  the status, or EXIT_IMPOSSIBLE, with the reason told, in place of a success
 */
int surroundings_finish(int status);

#endif
