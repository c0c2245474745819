/*
 * The tests that both controllers of USB 1, UHCI and OHCI, pass: the same devices, the same
 * consoles, the same troubles.  A test program says which controller, and adds its own.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_FAKES_USB1_TESTS_H
#define TESTS_FAKES_USB1_TESTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/console.h"
#include "drivers/status.h"
#include "tests/fakes/usb_fake.h"

/* The controller under test: its fake, behind one face. */
struct usb1_controller {
    struct usb_fake_bus *bus;
    void (*init)(void);
    int (*attach)(void);
    void (*frame)(void); /* a millisecond of the bus goes by */
    void (*plug)(unsigned port, struct usb_fake_device *dev);
    void (*unplug)(unsigned port);
    void (*die)(void);                       /* it reports that it can't go on  */
    bool *is_gone, *never_resets, *is_stuck; /* misbehaviour of the fake        */
    const char *unusable, *stalls, *silence; /* what is noted when ...          */
};

extern const struct usb1_controller usb1; /* the test program's */

/* Two serial adapters, not plugged in yet, and bytes for them that the controller reaches. */
extern struct usb_fake_device usb1_serial[2];
extern uint8_t usb1_stream[100000];

int usb1_setup(void **state);
int usb1_teardown(void **state);

/* Time goes by: a frame each millisecond, with the services looked after. */
void usb1_pass_ms(unsigned ms);

/* The first adapter is on port 1, and the controller runs. */
struct console *usb1_attach_serial(void);

/* The controller is refused within a second, with such a note. */
void usb1_check_unusable(const char *why);

void usb1_test_serial(void **state);
void usb1_test_two_and_a_hub(void **state);
void usb1_test_long_write(void **state);
void usb1_test_short_writes(void **state);
void usb1_test_input(void **state);
void usb1_test_transfer_never_completes(void **state);
void usb1_test_unplugged(void **state);
void usb1_test_replugged(void **state);
void usb1_test_unplugged_during_enumeration(void **state);
void usb1_test_bulk_error(void **state);
void usb1_test_stalls(void **state);
void usb1_test_silent(void **state);
void usb1_test_never_ready(void **state);
void usb1_test_keyboard(void **state);
void usb1_test_reads_ones(void **state);
void usb1_test_never_resets(void **state);
void usb1_test_stuck(void **state);
void usb1_test_dies(void **state);
void usb1_test_pulled_card(void **state);
void usb1_test_no_memory(void **state);
void usb1_test_memory_too_high(void **state);

#define USB1_TEST(name) cmocka_unit_test_setup_teardown(name, usb1_setup, usb1_teardown)

/* clang-format off */
#define USB1_TESTS \
    USB1_TEST(usb1_test_serial), \
    USB1_TEST(usb1_test_two_and_a_hub), \
    USB1_TEST(usb1_test_long_write), \
    USB1_TEST(usb1_test_short_writes), \
    USB1_TEST(usb1_test_input), \
    USB1_TEST(usb1_test_transfer_never_completes), \
    USB1_TEST(usb1_test_unplugged), \
    USB1_TEST(usb1_test_replugged), \
    USB1_TEST(usb1_test_unplugged_during_enumeration), \
    USB1_TEST(usb1_test_bulk_error), \
    USB1_TEST(usb1_test_stalls), \
    USB1_TEST(usb1_test_silent), \
    USB1_TEST(usb1_test_never_ready), \
    USB1_TEST(usb1_test_keyboard), \
    USB1_TEST(usb1_test_reads_ones), \
    USB1_TEST(usb1_test_never_resets), \
    USB1_TEST(usb1_test_stuck), \
    USB1_TEST(usb1_test_dies), \
    USB1_TEST(usb1_test_pulled_card), \
    USB1_TEST(usb1_test_no_memory), \
    USB1_TEST(usb1_test_memory_too_high)
/* clang-format on */

#endif
