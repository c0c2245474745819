/*
 * QEMU's consoles against the guest's list.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host-tools/inventory.h"

static void count_text(struct inventory *inventory, const char *text)
{
    json_t *body = json_loads(text, JSON_DECODE_ANY, NULL);

    inventory_count(inventory, body);
    json_decref(body);
}

static struct manifest_entry entry(const char *kind, bool is_driven)
{
    struct manifest_entry e = { .is_driven = is_driven };

    snprintf(e.kind, sizeof(e.kind), "%s", kind);
    return e;
}

static void what_qemu_has(void **state)
{
    struct inventory inventory = { 0 };

    (void)state;
    count_text(&inventory, "[{\"name\":\"device[0]\",\"type\":\"child<isa-serial>\"},"
                           "{\"name\":\"device[1]\",\"type\":\"child<pci-serial-4x>\"},"
                           "{\"name\":\"x\",\"type\":\"child<pl011>\"},"
                           "{\"name\":\"y\",\"type\":\"child<serial-mm>\"},"
                           "{\"name\":\"z\",\"type\":\"child<virtio-serial-pci>\"},"
                           "{\"name\":\"type\",\"type\":\"string\"}]");
    assert_int_equal(inventory_total(&inventory), 7);
    assert_int_equal(inventory.count, 4);
    inventory_add(&inventory, "pci-serial-4x");
    assert_int_equal(inventory_total(&inventory), 11);
}

static void what_qemu_should_not_say(void **state)
{
    struct inventory inventory = { 0 };
    char text[256] = "[{\"type\":\"child<";

    (void)state;
    count_text(&inventory, "null");
    count_text(&inventory, "{}");
    count_text(&inventory, "[1,null,{},{\"type\":7},{\"type\":\"\"},{\"type\":\"child<\"},"
                           "{\"type\":\"child<>\"},{\"type\":\"isa-serial\"}]");
    memset(text + strlen(text), 'x', 150);
    strcat(text, ">\"}]");
    count_text(&inventory, text);
    assert_int_equal(inventory_total(&inventory), 0);
}

static void differences_are_told(void **state)
{
    struct inventory inventory = { .is_taken = true };
    struct manifest_entry entries[] = { entry("isa-serial", true), entry("isa-serial", false),
                                        entry("goldfish", true) };
    struct manifest manifest = { entries, 3 };
    struct strbuf text = { 0 };

    (void)state;
    inventory_add(&inventory, "isa-serial");
    inventory_add(&inventory, "isa-serial");
    inventory_add(&inventory, "usb-serial");
    inventory_compare(&inventory, &manifest);
    assert_int_equal(inventory.rows[0].driven, 1);
    assert_true(inventory_differences(&inventory, &text));
    assert_string_equal(text.text, "QEMU has 1 usb-serial, the guest found 0; "
                                   "QEMU has 0 goldfish, the guest found 1");
    strbuf_free(&text);
}

static void agreement_is_silent(void **state)
{
    struct inventory inventory = { .is_taken = true };
    struct manifest_entry entries[] = { entry("virtconsole", true) };
    struct manifest manifest = { entries, 1 };
    struct strbuf text = { 0 };

    (void)state;
    inventory_add(&inventory, "virtconsole");
    inventory_compare(&inventory, &manifest);
    assert_false(inventory_differences(&inventory, &text));
}

/* semihosting=on where QEMU has none: the guest tried, and says so. */
static void what_is_not_there_is_not_found(void **state)
{
    struct inventory inventory = { .is_taken = true };
    struct manifest_entry entries[] = { entry("semihosting", false), entry("pl011", false) };
    struct manifest manifest = { entries, 2 };
    struct strbuf text = { 0 };

    (void)state;
    strcpy(entries[0].why, "nothing there: semihosting call: the CPU faulted");
    strcpy(entries[1].why, "no answer");
    inventory_compare(&inventory, &manifest);
    assert_true(inventory_differences(&inventory, &text));
    assert_string_equal(text.text, "QEMU has 0 pl011, the guest found 1");
    strbuf_free(&text);
}

static void what_is_pulled_out_may_be_missed(void **state)
{
    struct inventory inventory = { .is_taken = true };
    struct strbuf text = { 0 };

    (void)state;
    inventory_add(&inventory, "virtconsole");
    inventory_pull(&inventory, "virtconsole");
    assert_false(inventory_differences(&inventory, &text));
    inventory_add(&inventory, "virtconsole");
    assert_true(inventory_differences(&inventory, &text));
    strbuf_free(&text);
}

/* A guest that lists more kinds than there are. */
static void many_kinds_do_no_harm(void **state)
{
    struct inventory inventory = { .is_taken = true };
    struct manifest_entry entries[100];
    struct manifest manifest = { entries, 100 };
    struct strbuf text = { 0 };

    (void)state;
    for (int i = 0; i < 100; i++) {
        entries[i] = (struct manifest_entry){ 0 };
        snprintf(entries[i].kind, sizeof(entries[i].kind), "kind%d", i);
    }
    inventory_compare(&inventory, &manifest);
    assert_int_equal(inventory.count, INVENTORY_KINDS);
    assert_true(inventory_differences(&inventory, &text));
    strbuf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_qemu_has),
        cmocka_unit_test(what_qemu_should_not_say),
        cmocka_unit_test(differences_are_told),
        cmocka_unit_test(agreement_is_silent),
        cmocka_unit_test(many_kinds_do_no_harm),
        cmocka_unit_test(what_is_pulled_out_may_be_missed),
        cmocka_unit_test(what_is_not_there_is_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
