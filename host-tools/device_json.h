/*
 * The words of -device as the object that QMP's device_add takes.
 *
 * On the command line every value is text.  QMP wants each in its own type (QEMU 7.2 takes text
 * as well, QEMU 10 no longer does), and device-list-properties names the types.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_DEVICE_JSON_H
#define HOST_TOOLS_DEVICE_JSON_H

#include <jansson.h>

/*
 * words       "virtserialport,bus=b.0,nr=3"
 * properties  what device-list-properties has answered for that device: [{ name, type }];
 *             a key that it does not list is text
 * returns     { "driver": "virtserialport", "bus": "b.0", "nr": 3 }; the caller's
 */
json_t *device_json(const char *words, const json_t *properties);

#endif
