# x86_64: long mode, booted through PVH.  The host's own gcc builds it.  SSE is on, for the
# C library, but our own code has no use for it.
x86_64_CC := gcc
x86_64_TARGET := x86_64-elf
x86_64_CFLAGS := -m64 -march=x86-64 -mcmodel=small -mno-red-zone -mgeneral-regs-only -fno-pic -fno-pie \
    -fcf-protection=none
x86_64_LDFLAGS := -no-pie -z noexecstack
x86_64_PLATFORM := pc
x86_64_SOURCES := $(wildcard firmware/arch/common_x86/*.[cS])
x86_64_NEWLIB := source
x86_64_LD := linker/x86_64.ld
