/*
 * The program: its table of contents.
 *
 * Start here.  The first line that main() prints is the one that the tour follows, from
 * printf() to the host:
 *
 *   printf -> _write -> record -> log -> pump -> console -> register -> QEMU -> host
 *
 * Next on the tour: firmware/syscalls.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>

#include "firmware/arch/arch.h"
#include "firmware/clock.h"
#include "firmware/command_line.h"
#include "firmware/end.h"
#include "firmware/flood.h"
#include "firmware/ledger.h"
#include "firmware/log.h"
#include "firmware/platform/platform.h"
#include "firmware/pump.h"
#include "firmware/record.h"
#include "firmware/wire.h"

#ifndef TUTTI_VERSION
#    define TUTTI_VERSION "unknown"
#endif
#ifndef TUTTI_BUILD
#    define TUTTI_BUILD "unknown"
#endif

int main(void);

/* What everything else stands on: time, the log, and what the command line says.  All that
 * starts as zeroes is ready. */
static void init(uintptr_t boot_info)
{
    clock_init();
    log_init();
    platform_init(boot_info);
    command_line_parse(&command_line, platform_command_line());
    record_set_plain(command_line.is_plain);
    pump_set_park_ms(command_line.park_ms);
}

/* First light: the machine's first UART, and the number of the first record. */
static void light(void)
{
    platform_find_first();
    record_begin();
}

/* The rest of the first record of every stream (wire.h). */
static void introduce(uintptr_t boot_info)
{
    arch_find_ticks_hz(boot_info);
    record(WIRE_TAG_FIRST, "version=%s arch=%s machine=%s mode=%s format=%s build=%s",
           TUTTI_VERSION, arch_name, platform_machine(), arch_mode(),
           command_line.is_plain ? "plain" : "record", TUTTI_BUILD);
}

/* The boot code comes here, on one CPU, with a stack and zeroed bss. */
_Noreturn void firmware_main(uintptr_t boot_info)
{
    init(boot_info);
    light();
    introduce(boot_info);
    command_line_report(command_line.words);
    platform_find_rest();
    int status = main();
    fflush(stdout);
    firmware_end((unsigned)status);
}

static void count_consoles(void)
{
    unsigned found = 0, driven = 0;
    for (const struct console *con = log_consoles(); con; con = con->next) {
        found++;
        driven += log_drives(con);
    }
    printf("tutti: found %u consoles, driving %u\n", found, driven);
}

int main(void)
{
    printf("tutti: one log on every console\n");
    count_consoles();
    ledger_list_consoles();
    if (command_line.wants_help)
        command_line_help();
    if (command_line.wants_fault)
        arch_fault();
    flood(command_line.flood_bytes);
    return command_line.exit_status;
}
