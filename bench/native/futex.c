// The limit of a sleeping receiver's latency: a bare futex wait and wake in each direction, nothing else. Side A waits a little
// before each message: two sides that answer within a system call's time would never fall asleep, and nothing would be woken.
#include "common.h"

#include <linux/futex.h>
#include <limits.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAUSE_NS 20000

struct word
{
    _Alignas(2 * CACHE_LINE) _Atomic uint32_t value;
};

static struct word *words;

static void set_up(const struct options *options)
{
    (void)options;
    if (words == NULL)
    {
        words = shared_memory(2 * sizeof *words);
    }

    atomic_store(&words[0].value, 0);
    atomic_store(&words[1].value, 0);
}

static void tear_down(const struct options *options)
{
    (void)options;
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
        uint64_t asked = now_ns(), began = asked;
        while (began - asked < PAUSE_NS)
        {
            began = now_ns();
        }

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
    const struct program program = {set_up, side_a, side_b, tear_down};
    print_latency(measure_latency(&options, &program));
    return 0;
}
