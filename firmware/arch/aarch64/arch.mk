# AArch64: QEMU's virt machine with any 64-bit -cpu.
# SPDX-License-Identifier: MIT

aarch64_CC := aarch64-linux-gnu-gcc
aarch64_TARGET := aarch64-elf
# Outline atomics would call a run-time library that asks Linux what the CPU can do.
aarch64_CFLAGS := -march=armv8-a -mgeneral-regs-only -mno-outline-atomics -fno-pic -fno-pie -no-pie
aarch64_CLANG_CFLAGS := -march=armv8-a -mgeneral-regs-only -mno-outline-atomics -fno-pic
aarch64_PLATFORM := virt
aarch64_NEWLIB := source
aarch64_SOURCES := $(wildcard firmware/arch/common_arm/*.c)
aarch64_LD := linker/aarch64.ld
