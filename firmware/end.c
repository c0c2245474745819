/*
 * The end of a run.
 *
 * Next on the tour: firmware/platform/platform.h
 *
 * SPDX-License-Identifier: MIT
 */
#include "firmware/end.h"

#include "drivers/kernel.h"
#include "drivers/text.h"
#include "firmware/arch/arch.h"
#include "firmware/command_line.h"
#include "firmware/ledger.h"
#include "firmware/log.h"
#include "firmware/platform/platform.h"
#include "firmware/pump.h"
#include "firmware/record.h"
#include "firmware/wire.h"

static bool is_ending, is_panic;

void end_reset(void)
{
    is_ending = is_panic = false;
}

/* Consoles found now still get the whole log; parked ones may come back. */
static void linger(uint32_t ms)
{
    uint64_t start = kernel_now_us();
    while (kernel_now_us() - start < (uint64_t)ms * 1000) {
        pump_idle();
        arch_relax();
    }
}

_Noreturn void firmware_end(unsigned status)
{
    is_ending = true;
    record_finish_line();
    ledger_list_consoles();
    log_flush(); /* so that the accounts are of a stream at rest */
    ledger_list_accounts();
    ledger_end(status);
    log_flush();
    if (is_panic)
        pump_emergency();
    linger(command_line.linger_ms);
    platform_power_off(status);
    arch_halt();
}

/* A panic within a panic has nobody left to tell. */
static void begin_panic(void)
{
    if (is_panic)
        arch_halt();
    is_panic = true;
    pump_break();
    record_unseal();
    record_finish_line();
}

_Noreturn void firmware_panic(const char *what)
{
    begin_panic();
    record("panic", "%s%s", what, is_ending ? " (at the end)" : "");
    firmware_end(WIRE_STATUS_PANIC);
}

/* Three to a line: "rax 0x0000000000000000" */
static void record_registers(const struct arch_register *registers, size_t count)
{
    const int digits = 2 * sizeof(uintptr_t);
    for (size_t i = 0; i < count; i += 3) {
        char buf[128];
        struct text row = text_begin(buf, sizeof(buf));
        for (size_t j = i; j < count && j < i + 3; j++) {
            text_add(&row, j > i ? "  " : "");
            text_add(&row, registers[j].name);
            text_add(&row, " 0x");
            text_add_hex(&row, registers[j].value, digits);
        }
        record_text("fault", row.buf, row.len);
    }
}

_Noreturn void firmware_fault(const char *what, const struct arch_register *registers, size_t count)
{
    begin_panic();
    record("fault", "%s", what);
    record_registers(registers, count);
    firmware_end(WIRE_STATUS_FAULT);
}
