/*
 * Which layer did it?  The rules, and why they hold, stand at the head of verify.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/blame.h"

struct guess {
    enum layer layer;
    const char *why;
};

/* Where the fault shows in the stream, so that captures with and without a banner compare. */
static uint64_t stream_at(const struct verdict *verdict)
{
    return verdict->at - verdict->banner;
}

/* Every copy has this fault, at this byte. */
static bool is_everywhere(const struct verification *v, const struct verdict *verdict)
{
    for (size_t i = 0; i < v->count; i++)
        if (v->verdicts[i].kind != verdict->kind ||
            stream_at(&v->verdicts[i]) != stream_at(verdict))
            return false;
    return v->count > 1;
}

static size_t count_driven(const struct manifest *manifest)
{
    size_t driven = 0;
    for (size_t i = 0; i < manifest->count; i++)
        driven += manifest->entries[i].is_driven;
    return driven;
}

/* Does the ledger tell of a console that stood still, and gave up as much, or less: for what
 * it gave up is only known when it moves again, and the ledger may have been written by then. */
static bool has_stalled(const struct manifest *manifest, uint64_t gaps)
{
    for (size_t i = 0; i < manifest->count; i++)
        if (manifest->entries[i].stalls > 0 && manifest->entries[i].given_up <= gaps)
            return true;
    return false;
}

static struct guess guess_gap(const struct verification *v, const struct verdict *verdict)
{
    if (has_stalled(&v->manifest, verdict->gaps))
        return (struct guess){ LAYER_READER,
                               "the device took nothing for too long: nobody read its backend" };
    return (struct guess){ LAYER_FIRMWARE, "a gap line: the firmware skipped these bytes itself" };
}

static struct guess guess_hole(const struct verification *v, const struct verdict *verdict)
{
    if (verdict->gaps > 0)
        return guess_gap(v, verdict);
    return (struct guess){ LAYER_DEVICE, "no gap line: the bytes were handed over, and dropped" };
}

static struct guess guess_short(const struct verification *v, const struct verdict *verdict)
{
    for (size_t i = 0; i < v->count; i++)
        if (v->verdicts[i].kind == VERDICT_COMPLETE ||
            stream_at(&v->verdicts[i]) > stream_at(verdict))
            return (struct guess){ LAYER_BACKEND,
                                   "another copy goes on: the rest was lost on its way" };
    return (struct guess){ LAYER_NONE, "no other copy goes on" };
}

/* By its own list the firmware has left some console alone. */
static bool drives_too_few(const struct verification *v)
{
    return v->manifest.count > 0 && count_driven(&v->manifest) < v->count;
}

static struct guess guess_silent(const struct verification *v)
{
    if (v->manifest.count == 0)
        return (struct guess){ LAYER_NONE, "no copy lists the consoles" };
    if (drives_too_few(v))
        return (struct guess){ LAYER_FIRMWARE, "it drives fewer consoles than were captured" };
    return (struct guess){ LAYER_BACKEND, "the firmware drives every console" };
}

static struct guess guess_only_here(const struct verification *v, enum layer layer)
{
    if (v->count == 1)
        return (struct guess){ LAYER_NONE, "there is no other copy" };
    return (struct guess){ layer, "in this copy only" };
}

static bool has_complete(const struct verification *v)
{
    return v->verdicts[v->reference].kind == VERDICT_COMPLETE;
}

static bool is_missing_bytes(const struct verdict *verdict)
{
    return verdict->kind == VERDICT_SHORT || verdict->kind == VERDICT_HOLE ||
           verdict->kind == VERDICT_SILENT;
}

/* The firmware did not skip them, and something on the way is known to drop.  A device drops what
 * comes too fast, and not everything: where nothing came, the firmware's list is asked first. */
static bool has_dropped(const struct verification *v, const struct verdict *verdict)
{
    bool is_device = verdict->drops == LAYER_DEVICE;
    if (is_device && verdict->kind == VERDICT_SILENT && drives_too_few(v))
        return false;
    return has_complete(v) && verdict->drops != LAYER_NONE && is_missing_bytes(verdict) &&
           verdict->gaps == 0;
}

static struct guess guess(const struct verification *v, const struct verdict *verdict)
{
    if (verdict->is_unread && is_missing_bytes(verdict))
        return (struct guess){ LAYER_READER, "it was not there all the time" };
    if (verdict->is_counted && verdict->kind != VERDICT_FOREIGN && !has_complete(v))
        return (struct guess){ LAYER_FIRMWARE, "the bytes fit their own checksum" };
    if (is_everywhere(v, verdict) && verdict->gaps == 0)
        return (struct guess){ LAYER_FIRMWARE, "every copy has it at the same byte" };
    if (has_dropped(v, verdict))
        return (struct guess){ verdict->drops, "it drops what comes too fast" };
    switch (verdict->kind) {
    case VERDICT_HOLE:
        return guess_hole(v, verdict);
    case VERDICT_SHORT:
        return guess_short(v, verdict);
    case VERDICT_REPEAT:
        return guess_only_here(v, LAYER_BACKEND);
    case VERDICT_TORN:
        return guess_only_here(v, LAYER_DEVICE);
    case VERDICT_SILENT:
        return guess_silent(v);
    case VERDICT_FOREIGN:
        return (struct guess){ LAYER_BACKEND, "somebody else writes there too" };
    case VERDICT_COMPLETE:
    case VERDICT_UNPROVED:
        break;
    }
    return (struct guess){ LAYER_NONE, NULL };
}

static bool needs_blame(const struct verdict *verdict)
{
    return !verdict->blame_why && verdict->kind != VERDICT_COMPLETE &&
           verdict->kind != VERDICT_UNPROVED;
}

void blame_all(struct verification *verification)
{
    for (size_t i = 0; i < verification->count; i++) {
        struct verdict *verdict = &verification->verdicts[i];
        if (!needs_blame(verdict))
            continue;
        struct guess found = guess(verification, verdict);
        verdict->blame = found.layer;
        verdict->blame_why = found.why;
    }
}
