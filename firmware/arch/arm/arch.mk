# 32-bit Arm, ARMv7-A: QEMU's virt machine with -cpu cortex-a7, cortex-a15 or max.
# SPDX-License-Identifier: MIT

arm_CC := arm-none-eabi-gcc
arm_TARGET := arm-none-eabi
# Soft float: the FPU is off when we start, and nothing needs it.  Aligned accesses only: a CPU
# without large addresses runs with its MMU off, where unaligned ones fault.
arm_CFLAGS := -march=armv7-a -mthumb -mfloat-abi=soft -mno-unaligned-access
arm_PLATFORM := virt
arm_NEWLIB := debian
arm_NEWLIB_INCLUDE = -isystem $(shell arm-none-eabi-gcc -print-sysroot 2>/dev/null || true)/include \
    -isystem /usr/include/newlib
arm_NEWLIB_LINK := -lc_nano
arm_SOURCES := $(wildcard firmware/arch/common_arm/*.c)
arm_LD := linker/arm.ld
