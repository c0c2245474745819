/*
 * ACPI readers against tables that lie: drivers/acpi/.
 *
 * The fixture is 64 KiB of physical memory at 1 MiB, and nothing else exists: it is a
 * heap block, so that the address sanitizer catches a read beyond its end.
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

#include "drivers/acpi/acpi.h"

#define MEMORY_BASE 0x100000u
#define MEMORY_LEN  0x10000u

#define RSDP_AT  (MEMORY_BASE + 0x000)
#define ROOT_AT  (MEMORY_BASE + 0x100)
#define XSDT_AT  (MEMORY_BASE + 0x400)
#define TABLE_AT (MEMORY_BASE + 0x800)

static uint8_t *memory;
static struct acpi acpi;
static struct acpi_table table;
static struct why why;

static const uint8_t *at(const struct physical *physical, uint64_t phys, uint64_t len)
{
    (void)physical;
    if (phys < MEMORY_BASE || phys > MEMORY_BASE + MEMORY_LEN)
        return NULL;
    if (len > MEMORY_BASE + MEMORY_LEN - phys)
        return NULL;
    return memory + (phys - MEMORY_BASE);
}
static const struct physical physical = { .at = at };

static uint8_t *bytes(uint64_t phys)
{
    return memory + (phys - MEMORY_BASE);
}

static void put(uint64_t phys, uint64_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        bytes(phys)[i] = (uint8_t)(value >> 8 * i);
}

static void set_checksum(uint64_t phys, uint32_t len, uint32_t offset)
{
    uint8_t sum = 0;
    bytes(phys)[offset] = 0;
    for (uint32_t i = 0; i < len; i++)
        sum = (uint8_t)(sum + bytes(phys)[i]);
    bytes(phys)[offset] = (uint8_t)-sum;
}

/* A header of §5.2.6, and the checksum over what is in memory by now. */
static void close_table(uint64_t phys, const char *signature, uint32_t len)
{
    memcpy(bytes(phys), signature, 4);
    put(phys + 4, len, 4);
    set_checksum(phys, len, 9);
}

static void put_rsdp(uint8_t revision, uint32_t rsdt, uint64_t xsdt)
{
    memcpy(bytes(RSDP_AT), "RSD PTR ", 8);
    bytes(RSDP_AT)[15] = revision;
    put(RSDP_AT + 16, rsdt, 4);
    put(RSDP_AT + 20, 36, 4);
    put(RSDP_AT + 24, xsdt, 8);
    set_checksum(RSDP_AT, 20, 8);
    set_checksum(RSDP_AT, 36, 32);
}

static void put_rsdt(uint32_t first, uint32_t second)
{
    put(ROOT_AT + 36, first, 4);
    put(ROOT_AT + 40, second, 4);
    close_table(ROOT_AT, "RSDT", 44);
}

static void put_xsdt(uint64_t first, uint64_t second)
{
    put(XSDT_AT + 36, first, 8);
    put(XSDT_AT + 44, second, 8);
    close_table(XSDT_AT, "XSDT", 52);
}

static int setup(void **state)
{
    (void)state;
    memory = calloc(1, MEMORY_LEN);
    why = (struct why){ 0 };
    put_rsdp(0, ROOT_AT, 0);
    put_rsdt(TABLE_AT, 0);
    close_table(TABLE_AT, "TEST", 40);
    return memory == NULL;
}

static int teardown(void **state)
{
    (void)state;
    free(memory);
    return 0;
}

static int open_all(void)
{
    return acpi_open(&acpi, &physical, RSDP_AT, &why);
}

static int find(const char *signature)
{
    return acpi_find(&acpi, signature, 0, &table, &why);
}

/* --- RSDP: ACPI §5.2.5.3 ------------------------------------------------------------ */

static void test_rsdt_only(void **state)
{
    (void)state;
    assert_int_equal(open_all(), OK);
    assert_int_equal(find("TEST"), OK);
    assert_int_equal(table.len, 40);
    assert_ptr_equal(table.bytes, bytes(TABLE_AT));
}

static void test_xsdt_only(void **state)
{
    (void)state;
    put_rsdp(2, 0, XSDT_AT);
    put_xsdt(0, TABLE_AT);
    assert_int_equal(open_all(), OK);
    assert_int_equal(acpi.entry_size, 8);
    assert_int_equal(find("TEST"), OK);
}

