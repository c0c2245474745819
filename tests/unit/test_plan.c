/*
 * Every console gets its place, or a line that says why not.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host-tools/plan.h"

/* A plan with the options that it needs. */
struct fixture {
    struct run_options options;
    struct plan plan;
    struct problem problem;
    int result;
};

static void build(struct fixture *f, const char *machine, const char *const *consoles)
{
    *f = (struct fixture){ .options.machine = machine_find(machine, strcspn(machine, ",")) };
    const char *props = strchr(machine, ',');
    f->options.machine_props = props ? props + 1 : NULL;
    for (size_t n = 0; consoles[n]; n++) {
        f->options.specs = realloc(f->options.specs, (n + 1) * sizeof(*f->options.specs));
        assert_int_equal(console_spec_parse(consoles[n], &f->options.specs[n], &f->problem), 0);
        f->options.spec_count = n + 1;
    }
    f->result = plan_build(&f->options, &f->plan, &f->problem);
}

static void drop(struct fixture *f)
{
    plan_free(&f->plan);
    run_options_free(&f->options);
}

#define BUILD(f, machine, ...) build(f, machine, (const char *const[]){ __VA_ARGS__, NULL })

static void check_refused(struct fixture *f, const char *complaint)
{
    assert_int_equal(f->result, -1);
    assert_int_equal(f->problem.status, EXIT_USAGE);
    assert_non_null(strstr(f->problem.text, complaint));
    drop(f);
}

static void written_alike_is_one_controller(void **state)
{
    struct fixture f;

    (void)state;
    BUILD(&f, "q35", "virtio-serial-pci/virtconsole", "virtconsole",
          "virtio-serial-pci,id=b/virtconsole", "virtio-serial-pci,id=b/virtconsole");
    assert_int_equal(f.result, 0);
    assert_int_equal(f.plan.controller_count, 2);
    assert_string_equal(f.plan.controllers[0].id, "virtio-serial-pci0");
    assert_string_equal(f.plan.controllers[1].id, "b");
    assert_int_equal(f.plan.controllers[0].used, 2);
    assert_true(f.plan.needs_pci);
    drop(&f);
}

static void a_full_controller_gets_a_brother(void **state)
{
    struct fixture f;

    (void)state;
    BUILD(&f, "q35", "63xvirtconsole");
    assert_int_equal(f.plan.controller_count, 3);
    assert_int_equal(f.plan.controllers[0].used, 31);
    assert_int_equal(f.plan.controllers[2].used, 1);
    assert_int_equal(f.plan.tap_count, 63);
    drop(&f);

    BUILD(&f, "q35", "3xvirtio-serial-pci,max_ports=1/virtconsole");
    assert_int_equal(f.plan.controller_count, 3);
    drop(&f);
}

/* Port 0 is for a virtconsole alone: 30 virtserialports fill a controller. */
static void port_0_is_for_a_virtconsole(void **state)
{
    struct fixture f;

    (void)state;
    BUILD(&f, "q35", "31xvirtserialport");
    assert_int_equal(f.plan.controller_count, 2);
    drop(&f);
    BUILD(&f, "q35", "30xvirtserialport", "virtconsole");
    assert_int_equal(f.plan.controller_count, 1);
    drop(&f);
}

static void one_card_with_four_ports_is_four_taps(void **state)
{
    struct fixture f;

    (void)state;
    BUILD(&f, "q35", "pci-serial-4x", "pci-serial");
    assert_int_equal(f.plan.device_count, 2);
    assert_int_equal(f.plan.tap_count, 5);
    assert_string_equal(f.plan.taps[3].name, "pci-serial-4x3");
    assert_string_equal(f.plan.taps[4].name, "pci-serial0");
    assert_string_equal(f.plan.labels[3], "pci-serial-4x #4");
    assert_int_equal(f.plan.devices[0].taps[3], 3);
    assert_int_equal(f.plan.devices[1].taps[0], 4);
    assert_string_equal(f.plan.devices[1].name, "pci-serial0");
    drop(&f);
}

static void names_and_labels_are_unique(void **state)
{
    struct fixture f;

    (void)state;
    BUILD(&f, "q35", "2xuart", "isa-serial", "2xvirtio-serial-pci/virtconsole", "virtconsole");
    assert_string_equal(f.plan.taps[1].name, "uart1");
    assert_string_equal(f.plan.taps[2].name, "isa-serial0");
    assert_string_equal(f.plan.taps[5].name, "virtconsole2");
    assert_string_equal(f.plan.labels[0], "uart");
    assert_string_equal(f.plan.labels[1], "uart #2");
    assert_string_equal(f.plan.labels[4], "virtio-serial-pci/virtconsole #2");
    assert_string_equal(f.plan.labels[5], "virtconsole");
    assert_int_equal(f.plan.taps[5].child_fd, QEMU_FD_TAP + 5);
    drop(&f);
}

