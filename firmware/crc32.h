/*
 * CRC-32 as zlib computes it, so that anybody's tool can check the stream.
 *
 * Source: RFC 1952 §8 (polynomial 0xedb88320, reflected).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FIRMWARE_CRC32_H
#define FIRMWARE_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* The checksum of what `crc` is the checksum of, followed by these bytes.  Start with 0. */
uint32_t crc32_update(uint32_t crc, const void *buf, size_t len);

#endif
