/*
 * firmware/arch/arch.h for unit tests: a counter and a rate that tests set.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_FAKES_ARCH_H
#define TESTS_FAKES_ARCH_H

#include <stdint.h>

extern uint64_t fake_arch_ticks;         /* what arch_ticks() says           */
extern uint64_t fake_arch_hz;            /* what arch_ticks_hz() says        */
extern uint64_t fake_arch_relaxed;       /* turns of waiting loops so far    */
extern void (*fake_arch_on_relax)(void); /* called on each turn, or NULL */

#endif