static void test_xsdt_is_preferred(void **state)
{
    (void)state;
    put_rsdp(2, ROOT_AT, XSDT_AT);
    put_xsdt(0, 0);
    assert_int_equal(open_all(), OK);
    assert_int_equal(find("TEST"), ERR_ABSENT); /* only the RSDT names it */
}

static void test_bad_xsdt_falls_back(void **state)
{
    (void)state;
    put_rsdp(2, ROOT_AT, XSDT_AT);
    put_xsdt(0, TABLE_AT);
    bytes(XSDT_AT)[40]++;
    assert_int_equal(open_all(), OK);
    assert_int_equal(acpi.entry_size, 4);
    assert_int_equal(find("TEST"), OK);
}

static void test_bad_extended_checksum(void **state)
{
    (void)state;
    put_rsdp(2, 0, XSDT_AT);
    put_xsdt(0, TABLE_AT);
    bytes(RSDP_AT)[32]++;
    assert_int_equal(open_all(), ERR_BROKEN);
}

static void test_revision_0_has_no_xsdt(void **state)
{
    (void)state;
    put_rsdp(0, ROOT_AT, XSDT_AT);
    put_xsdt(0, 0);
    assert_int_equal(open_all(), OK);
    assert_int_equal(acpi.entry_size, 4);
}

static void test_no_rsdp(void **state)
{
    (void)state;
    assert_int_equal(acpi_open(&acpi, &physical, 0, &why), ERR_ABSENT);
    assert_int_equal(find("TEST"), ERR_ABSENT);
}

static void test_rsdp_outside_memory(void **state)
{
    (void)state;
    const uint64_t places[] = { 1, MEMORY_BASE - 1, MEMORY_BASE + MEMORY_LEN - 19, UINT64_MAX,
                                UINT64_MAX - 19 };
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        assert_int_equal(acpi_open(&acpi, &physical, places[i], &why), ERR_BROKEN);
        assert_string_equal(why.what, "RSDP outside memory");
        assert_int_equal(find("TEST"), ERR_ABSENT);
    }
}

static void test_rsdp_v1_at_the_end_of_memory(void **state)
{
    (void)state;
    uint64_t last = MEMORY_BASE + MEMORY_LEN - 20;
    memcpy(bytes(last), bytes(RSDP_AT), 20);
    assert_int_equal(acpi_open(&acpi, &physical, last, &why), OK);
}

static void test_rsdp_signature(void **state)
{
    (void)state;
    bytes(RSDP_AT)[0] = 'r';
    assert_int_equal(open_all(), ERR_BROKEN);
    assert_string_equal(why.what, "RSDP signature");
}

static void test_rsdp_checksum(void **state)
{
    (void)state;
    bytes(RSDP_AT)[9]++;
    assert_int_equal(open_all(), ERR_BROKEN);
    assert_string_equal(why.what, "RSDP checksum");
    assert_int_equal(why.found, 1);
}

static void test_rsdp_without_lists(void **state)
{
    (void)state;
    put_rsdp(2, 0, 0);
    assert_int_equal(open_all(), ERR_BROKEN);
    assert_string_equal(why.what, "RSDP without a list of tables");
}

/* --- table headers: ACPI §5.2.6 ------------------------------------------------------- */

static void test_length_shorter_than_header(void **state)
{
    (void)state;
    assert_int_equal(open_all(), OK);
    for (uint32_t len = 0; len < ACPI_HEADER_SIZE; len++) {
        put(TABLE_AT + 4, len, 4);
        assert_int_equal(find("TEST"), ERR_BROKEN);
        assert_string_equal(why.what, "table shorter than its header");
        assert_int_equal(why.found, len);
    }
}

static void test_lying_length(void **state)
{
    (void)state;
    assert_int_equal(open_all(), OK);
    put(TABLE_AT + 4, MEMORY_LEN, 4);
    assert_int_equal(find("TEST"), ERR_BROKEN);
    assert_string_equal(why.what, "table ends outside memory");
    put(TABLE_AT + 4, 0xffffffff, 4);
    assert_int_equal(find("TEST"), ERR_BROKEN);
    assert_string_equal(why.what, "table longer than any");
}

static void test_bad_checksum(void **state)
{
    (void)state;
    assert_int_equal(open_all(), OK);
    bytes(TABLE_AT)[39]++;
    assert_int_equal(find("TEST"), ERR_BROKEN);
    assert_string_equal(why.what, "table checksum");
}

