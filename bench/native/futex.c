// The limit of a sleeping receiver's latency: a bare futex wait and wake in each direction, nothing else. Side A waits a little
// before each message: two sides that answer within a system call's time would never fall asleep, and nothing would be woken.
#include "common.h"

#include <linux/futex.h>
#include <limits.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

struct word
{
    _Alignas(2 * CACHE_LINE) _Atomic uint32_t value;
};

static struct word *words;

static void prepare(const struct options *options)
{
    (void)options;
    words = shared_memory(2 * sizeof *words);
}

static void reset(const struct options *options)
{
    (void)options;
    atomic_store(&words[0].value, 0);
    atomic_store(&words[1].value, 0);
}

static void post(struct word *word, uint32_t value)
{
    atomic_store(&word->value, value);
    syscall(SYS_futex, &word->value, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

static void await(struct word *word, uint32_t value)
{
    uint32_t seen;
    while ((seen = atomic_load(&word->value)) != value)
    {
        syscall(SYS_futex, &word->value, FUTEX_WAIT, seen, NULL, NULL, 0);
    }
}

static void side_a(const struct options *options, const struct pass *pass)
{
    (void)options;
    for (uint64_t i = 1; i <= pass->count; i++)
    {
        uint64_t began = pause_before_send();
        post(&words[0], (uint32_t)i);
        await(&words[1], (uint32_t)i);
        if (pass->samples != NULL)
        {
            pass->samples[i - 1] = (uint32_t)(now_ns() - began);
        }
    }
}

static void side_b(const struct options *options, const struct pass *pass)
{
    (void)options;
    for (uint64_t i = 1; i <= pass->count; i++)
    {
        await(&words[0], (uint32_t)i);
        post(&words[1], (uint32_t)i);
    }
}

int main(int argc, char **argv)
{
    struct options options = parse(argc, argv);
    options.workload = WAKE;
    const struct program program = {.prepare = prepare, .reset = reset, .side_a = side_a, .side_b = side_b};
    run(&options, &program);
    return 0;
}
