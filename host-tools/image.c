/*
 * The image that the guest boots.
 *
 * SPDX-License-Identifier: MIT
 */
#include "host-tools/image.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host-tools/elf_extent.h"
#include "host-tools/strbuf.h"

/* The folder of this program, without a slash at its end; owned by the caller. */
static char *own_folder(void)
{
    char path[4096];
    ssize_t len = readlink("/proc/self/exe", path, sizeof(path));

    while (len > 0 && path[len - 1] != '/')
        len--;
    return len > 1 ? must_strndup(path, (size_t)len - 1) : must_strdup(".");
}

char *image_default(const struct machine *machine)
{
    const char *build = getenv("TUTTI_BUILD_DIR");
    char *folder = build && *build ? must_strdup(build) : own_folder();
    struct strbuf path = { 0 };

    strbuf_printf(&path, "%s/%s/%s", folder, machine->arch, machine->image);
    free(folder);
    return path.text;
}

/* As much of a file as tells what it is: the Linux x86 boot protocol's magic lies at 0x202. */
#define HEAD_SIZE 1024

static const struct {
    const char *arch;
    size_t at;
    const char *magic;
} linux_images[] = {
    { "x86_64", 0x202, "HdrS" },       /* Documentation/x86/boot.rst, "header"   */
    { "aarch64", 56, "ARM\x64" },      /* Documentation/arm64/booting.rst, §4    */
    { "arm", 36, "\x18\x28\x6f\x01" }, /* zImage                                 */
    { "riscv64", 56, "RSC\x05" },      /* Documentation/riscv/boot-image-header  */
};

static bool is_linux(const unsigned char *head, const char *arch)
{
    for (size_t i = 0; i < sizeof(linux_images) / sizeof(linux_images[0]); i++)
        if (strcmp(linux_images[i].arch, arch) == 0 &&
            memcmp(head + linux_images[i].at, linux_images[i].magic, 4) == 0)
            return true;
    return false;
}

static const char *elf_machine_name(unsigned machine, unsigned char class)
{
    switch (machine) {
    case EM_386:
        return "i386";
    case EM_X86_64:
        return "x86_64";
    case EM_ARM:
        return "arm";
    case EM_AARCH64:
        return "aarch64";
    case EM_RISCV:
        return class == ELFCLASS32 ? "riscv32" : "riscv64";
    default:
        return "another machine";
    }
}

/* e_machine, in the file's own byte order: it stands at 18 in both classes. */
static unsigned elf_machine(const unsigned char *head)
{
    bool is_big = head[EI_DATA] == ELFDATA2MSB;

    return is_big ? (unsigned)(head[18] << 8 | head[19]) : (unsigned)(head[19] << 8 | head[18]);
}

static int check_head(const unsigned char *head, size_t len, const char *path,
                      const struct machine *machine, struct problem *problem)
{
    if (is_linux(head, machine->arch))
        return 0;
    if (len < sizeof(Elf32_Ehdr) || memcmp(head, ELFMAG, SELFMAG) != 0)
        return problem_set(problem, EXIT_IMPOSSIBLE,
                           "%s: not an ELF, nor a Linux kernel image for %s", path, machine->arch);
    bool is_class = !machine->elf_class || machine->elf_class == head[EI_CLASS];
    for (size_t i = 0; i < MACHINE_ELF_KINDS && is_class; i++)
        if (machine->elf[i] && machine->elf[i] == elf_machine(head))
            return 0;
    return problem_set(problem, EXIT_IMPOSSIBLE, "%s: an ELF for %s, but the machine %s needs %s",
                       path, elf_machine_name(elf_machine(head), head[EI_CLASS]), machine->name,
                       machine->arch);
}

/* QEMU itself says nothing about an ELF that was cut, on some machines. */
static int check_extent(int fd, const unsigned char *head, const char *path,
                        struct problem *problem)
{
    struct stat stat_of;
    bool is_known = memcmp(head, ELFMAG, SELFMAG) == 0 && head[EI_DATA] == ELFDATA2LSB;

    if (!is_known || fstat(fd, &stat_of) < 0 || !S_ISREG(stat_of.st_mode) ||
        elf_extent(fd) <= (uint64_t)stat_of.st_size)
        return 0;
    return problem_set(problem, EXIT_IMPOSSIBLE,
                       "%s: cut short: its ELF headers speak of more than its %lld bytes", path,
                       (long long)stat_of.st_size);
}

int image_check(const char *path, const struct machine *machine, struct problem *problem)
{
    unsigned char head[HEAD_SIZE] = { 0 };
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 ? -1 : read(fd, head, sizeof(head));

    int result = len < 0 ? problem_set(problem, EXIT_IMPOSSIBLE, "-k \"%s\": cannot be read: %s",
                                       path, strerror(errno))
                         : check_head(head, (size_t)len, path, machine, problem);
    if (result == 0)
        result = check_extent(fd, head, path, problem);
    if (fd >= 0)
        close(fd);
    return result;
}

/* The value of build= in the first line; its length is 0 when there is none. */
static const char *build_id(const unsigned char *log, size_t len, size_t *id_len)
{
    static const char key[] = " build=";
    const char *end = len ? memchr(log, '\r', len) : NULL;
    const char *line = (const char *)log;
    const char *id = end ? memmem(line, (size_t)(end - line), key, strlen(key)) : NULL;

    *id_len = 0;
    if (!id)
        return NULL;
    id += strlen(key);
    while (id + *id_len < end && id[*id_len] != ' ')
        ++*id_len;
    return id;
}

bool image_wrote(const char *path, const unsigned char *log, size_t len)
{
    size_t id_len;
    const char *id = build_id(log, len, &id_len);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat stat;
    bool is_there = true;

    if (id_len && fd >= 0 && fstat(fd, &stat) == 0 && stat.st_size > 0) {
        size_t size = (size_t)stat.st_size;
        void *image = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
        is_there = image == MAP_FAILED || memmem(image, size, id, id_len);
        if (image != MAP_FAILED)
            munmap(image, size);
    }
    if (fd >= 0)
        close(fd);
    return is_there;
}