static void test_good_table_after_a_bad_one(void **state)
{
    (void)state;
    put_rsdt(TABLE_AT, TABLE_AT + 0x100);
    close_table(TABLE_AT + 0x100, "TEST", 48);
    bytes(TABLE_AT)[39]++;
    assert_int_equal(open_all(), OK);
    assert_int_equal(find("TEST"), OK);
    assert_int_equal(table.len, 48);
    assert_int_equal(acpi_find(&acpi, "TEST", 1, &table, &why), ERR_BROKEN);
}

static void test_nth(void **state)
{
    (void)state;
    put_rsdt(TABLE_AT, TABLE_AT + 0x100);
    close_table(TABLE_AT + 0x100, "TEST", 48);
    assert_int_equal(open_all(), OK);
    assert_int_equal(acpi_find(&acpi, "TEST", 1, &table, &why), OK);
    assert_int_equal(table.len, 48);
    assert_int_equal(acpi_find(&acpi, "TEST", 2, &table, &why), ERR_ABSENT);
}

/* Lists that name themselves, each other or the RSDP: found by signature, never followed. */
static void test_cyclic_pointers(void **state)
{
    (void)state;
    put_rsdp(2, ROOT_AT, XSDT_AT);
    put_xsdt(XSDT_AT, RSDP_AT);
    put_rsdt(ROOT_AT, XSDT_AT);
    assert_int_equal(open_all(), OK);
    assert_int_equal(find("TEST"), ERR_ABSENT);
    assert_int_equal(acpi_find(&acpi, "XSDT", 0, &table, &why), OK);
    assert_ptr_equal(table.bytes, bytes(XSDT_AT));
}

static void test_entries_outside_memory(void **state)
{
    (void)state;
    put_rsdp(2, 0, XSDT_AT);
    put_xsdt(UINT64_MAX, TABLE_AT);
    assert_int_equal(open_all(), OK);
    assert_int_equal(find("TEST"), OK);
    put_xsdt(MEMORY_BASE + MEMORY_LEN - 2, MEMORY_BASE - 2);
    assert_int_equal(open_all(), OK);
    assert_int_equal(find("TEST"), ERR_BROKEN);
    assert_string_equal(why.what, "table outside memory");
}

static void test_header_cut_by_the_end_of_memory(void **state)
{
    (void)state;
    uint64_t last = MEMORY_BASE + MEMORY_LEN - 8;
    memcpy(bytes(last), "TEST", 4);
    put_rsdt((uint32_t)last, 0);
    assert_int_equal(open_all(), OK);
    assert_int_equal(find("TEST"), ERR_BROKEN);
    assert_string_equal(why.what, "table outside memory");
}

/* A list whose length is no multiple of its entries: the rest is no entry. */
static void test_half_an_entry(void **state)
{
    (void)state;
    put_rsdp(2, 0, XSDT_AT);
    put(XSDT_AT + 36, TABLE_AT, 8);
    close_table(XSDT_AT, "XSDT", 43);
    assert_int_equal(open_all(), OK);
    assert_int_equal(find("TEST"), ERR_ABSENT);
}

static void test_table_at(void **state)
{
    (void)state;
    assert_int_equal(acpi_table_at(&physical, TABLE_AT, "TEST", &table, &why), OK);
    assert_int_equal(acpi_table_at(&physical, TABLE_AT, "DSDT", &table, &why), ERR_ABSENT);
    assert_int_equal(acpi_table_at(&physical, 0, "DSDT", &table, &why), ERR_BROKEN);
}

/* --- FADT: ACPI §5.2.9 ------------------------------------------------------------------ */

static struct acpi_fadt read_fadt(uint32_t len)
{
    struct acpi_fadt fadt;
    close_table(TABLE_AT, "FACP", len);
    table = (struct acpi_table){ bytes(TABLE_AT), len };
    acpi_fadt_read(&table, &fadt);
    return fadt;
}

static void put_gas(uint64_t phys, uint8_t space, uint64_t address)
{
    bytes(phys)[0] = space;
    bytes(phys)[1] = 16;
    put(phys + 4, address, 8);
}

