/*
 * QEMU's command line: every machine with every console and backend that it can have.
 *
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "host-tools/compose.h"

/* The words that `tutti run ARGS` would give to QEMU, one blank between them. */
static char *composed(char *args, enum compose_for who, bool is_ours, char *out, size_t size)
{
    struct compose_input input = { .qemu = "qemu", .image = "img", .is_our_image = is_ours };
    struct problem problem = { 0 };
    struct run_options options;
    struct argv argv = { 0 };
    struct plan plan;
    char *words[32] = { (char *)"run" };
    int count = 1;

    for (char *word = strtok(args, " "); word && count < 31; word = strtok(NULL, " "))
        words[count++] = word;
    assert_int_equal(run_options_parse(count, words, &options, &problem), 0);
    assert_int_equal(plan_build(&options, &plan, &problem), 0);
    compose(&plan, &input, who, &argv);
    *out = '\0';
    for (size_t i = 0; i < argv.count; i++)
        snprintf(out + strlen(out), size - strlen(out), "%s%s", i ? " " : "", argv.words[i]);
    argv_free(&argv);
    plan_free(&plan);
    run_options_free(&options);
    return out;
}

static void check(const char *args, enum compose_for who, bool is_ours, const char *expected)
{
    char text[512], out[8192];

    snprintf(text, sizeof(text), "%s", args);
    assert_string_equal(composed(text, who, is_ours, out, sizeof(out)), expected);
}

static void check_has(const char *args, const char *part)
{
    char text[512], out[8192];

    snprintf(text, sizeof(text), "%s", args);
    composed(text, FOR_RUN, true, out, sizeof(out));
    if (!strstr(out, part))
        fail_msg("%s\n  has no\n%s\n  but is\n%s", args, part, out);
}

static void a_whole_run(void **state)
{
    (void)state;
    check("-c uart -c isa-serial:unix -a flood=1", FOR_RUN, true,
          "qemu -M q35 -accel tcg -m 128M -display none -nodefaults -no-user-config -no-reboot "
          "-no-shutdown -S -chardev socket,id=tutti-qmp,fd=3 -mon chardev=tutti-qmp,mode=control "
          "-kernel img -append flood=1 linger=10000 "
          "-add-fd fd=4,set=4,opaque=uart0 "
          "-chardev file,id=uart0,path=/dev/fdset/4,append=on "
          "-chardev socket,id=isa-serial0,fd=5 "
          "-serial chardev:uart0 -device isa-serial,index=1,chardev=isa-serial0");
}

static void a_whole_command_to_paste(void **state)
{
    (void)state;
    check("-M riscv64-m -c uart -c virtconsole:pty -o d,r -m 32M --smp 2 -- -d int", FOR_PASTE,
          true,
          "qemu -M virt -bios none -accel tcg -m 32M -smp 2 -display none -nodefaults "
          "-no-user-config -no-reboot -kernel img "
          "-chardev file,id=uart0,path=d,,r/uart0.log -chardev pty,id=virtconsole0 "
          "-device virtio-serial-device,id=virtio-serial-device0 -serial chardev:uart0 "
          "-device virtconsole,bus=virtio-serial-device0.0,chardev=virtconsole0 -d int");
}

/* Words for our firmware are not for somebody else's kernel; the user's linger= wins. */
static void words_for_the_guest(void **state)
{
    char out[8192], own[] = "-c uart", given[] = "-c uart -a linger=5";

    (void)state;
    assert_null(strstr(composed(own, FOR_RUN, false, out, sizeof(out)), "-append"));
    assert_non_null(strstr(composed(given, FOR_RUN, true, out, sizeof(out)), "-append linger=5 "));
}

static void machines_and_their_parts(void **state)
{
    (void)state;
    check_has("-M pc", "qemu -M pc ");
    check_has("-M aarch64", "qemu -M virt -accel tcg -cpu cortex-a57 ");
    check_has("-M aarch64 --cpu max", "-cpu max ");
    check_has("-M aarch64,secure=on -c 2xuart", "-M virt,secure=on ");
    check_has("-M arm", "qemu -M virt -accel tcg -m 128M");
    check_has("-M microvm", "qemu -M microvm -accel");
    check_has("-M microvm -c virtio-serial-pci/virtconsole", "qemu -M microvm,pcie=on -accel");
    check_has("-M microvm -c uart -c isa-serial", "-device isa-serial,index=1,chardev=isa-serial0");
}

static void devices(void **state)
{
    (void)state;
    check_has("-c isa-serial", "-device isa-serial,index=0,chardev=isa-serial0");
    check_has("-c isa-serial,index=3", "-device isa-serial,chardev=isa-serial0,index=3");
    check_has("-c pci-serial,addr=5", "-device pci-serial,chardev=pci-serial0,addr=5");
    check_has("-M aarch64 -c virtio-serial-pci,id=q,max_ports=4/virtconsole,nr=2",
              "-device virtio-serial-pci,id=q,max_ports=4 "
              "-device virtconsole,bus=q.0,chardev=virtconsole0,nr=2");
}