/* COM1.. go to the machine's own UARTs first, even when they are named later. */
static void isa_ports_follow_the_uarts(void **state)
{
    struct fixture f;

    (void)state;
    BUILD(&f, "pc", "2xisa-serial", "uart");
    assert_int_equal(f.plan.devices[0].address, 1);
    assert_int_equal(f.plan.devices[1].address, 2);
    drop(&f);
}

static void the_default_controller_is_the_machines(void **state)
{
    struct fixture f;

    (void)state;
    BUILD(&f, "aarch64", "virtconsole");
    assert_string_equal(f.plan.controllers[0].kind->name, "virtio-serial-device");
    assert_false(f.plan.needs_pci);
    drop(&f);
    BUILD(&f, "pc", "virtconsole");
    assert_string_equal(f.plan.controllers[0].kind->name, "virtio-serial-pci");
    drop(&f);
}

static void what_a_machine_cannot_have(void **state)
{
    struct fixture f;

    (void)state;
    BUILD(&f, "aarch64", "isa-serial");
    check_refused(&f, "aarch64 has no ISA bus");
    BUILD(&f, "q35", "virtio-serial-device/virtconsole");
    check_refused(&f, "q35 has no virtio-mmio slots");
    BUILD(&f, "microvm", "pci-serial");
    check_refused(&f, "microvm has no window for PCI's I/O BARs");
    BUILD(&f, "q35", "virtio-serial-pci/isa-serial");
    check_refused(&f, "a virtio-serial-pci has no ISA bus");
    BUILD(&f, "q35", "5xuart");
    check_refused(&f, "q35 has 4 of its own");
    BUILD(&f, "microvm", "uart", "uart");
    check_refused(&f, "microvm has 1 of its own");
    BUILD(&f, "q35", "uart", "4xisa-serial");
    check_refused(&f, "4 ISA UARTs");
    BUILD(&f, "q35", "isa-debugcon", "isa-debugcon,iobase=0x3a0", "isa-debugcon,iobase=233");
    check_refused(&f, "port 0xe9 already");
    BUILD(&f, "q35", "virtio-serial-pci,max_ports=0/virtconsole");
    check_refused(&f, "no room");
    BUILD(&f, "aarch64", "2xsemihosting");
    check_refused(&f, "a machine has 1 of them");
    BUILD(&f, "q35", "semihosting");
    check_refused(&f, "q35 has no semihosting");
    BUILD(&f, "pc", "pcie-root-port/pci-serial");
    check_refused(&f, "pc has no PCI Express bus");
    BUILD(&f, "q35", "virtio-serial-pci,max_ports=1/virtserialport");
    check_refused(&f, "no room");
    BUILD(&f, "riscv64", "9xvirtio-serial-device,max_ports=1/virtconsole");
    check_refused(&f, "riscv64 has 8 virtio-mmio slots");
}

/* A second PL011 depends on QEMU's version, or on the secure world. */
static void uarts_depend_on_version_and_options(void **state)
{
    const struct machine *arm = machine_find("arm", 3), *pc = machine_find("pc", 2);

    (void)state;
    assert_int_equal(machine_uarts(arm, NULL, 702), 1);
    assert_int_equal(machine_uarts(arm, NULL, 1000), 2);
    assert_int_equal(machine_uarts(arm, "highmem=off,secure=on", 702), 2);
    assert_int_equal(machine_uarts(arm, "secure=only", 702), 1);
    assert_int_equal(machine_uarts(pc, NULL, 702), 4);
}

static void values_in_comma_lists(void **state)
{
    size_t len = 0;

    (void)state;
    assert_memory_equal(option_value("a=1,id=xy,b=2", "id", &len), "xy", 2);
    assert_int_equal(len, 2);
    assert_non_null(option_value("id=", "id", &len));
    assert_int_equal(len, 0);
    assert_null(option_value("xid=3", "id", &len));
    assert_null(option_value("idx=3", "id", &len));
    assert_null(option_value(NULL, "id", &len));
    assert_null(option_value("", "id", &len));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written_alike_is_one_controller),
        cmocka_unit_test(a_full_controller_gets_a_brother),
        cmocka_unit_test(port_0_is_for_a_virtconsole),
        cmocka_unit_test(one_card_with_four_ports_is_four_taps),
        cmocka_unit_test(names_and_labels_are_unique),
        cmocka_unit_test(isa_ports_follow_the_uarts),
        cmocka_unit_test(the_default_controller_is_the_machines),
        cmocka_unit_test(what_a_machine_cannot_have),
        cmocka_unit_test(uarts_depend_on_version_and_options),
        cmocka_unit_test(values_in_comma_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