static void test_fadt_revision_1(void **state)
{
    (void)state;
    put(TABLE_AT + 40, 0x1234, 4);
    put(TABLE_AT + 64, 0x604, 4);
    put_gas(TABLE_AT + 172, 0, 0xbad); /* beyond its end */
    struct acpi_fadt fadt = read_fadt(116);
    assert_int_equal(fadt.dsdt, 0x1234);
    assert_int_equal(fadt.pm1a_control.space, ACPI_SPACE_PORTS);
    assert_int_equal(fadt.pm1a_control.address, 0x604);
    assert_int_equal(fadt.pm1b_control.address, 0);
    assert_int_equal(fadt.sleep_control.address, 0);
    assert_false(fadt.is_hardware_reduced);
}

static void test_fadt_extended_fields_count(void **state)
{
    (void)state;
    put(TABLE_AT + 40, 0x1234, 4);
    put(TABLE_AT + 64, 0x604, 4);
    put(TABLE_AT + 140, 0x5678, 8);
    put_gas(TABLE_AT + 172, ACPI_SPACE_MEMORY, 0xfed00000);
    struct acpi_fadt fadt = read_fadt(244);
    assert_int_equal(fadt.dsdt, 0x5678);
    assert_int_equal(fadt.pm1a_control.space, ACPI_SPACE_MEMORY);
    assert_int_equal(fadt.pm1a_control.address, 0xfed00000);
}

static void test_fadt_hardware_reduced(void **state)
{
    (void)state;
    put(TABLE_AT + 112, 1u << 20, 4);
    put_gas(TABLE_AT + 244, ACPI_SPACE_MEMORY, 0xfea00200);
    struct acpi_fadt fadt = read_fadt(268);
    assert_true(fadt.is_hardware_reduced);
    assert_int_equal(fadt.sleep_control.address, 0xfea00200);
    assert_int_equal(read_fadt(255).sleep_control.address, 0);
}

/* Each length from the header on, at the end of memory: the sanitizer watches. */
static void test_fadt_of_any_length(void **state)
{
    (void)state;
    for (uint32_t len = ACPI_HEADER_SIZE; len < 280; len++) {
        struct acpi_fadt fadt;
        uint8_t *cut = calloc(1, len);
        table = (struct acpi_table){ cut, len };
        acpi_fadt_read(&table, &fadt);
        free(cut);
        assert_int_equal(fadt.dsdt, 0);
    }
}

/* --- MCFG: PCI Firmware Specification 3.0 §4.1.2 ---------------------------------------- */

static int mcfg(uint32_t len, unsigned nth, struct acpi_ecam *ecam)
{
    close_table(TABLE_AT, "MCFG", len);
    table = (struct acpi_table){ bytes(TABLE_AT), len };
    return acpi_mcfg_entry(&table, nth, ecam, &why);
}

static void put_ecam(uint64_t base, uint8_t first_bus, uint8_t last_bus)
{
    put(TABLE_AT + 44, base, 8);
    bytes(TABLE_AT)[54] = first_bus;
    bytes(TABLE_AT)[55] = last_bus;
}

static void test_mcfg(void **state)
{
    (void)state;
    struct acpi_ecam ecam;
    put_ecam(0xb0000000, 0, 255);
    assert_int_equal(mcfg(60, 0, &ecam), OK);
    assert_int_equal(ecam.base, 0xb0000000);
    assert_int_equal(ecam.last_bus, 255);
    assert_int_equal(mcfg(60, 1, &ecam), ERR_ABSENT);
}

static void test_mcfg_cut(void **state)
{
    (void)state;
    struct acpi_ecam ecam;
    put_ecam(0xb0000000, 0, 255);
    for (uint32_t len = ACPI_HEADER_SIZE; len < 60; len++)
        assert_int_equal(mcfg(len, 0, &ecam), ERR_ABSENT);
    assert_int_equal(mcfg(60, UINT32_MAX, &ecam), ERR_ABSENT);
}

static void test_mcfg_lies(void **state)
{
    (void)state;
    struct acpi_ecam ecam;
    put_ecam(0, 0, 255);
    assert_int_equal(mcfg(60, 0, &ecam), ERR_BROKEN);
    put_ecam(0xb0000001, 0, 255);
    assert_int_equal(mcfg(60, 0, &ecam), ERR_BROKEN);
    put_ecam(0xb0000000, 8, 7);
    assert_int_equal(mcfg(60, 0, &ecam), ERR_BROKEN);
    assert_string_equal(why.what, "MCFG last bus below first");
}

/* --- SPCR: table 1 ------------------------------------------------------------------------ */

