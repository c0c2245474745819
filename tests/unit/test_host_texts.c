/*
 * What the host tool reads and shows: images, QEMU's messages and help, the live log.
 *
 * SPDX-License-Identifier: MIT
 */
#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "host-tools/hints.h"
#include "host-tools/image.h"
#include "host-tools/live.h"
#include "host-tools/qemu_binary.h"

/* --- Images ------------------------------------------------------------------------- */

static int check_image(const char *machine, const void *bytes, size_t len, struct problem *problem)
{
    char path[] = "/tmp/tutti-image-XXXXXX";
    int fd = mkstemp(path);

    assert_int_equal(write(fd, bytes, len), (ssize_t)len);
    close(fd);
    int result = image_check(path, machine_find(machine, strlen(machine)), problem);
    unlink(path);
    return result;
}

static void check_elf(const char *machine, uint16_t type, int expected)
{
    Elf64_Ehdr head = { .e_machine = type };
    struct problem problem = { 0 };

    memcpy(head.e_ident, ELFMAG, SELFMAG);
    head.e_ident[EI_DATA] = ELFDATA2LSB;
    head.e_ident[EI_CLASS] = ELFCLASS64;
    assert_int_equal(check_image(machine, &head, sizeof(head), &problem), expected);
    if (expected < 0)
        assert_non_null(strstr(problem.text, "an ELF for"));
}

static void elves_of_the_right_kind(void **state)
{
    (void)state;
    check_elf("q35", EM_X86_64, 0);
    check_elf("microvm", EM_386, 0);
    check_elf("q35", EM_AARCH64, -1);
    check_elf("aarch64", EM_AARCH64, 0);
    check_elf("arm", EM_AARCH64, -1);
    check_elf("riscv64-m", EM_RISCV, 0);
    check_elf("riscv64", EM_NONE, -1);
}

/* System V ABI, "Program Header": a segment lies at p_offset, p_filesz bytes long. */
static void elves_that_were_cut(void **state)
{
    struct {
        Elf64_Ehdr head;
        Elf64_Phdr segment;
        char bytes[100];
    } wide = { .head = { .e_machine = EM_X86_64,
                         .e_phoff = sizeof(Elf64_Ehdr),
                         .e_phnum = 1,
                         .e_phentsize = sizeof(Elf64_Phdr) },
               .segment = { .p_offset = sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr),
                            .p_filesz = 100 } };
    struct {
        Elf32_Ehdr head;
        Elf32_Phdr segment;
        char bytes[100];
    } narrow = { .head = { .e_machine = EM_386,
                           .e_phoff = sizeof(Elf32_Ehdr),
                           .e_phnum = 1,
                           .e_phentsize = sizeof(Elf32_Phdr) },
                 .segment = { .p_offset = sizeof(Elf32_Ehdr) + sizeof(Elf32_Phdr),
                              .p_filesz = 100 } };

    (void)state;
    memcpy(wide.head.e_ident, ELFMAG "\2\1", SELFMAG + 2);
    memcpy(narrow.head.e_ident, ELFMAG "\1\1", SELFMAG + 2);
    size_t wide_end = offsetof(typeof(wide), bytes) + 100;
    size_t narrow_end = offsetof(typeof(narrow), bytes) + 100;
    for (size_t len = 64; len <= wide_end; len++) {
        struct problem problem = { 0 };
        assert_int_equal(check_image("q35", &wide, len, &problem), len < wide_end ? -1 : 0);
        assert_true(len == wide_end || strstr(problem.text, "cut short"));
    }
    for (size_t len = 52; len <= narrow_end; len++) {
        struct problem problem = { 0 };
        assert_int_equal(check_image("q35", &narrow, len, &problem), len < narrow_end ? -1 : 0);
    }
}

/* Headers that lie: beyond every file, of another size. */
static void elves_that_lie(void **state)
{
    Elf64_Ehdr head = { .e_machine = EM_X86_64, .e_phnum = 65535, .e_phentsize = 56 };
    struct problem problem = { 0 };

    (void)state;
    memcpy(head.e_ident, ELFMAG "\2\1", SELFMAG + 2);
    head.e_phoff = UINT64_MAX - 100;
    assert_int_equal(check_image("q35", &head, sizeof(head), &problem), -1);
    head.e_phoff = 0;
    head.e_phentsize = 1;
    assert_int_equal(check_image("q35", &head, sizeof(head), &problem), -1);
}

static void what_is_no_image(void **state)
{
    struct problem problem = { 0 };
    unsigned char linux_kernel[1024] = { 0 };

    (void)state;
    assert_int_equal(check_image("q35", "", 0, &problem), -1);
    assert_non_null(strstr(problem.text, "not an ELF"));
    assert_int_equal(check_image("q35", "\177ELF", 4, &problem), -1);
    memcpy(linux_kernel + 0x202, "HdrS", 4);
    assert_int_equal(check_image("q35", linux_kernel, sizeof(linux_kernel), &problem), 0);
    assert_int_equal(check_image("arm", linux_kernel, sizeof(linux_kernel), &problem), -1);
    assert_int_equal(image_check("/nonexistent", &machines[0], &problem), -1);
    assert_int_equal(image_check("/", &machines[0], &problem), -1);
}

static bool wrote(const char *path, const char *log)
{
    return image_wrote(path, (const unsigned char *)log, strlen(log));
}

