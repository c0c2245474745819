# i386: 32-bit protected mode with PAE, booted through PVH: any CPU since the Pentium Pro.
# The cross compiler is there for its libgcc, which the host's own lacks for 32 bits;
# that we are not on Linux must be said, or newlib's headers expect its 64-bit files.
i386_CC := i686-linux-gnu-gcc
i386_TARGET := i686-elf
i386_CPU := -m32 -march=i686 -mgeneral-regs-only -fno-pic -fno-pie -fcf-protection=none -U__linux__
# No SSE: the stack needs no alignment to 16 bytes.
i386_CFLAGS := $(i386_CPU) -mpreferred-stack-boundary=2
i386_CLANG_CFLAGS := $(i386_CPU)
i386_LDFLAGS := -no-pie -z noexecstack
i386_PLATFORM := pc
i386_SOURCES := $(wildcard firmware/arch/common_x86/*.[cS])
i386_NEWLIB := source
i386_LD := linker/i386.ld