static void test_spcr(void **state)
{
    (void)state;
    struct acpi_register uart;
    put_gas(TABLE_AT + 40, ACPI_SPACE_PORTS, 0x3f8);
    close_table(TABLE_AT, "SPCR", 80);
    table = (struct acpi_table){ bytes(TABLE_AT), 80 };
    assert_int_equal(acpi_spcr_read(&table, &uart, &why), OK);
    assert_int_equal(uart.space, ACPI_SPACE_PORTS);
    assert_int_equal(uart.address, 0x3f8);
    table.len = 51;
    assert_int_equal(acpi_spcr_read(&table, &uart, &why), ERR_BROKEN);
}

/* --- _S5: ACPI §7.4.2, §20.2 ---------------------------------------------------------------- */

/* AML in a heap block of exactly its size. */
static int s5_of(const void *aml, size_t len, struct acpi_s5 *s5)
{
    uint8_t *block = calloc(1, ACPI_HEADER_SIZE + len);
    memcpy(block + ACPI_HEADER_SIZE, aml, len);
    struct acpi_table dsdt = { block, (uint32_t)(ACPI_HEADER_SIZE + len) };
    int status = acpi_s5_find(&dsdt, s5, &why);
    free(block);
    return status;
}
#define S5_OF(aml, s5) s5_of(aml, sizeof(aml) - 1, s5)

static void test_s5_forms(void **state)
{
    (void)state;
    struct acpi_s5 s5;
    assert_int_equal(S5_OF("\x08_S5_\x12\x06\x04\x00\x00\x00\x00", &s5), OK);
    assert_int_equal(s5.type_a, 0);
    assert_int_equal(S5_OF("\x08_S5_\x12\x08\x04\x0a\x05\x0a\x07\x00\x00", &s5), OK);
    assert_int_equal(s5.type_a, 5);
    assert_int_equal(s5.type_b, 7);
    assert_int_equal(S5_OF("\x08\\_S5_\x12\x07\x02\x01\x0b\x03\x00", &s5), OK);
    assert_int_equal(s5.type_a, 1);
    assert_int_equal(s5.type_b, 3);
    /* PkgLength of two bytes (§20.2.4), a number of four (§20.2.3) */
    assert_int_equal(S5_OF("\x08_S5_\x12\x48\x00\x04\x0c\x06\x00\x00\x00\x00\x00\x00", &s5), OK);
    assert_int_equal(s5.type_a, 6);
}

static void test_s5_absent(void **state)
{
    (void)state;
    struct acpi_s5 s5;
    assert_int_equal(S5_OF("", &s5), ERR_ABSENT);
    assert_int_equal(S5_OF("\x08_S4_\x12\x06\x04\x00\x00\x00\x00", &s5), ERR_ABSENT);
    assert_int_equal(S5_OF("_S5_\x12\x06\x04\x00\x00\x00\x00", &s5), ERR_ABSENT);
}

static void test_s5_wrong(void **state)
{
    (void)state;
    struct acpi_s5 s5;
    assert_int_equal(S5_OF("\x08_S5_\x11\x06\x04\x00\x00\x00\x00", &s5), ERR_BROKEN);
    assert_int_equal(S5_OF("\x08_S5_\x12\x06\x01\x00\x00\x00\x00", &s5), ERR_BROKEN);
    assert_int_equal(S5_OF("\x08_S5_\x12\x06\x04\x0a\x08\x00\x00", &s5), ERR_BROKEN);
    assert_int_equal(S5_OF("\x08_S5_\x12\x06\x04\x0b\x00\x01\x00", &s5), ERR_BROKEN);
    assert_int_equal(S5_OF("\x08_S5_\x12\x06\x04\x70\x00\x01\x00", &s5), ERR_BROKEN);
}

static void test_s5_cut_anywhere(void **state)
{
    (void)state;
    static const char aml[] = "\x08_S5_\x12\x48\x00\x04\x0a\x05\x0c\x03\x00\x00\x00";
    struct acpi_s5 s5;
    for (size_t len = 0; len < sizeof(aml) - 1; len++)
        assert_int_not_equal(s5_of(aml, len, &s5), OK);
    assert_int_equal(S5_OF(aml, &s5), OK);
}

static void test_s5_after_a_lookalike(void **state)
{
    (void)state;
    struct acpi_s5 s5;
    assert_int_equal(S5_OF("\x08_S5_junk\x08\x08_S5_\x12\x08\x04\x0a\x05\x0a\x05\x00\x00", &s5),
                     OK);
    assert_int_equal(s5.type_a, 5);
}