static void images_and_their_logs(void **state)
{
    char path[] = "/tmp/tutti-image-XXXXXX";
    int fd = mkstemp(path);

    (void)state;
    assert_int_equal(write(fd, "xx1234567yy", 11), 11);
    close(fd);
    assert_true(wrote(path, "000000 0.1 tutti: version=1 build=1234567\r\n"));
    assert_true(wrote(path, "000000 0.1 tutti: build=1234567 mode=x\r\nbuild=9"));
    assert_false(wrote(path, "000000 0.1 tutti: version=1 build=12345678\r\n"));
    assert_true(wrote(path, "000000 0.1 tutti: version=1\r\n000001 build=9\r\n"));
    assert_true(wrote(path, "000000 0.1 tutti: build="));
    assert_true(wrote(path, "000000 0.1 tutti: build=\r\n"));
    assert_true(image_wrote(path, NULL, 0));
    unlink(path);
}

/* --- QEMU's words --------------------------------------------------------------------- */

static void messages_and_what_they_mean(void **state)
{
    char line[128];
    static const char said[] =
        "char device redirected to /dev/pts/3 (label p)\n"
        "qemu-system-arm: -device frob: 'frob' is not a valid device model name\nmore\n";

    (void)state;
    hint_message(said, line, sizeof(line));
    assert_string_equal(line, "-device frob: 'frob' is not a valid device model name");
    assert_int_equal(hint_find(said)->status, EXIT_SKIPPED);
    assert_null(hint_find("all is well"));
    hint_message("one\ntwo\n\n", line, sizeof(line));
    assert_string_equal(line, "two");
    hint_message("", line, sizeof(line));
    assert_string_equal(line, "");
    hint_message(said, line, 8);
    assert_string_equal(line, "-device");
}

/* QEMU writes its lists in three ways. */
static void help_lists(void **state)
{
    (void)state;
    assert_true(qemu_help_has("name \"isa-serial\", bus ISA\n", "isa-serial"));
    assert_false(qemu_help_has("name \"isa-serial\", bus ISA\n", "serial"));
    assert_true(qemu_help_has("Available chardev backend types: \n  pty\n  file\n", "file"));
    assert_true(qemu_help_has("Supported machines are:\npc   Standard PC\nvirt  x\n", "virt"));
    assert_false(qemu_help_has("virt-2.6\n", "virt"));
    assert_false(qemu_help_has("", "virt"));
    assert_true(qemu_help_has("xfile\n  file", "file"));
}

/* --- The live log ------------------------------------------------------------------------ */

/* The last line of the head; what stands above it is for people. */
#define HEAD "[2] virtconsole:file\n"

/* Two consoles, the second one behind, and a banner before the first one's stream. */
struct live_fixture {
    struct tap taps[2];
    struct live live;
    char *text;
    size_t size;
};

static void set_tap(struct live_fixture *f, size_t i, const char *bytes)
{
    f->taps[i].bytes = (unsigned char *)(uintptr_t)bytes;
    f->taps[i].len = strlen(bytes);
    live_show(&f->live);
}

static void begin_live(struct live_fixture *f)
{
    static char uart[] = "uart", console[] = "virtconsole";
    static char *const labels[] = { uart, console };

    *f = (struct live_fixture){ 0 };
    for (size_t i = 0; i < 2; i++) {
        f->taps[i].backend = &backend_file;
        f->taps[i].shown = (char *)(uintptr_t) "file";
    }
    live_begin(&f->live, open_memstream(&f->text, &f->size), f->taps, labels, 2);
}

static void end_live(struct live_fixture *f, const char *expected)
{
    FILE *out = f->live.out;

    live_end(&f->live);
    fclose(out);
    const char *lines = strstr(f->text, HEAD);
    assert_non_null(lines);
    assert_string_equal(lines + strlen(HEAD), expected);
    free(f->text);
}

static void a_mark_for_each_console_that_has_the_line(void **state)
{
    struct live_fixture f;

    (void)state;
    begin_live(&f);
    set_tap(&f, 1, "000000 a\r\n00");
    set_tap(&f, 0, "\r\nOpenSBI\r\n000000 a\r\n000001 b\r\n");
    set_tap(&f, 1, "000000 a\r\n000001 b\r\n000002 c");
    end_live(&f, "[.2] 000000 a\n[1.] 000001 b\n[.2] 000002 c\n");
}

static void escapes_are_made_visible(void **state)
{
    struct live_fixture f;

    (void)state;
    begin_live(&f);
    set_tap(&f, 0, "a\033[2J\x80\tb\r\n");
    end_live(&f, "[1.] a\\x1b[2J\\x80\tb\n");
}

static void nothing_at_all(void **state)
{
    struct live_fixture f;

    (void)state;
    begin_live(&f);
    live_show(&f.live);
    end_live(&f, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elves_of_the_right_kind),
        cmocka_unit_test(elves_that_were_cut),
        cmocka_unit_test(elves_that_lie),
        cmocka_unit_test(what_is_no_image),
        cmocka_unit_test(images_and_their_logs),
        cmocka_unit_test(messages_and_what_they_mean),
        cmocka_unit_test(help_lists),
        cmocka_unit_test(a_mark_for_each_console_that_has_the_line),
        cmocka_unit_test(escapes_are_made_visible),
        cmocka_unit_test(nothing_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
