/*
 * flood=BYTES: lines of known content, so that the host can tell which are missing.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_FLOOD_H
#define FIRMWARE_FLOOD_H

#include <stdint.h>

/* Write flood: records until they are at least so many bytes of the stream. */
void flood(uint64_t bytes);

#endif
