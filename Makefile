# tutti: one log on every console, and the proof of it.
#
# One make process, one file, read from top to bottom: tools, architectures,
# objects, rules, run, test, help.  `make help` lists the targets.
#
# SPDX-License-Identifier: MIT

MAKEFLAGS += --no-builtin-rules --no-builtin-variables
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

V ?= 0
Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),@:,@printf '  %-8s %s\n' $(1) $(2))

# --- Settings -----------------------------------------------------------------------------------

BUILD ?= build
VERSION := 0.1.0
LOG_RING_SIZE ?= 1048576
CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/tutti
QEMU_DIR ?=
USB ?= 1

# --- Tools and packages -------------------------------------------------------------------------

CC := gcc
CLANG := clang
AR := ar

RUN_PACKAGES := gcc libc6-dev binutils xz-utils pkg-config newlib-source \
    qemu-system-x86 libuv1-dev libjansson-dev libpcre2-dev libcyaml-dev libxml2-dev zlib1g-dev libwebsockets-dev
CHECK_PACKAGES := gcc-aarch64-linux-gnu gcc-arm-none-eabi libnewlib-arm-none-eabi \
    gcc-riscv64-unknown-elf gcc-i686-linux-gnu qemu-system-arm qemu-system-misc libcmocka-dev \
    clang clang-format cppcheck \
    socat tio picocom minicom inetutils-telnet netcat-openbsd python3-websocket

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes
WERROR ?= -Werror

.PHONY: need-run need-all
need-run:
	@.ci/install-packages $(RUN_PACKAGES)
need-all: | need-run
	@.ci/install-packages $(CHECK_PACKAGES)

# --- Architectures: one folder each, with an arch.mk ----------------------------------------------

