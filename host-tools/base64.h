/*
 * Base64, as ringbuf-read gives it: RFC 4648 §4, with padding and without line ends.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOST_TOOLS_BASE64_H
#define HOST_TOOLS_BASE64_H

#include <stddef.h>
#include <sys/types.h>

/*
 * len characters into out, which has room for len / 4 * 3 bytes.
 * returns  how many bytes | -1 it is not base64
 */
ssize_t base64_decode(const char *text, size_t len, unsigned char *out);

#endif