/* --- UARTs: ACPI §6.2.2, §6.4.2.5 ------------------------------------------------------------ */

#define UART_HID "\x08_HID\x0c\x41\xd0\x05\x01"
#define UART_MID "\x08_UID\x0a\x02\x08_STA\x0a\x0f"
#define UART_CRS "\x08_CRS\x11\x10\x0a\x0d\x47\x01\x20\x02\x20\x02\x00\x08\x22\x20\x00\x79\x00"

static int uart_of(const void *aml, size_t len, unsigned nth, uint16_t *port)
{
    uint8_t *block = calloc(1, ACPI_HEADER_SIZE + len);
    memcpy(block + ACPI_HEADER_SIZE, aml, len);
    struct acpi_table dsdt = { block, (uint32_t)(ACPI_HEADER_SIZE + len) };
    int status = acpi_uart_find(&dsdt, nth, port);
    free(block);
    return status;
}

static void test_uarts(void **state)
{
    (void)state;
    static const char aml[] = "\x5b\x82\x33"
                              "COM2" UART_HID UART_MID UART_CRS "\x5b\x82\x33"
                              "COM1" UART_HID
                              "\x08_CRS\x11\x10\x0a\x0d\x47\x01\xf8\x03\xf8\x03\x00\x08\x79\x00";
    uint16_t port;
    assert_int_equal(uart_of(aml, sizeof(aml) - 1, 0, &port), OK);
    assert_int_equal(port, 0x220);
    assert_int_equal(uart_of(aml, sizeof(aml) - 1, 1, &port), OK);
    assert_int_equal(port, 0x3f8);
    assert_int_equal(uart_of(aml, sizeof(aml) - 1, 2, &port), ERR_ABSENT);
}

static void test_uart_cut_anywhere(void **state)
{
    (void)state;
    static const char aml[] = UART_HID UART_CRS;
    const size_t needed = sizeof(UART_HID) - 1 + 13; /* up to the port's upper byte */
    uint16_t port;
    for (size_t len = 0; len < needed; len++)
        assert_int_equal(uart_of(aml, len, 0, &port), ERR_ABSENT);
    assert_int_equal(uart_of(aml, needed, 0, &port), OK);
}

/* The next device's resources are not this one's; nor is a memory descriptor a port. */
static void test_uart_without_ports(void **state)
{
    (void)state;
    uint16_t port;
    static const char bare[] = UART_HID
        "................................................................" UART_CRS;
    assert_int_equal(uart_of(bare, sizeof(bare) - 1, 0, &port), ERR_ABSENT);
    static const char memory_only[] = UART_HID "\x08_CRS\x11\x10\x0a\x0d\x86\x09\x00\x01";
    assert_int_equal(uart_of(memory_only, sizeof(memory_only) - 1, 0, &port), ERR_ABSENT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_rsdt_only),
        TEST(test_xsdt_only),
        TEST(test_xsdt_is_preferred),
        TEST(test_bad_xsdt_falls_back),
        TEST(test_bad_extended_checksum),
        TEST(test_revision_0_has_no_xsdt),
        TEST(test_no_rsdp),
        TEST(test_rsdp_outside_memory),
        TEST(test_rsdp_v1_at_the_end_of_memory),
        TEST(test_rsdp_signature),
        TEST(test_rsdp_checksum),
        TEST(test_rsdp_without_lists),
        TEST(test_length_shorter_than_header),
        TEST(test_lying_length),
        TEST(test_bad_checksum),
        TEST(test_good_table_after_a_bad_one),
        TEST(test_nth),
        TEST(test_cyclic_pointers),
        TEST(test_entries_outside_memory),
        TEST(test_header_cut_by_the_end_of_memory),
        TEST(test_half_an_entry),
        TEST(test_table_at),
        TEST(test_fadt_revision_1),
        TEST(test_fadt_extended_fields_count),
        TEST(test_fadt_hardware_reduced),
        TEST(test_fadt_of_any_length),
        TEST(test_mcfg),
        TEST(test_mcfg_cut),
        TEST(test_mcfg_lies),
        TEST(test_spcr),
        TEST(test_s5_forms),
        TEST(test_s5_absent),
        TEST(test_s5_wrong),
        TEST(test_s5_cut_anywhere),
        TEST(test_s5_after_a_lookalike),
        TEST(test_uarts),
        TEST(test_uart_cut_anywhere),
        TEST(test_uart_without_ports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
