// The limit of latency: a message is rewritten in full, its last word is the flag, the other side sees the flag and touches
// every cache line. One buffer for each direction, as single-writer memory has it. `pause` makes the exchange faster on some
// machines and slower on others, so both loops are measured and the faster one counts.
#include "common.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static char *ping, *pong;
static _Atomic bool *relax;
static volatile uint64_t sink;

static size_t direction_bytes(const struct options *options)
{
    return (options->size + 4095) / 4096 * 4096 + 2 * CACHE_LINE;
}

static void prepare(const struct options *options)
{
    ping = shared_memory(2 * direction_bytes(options) + sizeof *relax);
    pong = ping + direction_bytes(options);
    relax = (_Atomic bool *)(pong + direction_bytes(options));
}

static void reset(const struct options *options)
{
    memset(ping, 0, 2 * direction_bytes(options));
}

static inline _Atomic uint64_t *flag(char *message, size_t size)
{
    return (_Atomic uint64_t *)(message + size - sizeof(uint64_t));
}

static inline void put(char *message, size_t size, uint64_t value)
{
    if (size == 64)
    {
        // Seven plain stores: a call to memset would cost more than the message.
        for (int word = 0; word < 7; word++)
        {
            ((volatile uint64_t *)message)[word] = value;
        }
    }
    else if (size > 8)
    {
        memset(message, (int)value, size - sizeof(uint64_t));
    }

    atomic_store_explicit(flag(message, size), value, memory_order_release);
}

static inline void take(char *message, size_t size, uint64_t value, bool pausing)
{
    while (atomic_load_explicit(flag(message, size), memory_order_acquire) != value)
    {
        if (pausing)
        {
            RELAX();
        }
    }

    uint64_t sum = 0;
    for (size_t offset = 0; offset < size; offset += CACHE_LINE)
    {
        sum += *(volatile unsigned char *)(message + offset);
    }

    sink = sum;
}

static void side_a(const struct options *options, const struct pass *pass)
{
    bool pausing = atomic_load(relax);
    uint64_t last = now_ns();
    for (uint64_t i = 1; i <= pass->count; i++)
    {
        put(ping, options->size, i);
        take(pong, options->size, i, pausing);
        if (i % pass->batch == 0)
        {
            uint64_t time = now_ns();
            if (pass->samples != NULL)
            {
                pass->samples[i / pass->batch - 1] = (uint32_t)(time - last);
            }

            last = time;
        }
    }
}

static void side_b(const struct options *options, const struct pass *pass)
{
    bool pausing = atomic_load(relax);
    for (uint64_t i = 1; i <= pass->count; i++)
    {
        take(ping, options->size, i, pausing);
        put(pong, options->size, i);
    }
}

int main(int argc, char **argv)
{
    struct options options = parse(argc, argv);
    options.target_ns /= 2;
    const struct program program = {.prepare = prepare, .reset = reset, .side_a = side_a, .side_b = side_b};
    begin(&options, &program);
    struct latency tight = measure_latency(&options, &program);
    atomic_store(relax, true);
    struct latency relaxed = measure_latency(&options, &program);
    print_latency(relaxed.p50 < tight.p50 ? relaxed : tight);
    end(&options, &program);
    return 0;
}
