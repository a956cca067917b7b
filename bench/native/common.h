// What every program of this folder shares: clock, pinning, the second side, percentiles, and the line that is printed.
#ifndef VIADUCT_BENCH_COMMON_H
#define VIADUCT_BENCH_COMMON_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A round trip shorter than this is timed in batches, because reading the clock is a sizeable part of it.
#define BATCH_BELOW_NS 2000
#define BATCH 32
#define CACHE_LINE 64

#if defined(__x86_64__) || defined(__i386__)
#define RELAX() __builtin_ia32_pause()
#elif defined(__aarch64__)
#define RELAX() __asm__ volatile("isb")
#else
#define RELAX() ((void)0)
#endif

struct options
{
    const char *mode;    // the program's first argument
    size_t size;         // bytes in one message
    double target_ns;    // how long one measured pass should take
    int core_a;          // -1 = not pinned
    int core_b;
    bool threads;        // the second side is a thread of this process, else a process of its own
};

// One side of a measurement. `count` messages; side A fills `samples` where it is not NULL, one for each `batch` round trips.
struct pass
{
    uint64_t count;
    uint32_t *samples;
    uint64_t batch;
};

typedef void (*side_function)(const struct options *options, const struct pass *pass);

// What a program brings: set_up runs before the sides exist (in a process that both inherit), tear_down after both have ended.
struct program
{
    void (*set_up)(const struct options *options);
    side_function side_a;
    side_function side_b;
    void (*tear_down)(const struct options *options);
};

uint64_t now_ns(void);
void fail(const char *what);
void *shared_memory(size_t bytes);

// Parses `MODE SIZE MILLISECONDS CORE_A CORE_B process|thread`.
struct options parse(int argc, char **argv);

struct latency
{
    double p50, p99, p999, cpu;    // one way, ns
};

// Both measure with as many messages as fill options->target_ns, after shorter passes that warm up and calibrate.
struct latency measure_latency(const struct options *options, const struct program *program);
void print_latency(struct latency latency);
void run_throughput(const struct options *options, const struct program *program);

// Side B of a throughput run calls this after its last message: the time counts from side A's first send until here.
void stream_ended(void);

#endif
