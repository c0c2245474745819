/*
 * Short chardevs written out, and QEMU's command lines split.
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

#include "host-tools/chardev_short.h"
#include "host-tools/qemu_cmdline.h"

static void check(const char *text, const char *expected)
{
    struct problem problem = { 0 };
    struct strbuf words = { 0 };
    bool is_monitored;
    int result = chardev_short_expand(text, "c", &words, &is_monitored, &problem);

    if (!expected) {
        assert_int_equal(result, -1);
        assert_int_equal(problem.status, EXIT_USAGE);
    } else {
        if (result < 0 || strcmp(words.text, expected) != 0)
            fail_msg("%s: %s, expected %s", text, result < 0 ? problem.text : words.text, expected);
        assert_int_equal(is_monitored, strncmp(text, "mon:", 4) == 0);
    }
    strbuf_free(&words);
}

static void every_form(void **state)
{
    (void)state;
    check("null", "null,id=c");
    check("stdio", "stdio,id=c");
    check("mon:stdio", "stdio,id=c,mux=on,signal=off");
    check("mon:pty", "pty,id=c,mux=on");
    check("pty:/tmp/l", "pty,id=c,path=/tmp/l");
    check("vc", "vc,id=c");
    check("vc:80Cx24C", "vc,id=c,cols=80,rows=24");
    check("vc:800x600", "vc,id=c,width=800,height=600");
    check("file:a,b", "file,id=c,path=a,,b");
    check("pipe:p", "pipe,id=c,path=p");
    check("unix:/tmp/s", "socket,id=c,path=/tmp/s");
    check("unix:a,,b,server", "socket,id=c,path=a,,b,server=on");
    check("unix:p,server,nowait", "socket,id=c,path=p,server=on,wait=off");
    check("tcp:h:1,server=on,wait=off", "socket,id=c,host=h,port=1,server=on,wait=off");
    check("tcp::1,nodelay", "socket,id=c,host=,port=1,delay=off");
    check("telnet:h:1", "socket,id=c,host=h,port=1,telnet=on");
    check("websocket::1,server", "socket,id=c,host=,port=1,server=on,websocket=on");
    check("tn3270:h:1", "socket,id=c,host=h,port=1,tn3270=on");
    check("udp:h:1", "udp,id=c,host=h,port=1");
    check("udp::1@l:2", "udp,id=c,host=,port=1,localaddr=l,localport=2");
    check("/dev/ttyS0", "serial,id=c,path=/dev/ttyS0");
    check("/dev/parport0", "parallel,id=c,path=/dev/parport0");
    check("mon:telnet::1,server", "socket,id=c,host=,port=1,server=on,telnet=on,mux=on");
}

static void what_is_none(void **state)
{
    static const char *const bad[] = {
        "",      "frob",  "nullx", "file:", "file",        "tcp:",     "tcp:1",  "tcp:h:", "udp:h",
        "unix:", "vc:80", "vc:x",  "mon:",  "mon:mon:pty", "udp:h:1@", "stdio:", "/ev",    "con:",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        check(bad[i], NULL);
}

/* --- Command lines ------------------------------------------------------------------------ */

static void split(void **state)
{
    char *words[] = { "qemu-system-arm", "--nographic", "-M",  "virt,secure=on",
                      "disk.img",        "-serial",     "pty", NULL };
    struct problem problem = { 0 };
    struct qemu_cmdline line;
    size_t len;

    (void)state;
    assert_int_equal(qemu_cmdline_read(words, &line, &problem), 0);
    assert_string_equal(line.program, "qemu-system-arm");
    assert_int_equal(line.count, 4);
    assert_string_equal(line.options[0].name, "nographic");
    assert_null(line.options[0].value);
    assert_null(line.options[2].name);
    assert_string_equal(line.options[2].value, "disk.img");
    assert_string_equal(qemu_cmdline_value(&line, "serial"), "pty");
    assert_int_equal(qemu_cmdline_count(&line, "nographic"), 1);
    assert_memory_equal(qemu_cmdline_machine(&line, &len), "virt", 4);
    assert_int_equal(len, 4);
    qemu_cmdline_free(&line);
}

static void a_value_is_missing(void **state)
{
    char *words[] = { "-nographic", "-serial", NULL }, *none[] = { NULL };
    struct problem problem = { 0 };
    struct qemu_cmdline line;
    size_t len;

    (void)state;
    assert_int_equal(qemu_cmdline_read(words, &line, &problem), -1);
    assert_non_null(strstr(problem.text, "-serial needs a value"));
    qemu_cmdline_free(&line);
    assert_int_equal(qemu_cmdline_read(none, &line, &problem), 0);
    assert_null(line.program);
    assert_string_equal(qemu_cmdline_machine(&line, &len), "");
    qemu_cmdline_free(&line);
}

static void check_value(const char *list, const char *key, const char *expected)
{
    size_t len;
    const char *value = qemu_list_value(list, key, &len);

    if (!expected) {
        assert_null(value);
        return;
    }
    assert_int_equal(len, strlen(expected));
    assert_memory_equal(value, expected, len);
}

static void comma_lists(void **state)
{
    (void)state;
    check_value("file,id=c,path=a,,b,append=on", "path", "a,,b");
    check_value("file,id=c,id=d", "id", "d");
    check_value("file,xid=c", "id", NULL);
    check_value("id=", "id", "");
    check_value("", "id", NULL);
    check_value("id", "id", NULL);
    check_value(",,id=x", "id", NULL);
    assert_true(qemu_list_is_on("socket,server", "server"));
    assert_true(qemu_list_is_on("socket,server=on", "server"));
    assert_false(qemu_list_is_on("socket,server=off", "server"));
    assert_false(qemu_list_is_on("socket,server=on,server=off", "server"));
    assert_false(qemu_list_is_on("socket,xserver", "server"));
}

static void check_driver(const char *value, const char *expected)
{
    char *driver = qemu_device_driver(value);

    assert_string_equal(driver, expected);
    free(driver);
}

static void drivers_of_devices(void **state)
{
    (void)state;
    check_driver("isa-serial", "isa-serial");
    check_driver("isa-serial,index=1", "isa-serial");
    check_driver("driver=isa-serial,index=1", "isa-serial");
    check_driver("{\"driver\":\"isa-serial\",\"index\":1}", "isa-serial");
    check_driver("{\"driver\":7}", "");
    check_driver("{", "");
    check_driver("", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form),  cmocka_unit_test(what_is_none),
        cmocka_unit_test(split),       cmocka_unit_test(a_value_is_missing),
        cmocka_unit_test(comma_lists), cmocka_unit_test(drivers_of_devices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
