/*
 * flood=BYTES
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/flood.h"

#include "firmware/log.h"
#include "firmware/record.h"
#include "firmware/wire.h"

void flood(uint64_t bytes)
{
    uint64_t start = log_end();
    for (uint32_t number = 0; log_end() - start < bytes; number++) {
        char text[WIRE_FLOOD_TEXT];
        wire_flood_line(text, number);
        record_text(WIRE_TAG_FLOOD, text, sizeof(text));
    }
}
