/*
 * One boot: how it went, in words.
 *
 * Next on the tour: verify.c
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host-tools/hints.h"
#include "host-tools/run_internal.h"

/* CPU time that QEMU has had, in seconds: tells a hung guest from a starved host.
 * proc(5), /proc/PID/stat, fields 14 and 15. */
static double cpu_seconds(int pid)
{
    unsigned long user = 0, system = 0;
    char path[32], text[1024] = "";

    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    FILE *file = fopen(path, "re");
    const char *rest = file && fgets(text, sizeof(text), file) ? strrchr(text, ')') : NULL;
    if (rest)
        sscanf(rest, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    if (file)
        fclose(file);
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

void run_tell_timeout(struct run *run)
{
    struct run_result *result = run->result;
    struct strbuf text = { 0 };
    size_t missing = 0;

    for (size_t i = 0; i < run->plan->tap_count; i++) {
        if (run->progress[i].has_end || missing++ >= 3)
            continue;
        strbuf_printf(&text, "%s%s (%zu bytes)", missing > 1 ? ", " : "", run->plan->taps[i].name,
                      run->plan->taps[i].len);
    }
    if (missing > 3)
        strbuf_printf(&text, " and %zu more", missing - 3);
    snprintf(
        result->end_text, sizeof(result->end_text),
        "no end record within %.4g s on %.600s; nothing new for %.1f s; QEMU used %.1f s of CPU",
        run->plan->options->timeout_ms / 1000.0, text.text ? text.text : "any",
        (double)(uv_now(&run->loop) - run->grown_ms) / 1000, cpu_seconds(run->process.handle.pid));
    strbuf_free(&text);
    result->end = RUN_TIMED_OUT;
}

static const char *end_word(const struct process *process)
{
    return process->signal ? "signal" : "status";
}

static int64_t end_number(const struct process *process)
{
    return process->signal ? process->signal : process->status;
}

/* QEMU went by itself.  A guest may do that in order (semihosting, isa-debug-exit). */
void run_tell_death(struct run *run)
{
    struct run_result *result = run->result;
    struct strbuf said = process_output(&run->process);
    char line[512];

    hint_message(said.text, line, sizeof(line));
    result->end_signal = run->process.signal;
    result->end = run->process.signal || run->process.status ? RUN_DIED : RUN_ENDED;
    snprintf(result->end_text, sizeof(result->end_text), "QEMU ended by itself, %s %" PRId64 "%s%s",
             end_word(&run->process), end_number(&run->process), *line ? ": " : "", line);
    strbuf_free(&said);
}

/* QEMU would not start: its own words, and what they mean. */
void run_tell_refusal(struct run *run, struct problem *problem)
{
    /* The channel closes a little before the process is gone. */
    if (run->process.is_started && run->qmp.is_closed)
        run_wait_until(run, run_has_exited, QUIT_MS);
    if (!run->process.is_started || !run->process.has_exited || run->qmp.is_broken)
        return;
    struct strbuf said = process_output(&run->process);
    hint_refusal(said.text, problem);
    if (!*said.text) {
        *problem = (struct problem){ 0 };
        problem_set(problem, EXIT_IMPOSSIBLE,
                    "QEMU: it ended at once, %s %" PRId64 ", and said nothing",
                    end_word(&run->process), end_number(&run->process));
    }
    strbuf_free(&said);
}
