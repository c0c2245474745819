/*
 * Which consoles QEMU really built.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/inventory.h"

#include <string.h>

#include "firmware/wire.h"
#include "host-tools/consoles.h"

/* A short question to a QEMU that stands still; a loaded host gets the benefit. */
#define QUESTION_MS 10000

/* The machines' own UARTs, in QEMU's words and in the guest's. */
static const struct {
    const char *device, *kind;
} board_uarts[] = {
    { "pl011", "pl011" },
    { "serial-mm", "ns16550" },
};

static struct inventory_row *row_of(struct inventory *inventory, const char *kind)
{
    static struct inventory_row nowhere; /* more kinds than there are */

    for (size_t i = 0; i < inventory->count; i++)
        if (strcmp(inventory->rows[i].kind, kind) == 0)
            return &inventory->rows[i];
    if (inventory->count == INVENTORY_KINDS)
        return &nowhere;
    inventory->rows[inventory->count] = (struct inventory_row){ .kind = kind };
    return &inventory->rows[inventory->count++];
}

/* The table's own words, which live for ever; NULL: no console. */
static const char *guest_kind(const char *device, unsigned *ports)
{
    const struct console_kind *kind = console_kind_find(device, strlen(device));

    *ports = kind ? kind->ports : 1;
    if (kind)
        return kind->guest_kind;
    for (size_t i = 0; i < sizeof(board_uarts) / sizeof(board_uarts[0]); i++)
        if (strcmp(board_uarts[i].device, device) == 0)
            return board_uarts[i].kind;
    return NULL;
}

void inventory_add(struct inventory *inventory, const char *device)
{
    unsigned ports;
    const char *kind = guest_kind(device, &ports);

    if (kind)
        row_of(inventory, kind)->built += ports;
}

void inventory_pull(struct inventory *inventory, const char *device)
{
    unsigned ports;
    const char *kind = guest_kind(device, &ports);

    if (kind)
        row_of(inventory, kind)->pulled += ports;
}

/* QEMU: docs/devel/qom, a child's property has the type "child<TYPE>". */
static void count_type(struct inventory *inventory, const char *type)
{
    char device[64];
    size_t len = strlen(type);

    if (len < 8 || len - 7 >= sizeof(device) || strncmp(type, "child<", 6) != 0)
        return;
    memcpy(device, type + 6, len - 7);
    device[len - 7] = '\0';
    inventory_add(inventory, device);
}

void inventory_count(struct inventory *inventory, const json_t *body)
{
    size_t i;
    json_t *entry;

    json_array_foreach(body, i, entry)
    {
        const char *type = json_string_value(json_object_get(entry, "type"));
        if (type)
            count_type(inventory, type);
    }
}

int inventory_take(struct inventory *inventory, struct qmp *qmp, struct problem *problem)
{
    static const char *const folders[] = { "/machine/unattached", "/machine/peripheral",
                                           "/machine/peripheral-anon" };

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        json_t *body, *arguments = json_pack("{s:s}", "path", folders[i]);
        if (qmp_call(qmp, "qom-list", arguments, QUESTION_MS, &body, problem) < 0)
            return -1;
        inventory_count(inventory, body);
        json_decref(body);
    }
    inventory->is_taken = true;
    return 0;
}

/* The guest looked for it, on request, and says that it is not there. */
static bool is_absent(const struct manifest_entry *entry)
{
    return !entry->is_driven && strncmp(entry->why, WIRE_WHY_ABSENT, strlen(WIRE_WHY_ABSENT)) == 0;
}

void inventory_compare(struct inventory *inventory, const struct manifest *manifest)
{
    for (size_t i = 0; i < manifest->count; i++) {
        const struct manifest_entry *entry = &manifest->entries[i];
        if (is_absent(entry))
            continue;
        struct inventory_row *row = row_of(inventory, entry->kind);
        row->listed++;
        row->driven += entry->is_driven;
    }
}

unsigned inventory_total(const struct inventory *inventory)
{
    unsigned total = 0;

    for (size_t i = 0; i < inventory->count; i++)
        total += inventory->rows[i].built;
    return total;
}

bool inventory_differences(const struct inventory *inventory, struct strbuf *text)
{
    size_t before = text->len;

    for (size_t i = 0; i < inventory->count && inventory->is_taken; i++) {
        const struct inventory_row *row = &inventory->rows[i];
        if (row->listed > row->built || row->listed + row->pulled < row->built)
            strbuf_printf(text, "%sQEMU has %u %s, the guest found %u",
                          text->len > before ? "; " : "", row->built, row->kind, row->listed);
    }
    return text->len > before;
}
