// What every program of this folder shares: clock, pinning, the two sides, percentiles, and the line that is printed.
#ifndef VIADUCT_BENCH_COMMON_H
#define VIADUCT_BENCH_COMMON_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

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

enum side
{
    SIDE_A,
    SIDE_B,
};

enum workload
{
    LATENCY,
    THROUGHPUT,
    WAKE,    // latency with a pause before each message, so that the receiver sleeps
};

struct options
{
    const char *mode;    // what the program sends over, where it knows more than one thing
    enum workload workload;
    size_t size;         // bytes in one message
    double target_ns;    // how long one measured pass should take
    int core_a;          // -1 = not pinned
    int core_b;
    bool threads;        // the second side is a thread of this process, else a process of its own
    bool touched;        // the sender writes every byte, the receiver reads one of each cache line; else a word each
};

// One side of a measurement. `count` messages; side A fills `samples` where it is not NULL, one for each `batch` round trips.
struct pass
{
    uint64_t count;
    uint32_t *samples;
    uint64_t batch;
};

typedef void (*side_function)(const struct options *options, const struct pass *pass);

// What a program brings. NULL where there is nothing to do.
struct program
{
    void (*prepare)(const struct options *options);                 // once, before the sides exist: what both inherit
    void (*open)(const struct options *options, enum side side);    // once, by each side, pinned to its core
    void (*reset)(const struct options *options);                   // before each pass, while side B sleeps
    side_function side_a;
    side_function side_b;
    void (*close)(const struct options *options, enum side side);
};

uint64_t now_ns(void);
void fail(const char *what);                     // ends with errno's text
void fail_with(const char *what, int code);      // ends with a library's own code
void *shared_memory(size_t bytes);

// How many messages may be on their way: 1024, at most 1 MiB of them, at least four. Always a power of two.
size_t depth(const struct options *options);

// A pause before the next message, long enough that a blocked side falls asleep. Side A calls it before each send of WAKE.
#define PAUSE_NS 20000
uint64_t pause_before_send(void);

// What a sender does with a message's memory, and what a receiver does.
void fill(void *message, const struct options *options, uint64_t value);
void look(const void *message, const struct options *options);

// Parses `MODE WORKLOAD SIZE MILLISECONDS CORE_A CORE_B process|thread touched|untouched`.
struct options parse(int argc, char **argv);

struct latency
{
    double p50, p99, p999, max, cpu;    // one way, ns
};

// A program of this process: the second side is forked or a thread.
void begin(const struct options *options, const struct program *program);
void end(const struct options *options, const struct program *program);

// A program whose two sides were started elsewhere (mpirun). `control` is zeroed memory of at least CONTROL_BYTES that both share.
#define CONTROL_BYTES 4096
void begin_apart(const struct options *options, const struct program *program, enum side side, void *control);
void follow(const struct options *options, const struct program *program);

// Both measure with as many messages as fill options->target_ns, after shorter passes that warm up and calibrate.
struct latency measure_latency(const struct options *options, const struct program *program);
void print_latency(struct latency latency);
void run_throughput(const struct options *options, const struct program *program);

// The whole of it: begins, measures options->workload, prints, ends.
void run(const struct options *options, const struct program *program);
void measure_and_print(const struct options *options, const struct program *program);

// Side B of a throughput run calls this after its last message: the time counts from side A's first send until here.
void stream_ended(void);

#ifdef __cplusplus
}
#endif

#endif