/* Bridges pass their bus on by their id; chassis numbers differ. */
static void bridges(void **state)
{
    (void)state;
    check_has("-c pcie-root-port/virtconsole -c pcie-root-port/pci-serial",
              "-device pcie-root-port,id=pcie-root-port0,chassis=1 "
              "-device virtio-serial-pci,id=virtio-serial-pci0,bus=pcie-root-port0 "
              "-device pcie-root-port,id=pcie-root-port1,chassis=2 "
              "-device virtconsole,bus=virtio-serial-pci0.0,chardev=virtconsole0 "
              "-device pci-serial,bus=pcie-root-port1,chardev=pci-serial0");
    check_has("-M aarch64 -c pcie-root-port/pcie-pci-bridge/pci-serial-2x",
              "-device pcie-pci-bridge,id=pcie-pci-bridge0,bus=pcie-root-port0 "
              "-device pci-serial-2x,bus=pcie-pci-bridge0,addr=1,chardev1=pci-serial-2x0,"
              "chardev2=pci-serial-2x1");
    check_has("-M pc -c pci-bridge/pci-serial", "-device pci-bridge,id=pci-bridge0,chassis_nr=1 ");
    check_has("-M pc -c 2xpci-bridge/pci-serial -c pci-bridge/virtconsole",
              "-device virtio-serial-pci,id=virtio-serial-pci0,bus=pci-bridge0,addr=3 "
              "-device pci-serial,bus=pci-bridge0,addr=1,chardev=pci-serial0 "
              "-device pci-serial,bus=pci-bridge0,addr=2,chardev=pci-serial1 ");
    check_has("-M pc -c pci-bridge/pci-serial,addr=9",
              "bus=pci-bridge0,chardev=pci-serial0,addr=9");
    check_has("-M microvm -c pcie-root-port/virtconsole", "-M microvm,pcie=on ");
}

/* A hub's ports are ports of the controller's bus: port=HUB.PLACE. */
static void usb(void **state)
{
    (void)state;
    check_has("-c usb-serial", "-device qemu-xhci,id=qemu-xhci0 "
                               "-device usb-serial,bus=qemu-xhci0.0,always-plugged=on,chardev=");
    check_has("-M pc -c 3xpiix3-usb-uhci/usb-serial",
              "-device piix3-usb-uhci,id=piix3-usb-uhci1 -device usb-serial,bus=piix3-usb-uhci0.0");
    check_has("-c 2xusb-hub/usb-serial -c usb-hub/usb-hub/usb-serial",
              "-device usb-hub,id=usb-hub0,bus=qemu-xhci0.0,port=1 "
              "-device usb-hub,id=usb-hub1,bus=qemu-xhci0.0,port=1.3 "
              "-device usb-serial,bus=qemu-xhci0.0,port=1.1,always-plugged=on,chardev=usb-serial0 "
              "-device usb-serial,bus=qemu-xhci0.0,port=1.2,always-plugged=on,chardev=usb-serial1 "
              "-device usb-serial,bus=qemu-xhci0.0,port=1.3.1,always-plugged=on");
}

static void consoles_that_are_no_device(void **state)
{
    (void)state;
    check_has("-M riscv64 -c semihosting -a exit=3", "-append exit=3 semihosting=on linger=");
    check_has("-M riscv64 -c semihosting", "-semihosting-config enable=on,chardev=semihosting0");
    check_has("-c isa-debugcon,iobase=0xea", "-append debugcon=0xea linger=");
    check_has("-c isa-debugcon", "-append linger=");
}

/* A device that comes later is not on the command line, but its chardev is. */
static void devices_that_come_and_go(void **state)
{
    char out[8192], plug[] = "-c uart --plug virtconsole";

    (void)state;
    composed(plug, FOR_RUN, true, out, sizeof(out));
    assert_null(strstr(out, "-device virtconsole"));
    assert_non_null(strstr(out, "-chardev file,id=virtconsole0"));
    assert_non_null(strstr(out, "-device virtio-serial-pci,id=virtio-serial-pci0"));
    check_has("-c uart --unplug virtconsole", "-device virtconsole,id=virtconsole0,bus=");
}

static void backends(void **state)
{
    (void)state;
    check_has("-c uart:pipe", "-chardev pipe,id=uart0,path=uart0 ");
    check_has("-c uart:pty", "-chardev pty,id=uart0 ");
    check_has("-c uart:unix,logfile=x", "-chardev socket,id=uart0,fd=4,logfile=x ");
}

/* Nothing in the tables that the composer cannot make: every machine, every console. */
static void every_console_on_every_machine(void **state)
{
    (void)state;
    for (size_t m = 0; m < machine_count; m++) {
        for (size_t c = 0; c < console_kind_count; c++) {
            char args[128];
            if (!machine_can_have(&machines[m], &console_kinds[c]))
                continue;
            snprintf(args, sizeof(args), "-M %s -c %s", machines[m].name, console_kinds[c].name);
            check_has(args,
                      console_kinds[c].device ? console_kinds[c].device : console_kinds[c].option);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_run),
        cmocka_unit_test(a_whole_command_to_paste),
        cmocka_unit_test(words_for_the_guest),
        cmocka_unit_test(machines_and_their_parts),
        cmocka_unit_test(devices),
        cmocka_unit_test(bridges),
        cmocka_unit_test(usb),
        cmocka_unit_test(consoles_that_are_no_device),
        cmocka_unit_test(devices_that_come_and_go),
        cmocka_unit_test(backends),
        cmocka_unit_test(every_console_on_every_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