ARCHES := $(patsubst firmware/arch/%/arch.mk,%,$(wildcard firmware/arch/*/arch.mk))
include $(wildcard firmware/arch/*/arch.mk)

# A stamp of the sources, in the log's first record: the host tool compares it with the image's.
FIRMWARE_FILES := $(sort $(wildcard firmware/*.[ch] firmware/*/*.[ch] firmware/*/*/*.[chS] \
    drivers/*.[ch] drivers/*/*.[ch] linker/*.ld firmware/arch/*/arch.mk))
BUILD_ID = $(eval BUILD_ID := $$(shell cat $(FIRMWARE_FILES) | cksum | cut -d' ' -f1))$(BUILD_ID)

# A small image, which is also soon translated: QEMU pays for each block of code once.  With
# -flto the compiler sees all files at once when it links.
FIRMWARE_SMALL := -Oz -flto -flto-partition=one
FIRMWARE_CFLAGS := -std=gnu17 -ffreestanding -g -ffunction-sections -fdata-sections \
    -fno-stack-protector -fno-common -fno-asynchronous-unwind-tables -nostdinc \
    $(WARNINGS) $(WERROR) -I. -DLOG_RING_SIZE=$(LOG_RING_SIZE)u -DTUTTI_VERSION='"$(VERSION)"' \
    $(if $(filter 0,$(USB)),-DWITHOUT_USB)

NEWLIB_CONFIGURE := --disable-newlib-supplied-syscalls --disable-libgloss --disable-multilib \
    --disable-nls --enable-newlib-nano-malloc --enable-newlib-nano-formatted-io \
    --enable-newlib-reent-small --disable-newlib-fvwrite-in-streamio \
    --disable-newlib-wide-orient --disable-newlib-io-float --disable-newlib-unbuf-stream-opt \
    --enable-lite-exit MAKEINFO=true

# $(call write_if_changed,TEXT): a file whose time changes only when its text does.
write_if_changed = mkdir -p $(@D); printf '%s\n' $(1) | cmp -s - $@ || printf '%s\n' $(1) > $@

.PHONY: FORCE
FORCE:

# Where newlib is installed: the cache, keyed by everything that goes into it.
newlib_key = $(shell printf '%s' '$($(1)_CC) $($(1)_TARGET) $($(1)_CFLAGS) $(NEWLIB_CONFIGURE) 4' | cksum | cut -d' ' -f1)
newlib_cflags = -Os -g0 -ffunction-sections -fdata-sections $(filter-out -mgeneral-regs-only,$($(1)_CFLAGS))

define ARCH_RULES
$(1)_OUT := $$(BUILD)/$(1)
$(1)_IMAGES ?= firmware.elf
$(1)_SRC := $$(wildcard firmware/*.c firmware/arch/$(1)/*.[cS] firmware/platform/*.c \
    firmware/platform/$$($(1)_PLATFORM)/*.c drivers/*.c drivers/*/*.c) $$($(1)_SOURCES)
$(1)_OBJ := $$(patsubst %,$$($(1)_OUT)/%.o,$$(patsubst %.c,%,$$($(1)_SRC)))
$(1)_NEED := $$(if $$(filter x86_64,$(1)),need-run,need-all)

ifeq ($$($(1)_NEWLIB),source)
$(1)_LIBC := $$(CACHE)/newlib-$(1)-$$(call newlib_key,$(1))/lib/libc.a
$(1)_LIBC_INCLUDE := -isystem $$(dir $$($(1)_LIBC))../include
$(1)_LIBC_LINK := $$($(1)_LIBC)
else
$(1)_LIBC_INCLUDE = $$($(1)_NEWLIB_INCLUDE)
$(1)_LIBC_LINK = $$($(1)_NEWLIB_LINK)
endif

$$($(1)_OUT)/flags: FORCE
	@$$(call write_if_changed,'$$($(1)_CC) $$($(1)_CFLAGS) $$(FIRMWARE_SMALL) $$(FIRMWARE_CFLAGS)')

# drivers/ gets the compiler's own headers and no C library's: the layer table, kept by force.
$$($(1)_OUT)/drivers/%.o $$($(1)_OUT)/clang/drivers/%.ok: $(1)_LIBC_INCLUDE :=

$$($(1)_OUT)/%.o: %.c $$($(1)_OUT)/flags $$($(1)_LIBC) | $$($(1)_NEED)
	$$(call say,CC,$$@)
	@mkdir -p $$(@D)
	$$(Q)$$($(1)_CC) $$(FIRMWARE_SMALL) $$(FIRMWARE_CFLAGS) $$($(1)_CFLAGS) \
	    -isystem $$$$($$($(1)_CC) -print-file-name=include) $$($(1)_LIBC_INCLUDE) -MMD -MP -c -o $$@ $$<

$$($(1)_OUT)/%.S.o: %.S $$($(1)_OUT)/flags | $$($(1)_NEED)
	$$(call say,AS,$$@)
	@mkdir -p $$(@D)
	$$(Q)$$($(1)_CC) $$($(1)_CFLAGS) -I. -g -MMD -MP -c -o $$@ $$<

# The build id changes with every source, so only the file that prints it is told.
$$($(1)_OUT)/build_id.h: $$(FIRMWARE_FILES)
	@$$(call write_if_changed,'#define TUTTI_BUILD "$$(BUILD_ID)"')
$$($(1)_OUT)/firmware/main.o: $$($(1)_OUT)/build_id.h
$$($(1)_OUT)/firmware/main.o: FIRMWARE_CFLAGS += -include $$($(1)_OUT)/build_id.h

# An image: the ELF with what is for a debugger (.debug), its map, its disassembly, a line with
# its size; and the ELF to boot, without symbols, because QEMU would read and sort them.
$$(addprefix $$($(1)_OUT)/,$$($(1)_IMAGES:.elf=.debug)): $$($(1)_OUT)/%.debug: $$($(1)_OBJ) $$($(1)_LD)
	$$(call say,LINK,$$@)
	$$(Q)$$($(1)_CC) $$(FIRMWARE_SMALL) $$($(1)_CFLAGS) -static -nostartfiles -nostdlib -Wl,--gc-sections \
	    -Wl,--build-id=none -Wl,--no-warn-rwx-segments -Wl,-z,max-page-size=4096 -Wl,-Map=$$(@:.debug=.map) \
	    $$($(1)_LDFLAGS) $$($(1)_LDFLAGS_$$*.elf) -T $$($(1)_LD) -o $$@ $$($(1)_OBJ) \
	    -Wl,--start-group $$($(1)_LIBC_LINK) -lgcc -Wl,--end-group
	$$(Q)$$(or $$($(1)_OBJDUMP),$$(patsubst %gcc,%objdump,$$($(1)_CC))) -d $$@ > $$(@:.debug=.lst)
	$$(Q)$$(or $$($(1)_SIZE),$$(patsubst %gcc,%size,$$($(1)_CC))) $$@ | tail -n 1 | awk '{ \
	    printf "  %-8s %s: text %d, data %d, bss %d; loaded %d bytes\n", "SIZE", "$$(@:.debug=.elf)", $$$$1, $$$$2, $$$$3, $$$$1 + $$$$2 }' \
	    | tee $$(@:.debug=.size)

$$(addprefix $$($(1)_OUT)/,$$($(1)_IMAGES)): %.elf: %.debug
	$$(Q)$$(or $$($(1)_OBJCOPY),$$(patsubst %gcc,%objcopy,$$($(1)_CC))) --strip-all $$< $$@

ifeq ($$($(1)_NEWLIB),source)
$$($(1)_LIBC): | $$($(1)_NEED)
	$$(call say,NEWLIB,'$(1): built once into $$(CACHE)')
	$$(Q)rm -rf $$($(1)_OUT)/newlib && mkdir -p $$($(1)_OUT)/newlib/build $$(CACHE)
	$$(Q)tar -xJf /usr/src/newlib/newlib-*.tar.xz -C $$($(1)_OUT)/newlib --strip-components=1
	$$(Q)cd $$($(1)_OUT)/newlib/build && { ../configure --target=$$($(1)_TARGET) --prefix=$$$$PWD/../out \
	    $$(NEWLIB_CONFIGURE) CC_FOR_TARGET='$$($(1)_CC)' AR_FOR_TARGET=ar RANLIB_FOR_TARGET=ranlib \
	    AS_FOR_TARGET='$$($(1)_CC) -c' LD_FOR_TARGET=ld NM_FOR_TARGET=nm CFLAGS_FOR_TARGET='$$(call newlib_cflags,$(1))' && \
	    $$(MAKE) -j2 MAKEFLAGS= all-target-newlib && $$(MAKE) MAKEFLAGS= install-target-newlib; } > ../log 2>&1 \
	    || { tail -n 20 ../log; echo "newlib for $(1) did not build: $$($(1)_OUT)/newlib/log"; exit 1; }
	$$(Q)rm -rf $$(patsubst %/lib/libc.a,%,$$@).new && \
	    cp -r $$($(1)_OUT)/newlib/out/$$($(1)_TARGET) $$(patsubst %/lib/libc.a,%,$$@).new && \
	    rm -rf $$(patsubst %/lib/libc.a,%,$$@) && mv -T $$(patsubst %/lib/libc.a,%,$$@).new $$(patsubst %/lib/libc.a,%,$$@)
	$$(Q)rm -rf $$($(1)_OUT)/newlib && touch $$@
endif

.PHONY: firmware-$(1) clang-$(1)
firmware-$(1): $$(addprefix $$($(1)_OUT)/,$$($(1)_IMAGES))  ## firmware of one architecture

# The same sources through clang, warnings as errors; nothing is linked.
clang-$(1): $$(patsubst %,$$($(1)_OUT)/clang/%.ok,$$(filter %.c,$$($(1)_SRC)))
$$($(1)_OUT)/clang/%.ok: % $$($(1)_OUT)/flags $$($(1)_OUT)/build_id.h $$($(1)_LIBC) | need-all
	$$(call say,CLANG,'$(1) $$<')
	@mkdir -p $$(@D)
	$$(Q)$$(CLANG) --target=$$(or $$($(1)_CLANG_TARGET),$$($(1)_TARGET)) -O1 $$(FIRMWARE_CFLAGS) -include $$($(1)_OUT)/build_id.h \
	    $$(or $$($(1)_CLANG_CFLAGS),$$($(1)_CFLAGS)) \
	    -isystem $$$$($$(CLANG) -print-resource-dir)/include $$($(1)_LIBC_INCLUDE) -MMD -MP -MF $$(@:.ok=.d) -MT $$@ -c -o $$(@:.ok=.o) $$<
	@touch $$@

-include $$($(1)_OBJ:.o=.d) $$(patsubst %,$$($(1)_OUT)/clang/%.d,$$($(1)_SRC))
endef
$(foreach arch,$(ARCHES),$(eval $(call ARCH_RULES,$(arch))))

# --- The host tool --------------------------------------------------------------------------------

HOST_LIBS := libuv jansson libpcre2-8 libcyaml libxml-2.0 zlib libwebsockets
pkg = $(eval $(1) := $$(shell pkg-config $(2) $(HOST_LIBS)))$($(1))
HOST_LIB_CFLAGS = $(call pkg,HOST_LIB_CFLAGS,--cflags)
HOST_LIB_LDLIBS = $(call pkg,HOST_LIB_LDLIBS,--libs)
HOST_CFLAGS := -std=gnu17 -O2 -g $(WARNINGS) $(WERROR) -D_GNU_SOURCE -I. \
    -DTUTTI_VERSION='"$(VERSION)"'

HOST_SRC := $(wildcard host-tools/*.c host-tools/*/*.c)
HOST_OBJ := $(HOST_SRC:%.c=$(BUILD)/host/%.o)

$(BUILD)/host/flags: FORCE
	@$(call write_if_changed,'$(CC) $(HOST_CFLAGS)')

$(BUILD)/host/%.o: %.c $(BUILD)/host/flags | need-run
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(HOST_CFLAGS) $(HOST_LIB_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tutti: $(HOST_OBJ)
	$(call say,LINK,$@)
	$(Q)$(CC) -o $@ $^ $(HOST_LIB_LDLIBS)

-include $(HOST_OBJ:.o=.d)

# --- Unit tests: everything again for the host, under the sanitizers --------------------------------

# What needs no CPU of its own: all drivers, and the firmware but for its entry and C library glue.
TEST_FIRMWARE_SRC := $(filter-out firmware/main.c firmware/syscalls.c,$(wildcard firmware/*.c)) \
    $(wildcard firmware/platform/*/*.c)
TEST_DRIVER_SRC := $(wildcard drivers/*.c drivers/*/*.c)
TEST_FAKE_SRC := $(wildcard tests/fakes/*.c)
TEST_HOST_SRC := $(filter-out host-tools/main.c,$(HOST_SRC))
TEST_SRC := $(wildcard tests/unit/test_*.c)
TESTS := $(TEST_SRC:%.c=$(BUILD)/%)

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
TEST_CFLAGS := -std=gnu17 -O1 -g $(WARNINGS) $(WERROR) $(SANITIZE) -D_GNU_SOURCE -I. \
    -DLOG_RING_SIZE=65536u -DTUTTI_VERSION='"$(VERSION)"'
TEST_DIR := $(BUILD)/sanitized

$(TEST_DIR)/flags: FORCE
	@$(call write_if_changed,'$(CC) $(TEST_CFLAGS)')

$(TEST_DIR)/%.o: %.c $(TEST_DIR)/flags | need-all
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(TEST_CFLAGS) $(HOST_LIB_CFLAGS) -MMD -MP -c -o $@ $<

objects = $(1:%.c=$(TEST_DIR)/%.o)
$(TEST_DIR)/libguest.a: $(call objects,$(TEST_DRIVER_SRC) $(TEST_FIRMWARE_SRC))
$(TEST_DIR)/libhost.a: $(call objects,$(TEST_HOST_SRC))
$(TEST_DIR)/libfakes.a: $(call objects,$(TEST_FAKE_SRC))
$(TEST_DIR)/lib%.a:
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

# A test links the half that it is about: the host tool's if it includes that, else the guest's.
$(BUILD)/tests/unit/%: $(TEST_DIR)/tests/unit/%.o $(TEST_DIR)/libguest.a $(TEST_DIR)/libhost.a $(TEST_DIR)/libfakes.a
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)if grep -q '"host-tools/' tests/unit/$*.c; then half=host libs='$(HOST_LIB_LDLIBS)'; else half=guest libs=; fi; \
	    $(CC) $(SANITIZE) -o $@ $< $(TEST_DIR)/libfakes.a $(TEST_DIR)/lib$$half.a $(TEST_DIR)/libfakes.a $$libs -lcmocka

-include $(patsubst %.o,%.d,$(call objects,$(TEST_SRC) $(TEST_DRIVER_SRC) $(TEST_FIRMWARE_SRC) $(TEST_HOST_SRC) $(TEST_FAKE_SRC)))
.SECONDARY:

# --- Targets ----------------------------------------------------------------------------------------

.PHONY: all run check firmware tutti unit boot clients lint lint-layers lint-format lint-analysis format cites bench clang qemu-next size clean distclean help

all: firmware tutti ## everything that is built: firmware of every architecture, the host tool

firmware: $(addprefix firmware-,$(ARCHES)) ## build/<arch>/firmware.elf for every architecture

tutti: $(BUILD)/tutti ## the host tool

RUN = TUTTI_BUILD_DIR=$(BUILD) $(if $(QEMU_DIR),QEMU_DIR=$(QEMU_DIR)) $(BUILD)/tutti

run: firmware-x86_64 tutti ## boot x86_64, show the log on several consoles, and prove it
	$(Q)$(RUN) run --live

check: need-all ## everything: lints, unit tests, both compilers, the boot matrix
	$(Q)BUILD=$(BUILD) MAKE='$(MAKE)' tests/check.sh

unit: $(TESTS) ## unit tests, under the address and undefined-behaviour sanitizers
	$(Q)BUILD=$(BUILD) tests/unit.sh $(TESTS)

# On a shared machine one boot at a time: a starved guest is slow enough to be taken for a broken one.
MATRIX ?= $(wildcard tests/boot/*.yaml)
boot: all ## the boot matrix: every machine, console and backend, on real QEMU (MATRIX=FILE...)
	$(Q)$(RUN) test $(if $(CI),-j 1) $(MATRIX)

clients: firmware-x86_64 tutti ## real programs read the log: socat, tio, picocom, minicom, telnet, nc (CLIENTS=NAME...)
	$(Q)BUILD=$(BUILD) tests/clients.sh $(CLIENTS)

clang: $(addprefix clang-,$(ARCHES)) $(HOST_SRC:%.c=$(BUILD)/clang/%.ok) ## every source through clang, warnings are errors

$(BUILD)/clang/%.ok: %.c $(BUILD)/host/flags | need-all
	$(call say,CLANG,$<)
	@mkdir -p $(@D)
	$(Q)$(CLANG) -O1 $(HOST_CFLAGS) $(HOST_LIB_CFLAGS) -MMD -MP -MF $(@:.ok=.d) -MT $@ -c -o $(@:.ok=.o) $<
	@touch $@
-include $(HOST_SRC:%.c=$(BUILD)/clang/%.d)

ALL_C := $(wildcard drivers/*.[ch] drivers/*/*.[ch] firmware/*.[ch] firmware/*/*.[ch] firmware/*/*/*.[ch] \
    host-tools/*.[ch] host-tools/*/*.[ch] tests/*/*.[ch])

lint: lint-layers lint-format lint-analysis ## the layer table, the format of the sources, static analysis

lint-layers:
	$(Q)tests/lint/layers.sh
lint-format: need-all
	$(Q)clang-format --dry-run --Werror $(ALL_C) && echo "ok format: $(words $(ALL_C)) files"
lint-analysis: need-all
	$(Q)tests/lint/analyse.sh $(BUILD)

format: need-all ## put the sources into the house format
	$(Q)clang-format -i $(ALL_C)

cites: ## rule -> code -> test: which sections of which documents stand where
	$(Q)tests/lint/cites.sh

bench: all ## what a byte costs: accesses, kicks, time to first byte, many consoles
	$(Q)TUTTI='$(BUILD)/tutti' BUILD=$(BUILD) tests/bench/bench.sh

qemu-next: $(BUILD)/qemu-next/usr/bin/qemu-system-x86_64 ## a newer QEMU beside the installed one (then: QEMU_DIR=build/qemu-next)
$(BUILD)/qemu-next/usr/bin/qemu-system-x86_64:
	$(call say,UNPACK,$(BUILD)/qemu-next)
	$(Q).ci/qemu-next $(BUILD)/qemu-next

size: firmware ## the size line of every image
	@cat $(foreach a,$(ARCHES),$(addprefix $(BUILD)/$(a)/,$($(a)_IMAGES:.elf=.size)))

clean: ## remove what was built
	rm -rf $(BUILD)

distclean: clean ## ... and the cached C library
	rm -rf $(CACHE)

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{ printf "  make %-10s %s\n", $$1, $$2 }'
	@echo "Variables: V=1 (show commands), BUILD=DIR, LOG_RING_SIZE=BYTES, QEMU_DIR=DIR, USB=0 (an image without USB), WERROR="
