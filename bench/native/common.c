#include "common.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Shared by both sides: side A starts the clock only when side B runs on its core.
static struct shared
{
    _Atomic uint32_t ready;
    _Atomic uint64_t ended_at;
} *shared;

uint64_t now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}

void fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

void *shared_memory(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory == MAP_FAILED)
    {
        fail("mmap");
    }

    return memory;
}

struct options parse(int argc, char **argv)
{
    if (argc != 7)
    {
        fprintf(stderr, "usage: %s MODE SIZE MILLISECONDS CORE_A CORE_B process|thread\n", argv[0]);
        exit(2);
    }

    struct options options = {
        .mode = argv[1],
        .size = strtoul(argv[2], NULL, 10),
        .target_ns = strtod(argv[3], NULL) * 1e6,
        .core_a = atoi(argv[4]),
        .core_b = atoi(argv[5]),
        .threads = strcmp(argv[6], "thread") == 0,
    };
    shared = shared_memory(sizeof *shared);
    return options;
}

void stream_ended(void)
{
    atomic_store_explicit(&shared->ended_at, now_ns(), memory_order_release);
}

static void pin(int core)
{
    if (core < 0)
    {
        return;
    }

    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0)
    {
        fail("sched_setaffinity");
    }
}

struct start
{
    const struct options *options;
    const struct program *program;
    const struct pass *pass;
};

static void *run_side_b(void *argument)
{
    const struct start *start = argument;
    pin(start->options->core_b);
    atomic_store_explicit(&shared->ready, 1, memory_order_release);
    start->program->side_b(start->options, start->pass);
    return NULL;
}

static double cpu_ns(int who)
{
    struct rusage usage;
    getrusage(who, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e9 + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e3;
}

// Runs both sides once. Returns when side A began, and adds the processor time of both to *cpu.
static uint64_t run_pass(const struct options *options, const struct program *program, const struct pass *pass, double *cpu)
{
    struct start start = {options, program, pass};
    pthread_t thread;
    pid_t child = 0;
    atomic_store(&shared->ready, 0);
    program->set_up(options);
    double before = cpu_ns(RUSAGE_SELF) + cpu_ns(RUSAGE_CHILDREN);
    if (options->threads)
    {
        errno = pthread_create(&thread, NULL, run_side_b, &start);
        if (errno != 0)
        {
            fail("pthread_create");
        }
    }
    else
    {
        child = fork();
        if (child < 0)
        {
            fail("fork");
        }

        if (child == 0)
        {
            // A side that outlives its partner would spin for ever.
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            run_side_b(&start);
            _exit(0);
        }
    }

    pin(options->core_a);
    while (atomic_load_explicit(&shared->ready, memory_order_acquire) == 0)
    {
        sched_yield();
    }

    uint64_t began = now_ns();
    program->side_a(options, pass);
    int status = 0;
    if (options->threads)
    {
        pthread_join(thread, NULL);
    }
    else if (waitpid(child, &status, 0) < 0 || status != 0)
    {
        fprintf(stderr, "the second side ended with status %d\n", status);
        exit(1);
    }

    *cpu = cpu_ns(RUSAGE_SELF) + cpu_ns(RUSAGE_CHILDREN) - before;
    program->tear_down(options);
    return began;
}

static int compare(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

static double percentile(const uint32_t *sorted, uint64_t count, double fraction)
{
    uint64_t index = (uint64_t)(fraction * (double)count);
    return sorted[index < count ? index : count - 1];
}

// Finds a count that fills the target, doubling from a small one.
static uint64_t calibrate(const struct options *options, const struct program *program, bool latency)
{
    uint64_t count = options->size <= 1024 ? 1024 : 64;
    for (;;)
    {
        double cpu;
        struct pass pass = {count, NULL, count};
        uint64_t began = run_pass(options, program, &pass, &cpu);
        uint64_t ended = latency ? now_ns() : atomic_load(&shared->ended_at);
        double elapsed = (double)(ended - began);
        if (elapsed > options->target_ns / 4)
        {
            double scaled = (double)count * options->target_ns / elapsed;
            return scaled < 2 * BATCH ? 2 * BATCH : (uint64_t)scaled;
        }

        count *= 4;
    }
}

struct latency measure_latency(const struct options *options, const struct program *program)
{
    uint64_t count = calibrate(options, program, true);
    bool batched = options->target_ns / (double)count < BATCH_BELOW_NS;
    uint32_t *samples = calloc(count, sizeof *samples);
    double cpu;
    struct latency result;

    struct pass single = {count, samples, 1};
    run_pass(options, program, &single, &cpu);
    qsort(samples, count, sizeof *samples, compare);
    result.p50 = percentile(samples, count, 0.5) / 2;
    result.p99 = percentile(samples, count, 0.99) / 2;
    result.p999 = percentile(samples, count, 0.999) / 2;
    if (batched)
    {
        struct pass batches = {count, samples, BATCH};
        run_pass(options, program, &batches, &cpu);
        qsort(samples, count / BATCH, sizeof *samples, compare);
        result.p50 = percentile(samples, count / BATCH, 0.5) / (2 * BATCH);
    }

    result.cpu = cpu / (double)(2 * count);
    free(samples);
    return result;
}

void print_latency(struct latency latency)
{
    printf("p50=%.2f p99=%.2f p999=%.2f cpu=%.2f\n", latency.p50, latency.p99, latency.p999, latency.cpu);
}

void run_throughput(const struct options *options, const struct program *program)
{
    uint64_t count = calibrate(options, program, false);
    double cpu;
    struct pass pass = {count, NULL, count};
    uint64_t began = run_pass(options, program, &pass, &cpu);
    double elapsed = (double)(atomic_load(&shared->ended_at) - began);
    printf("rate=%.1f cpu=%.2f\n", (double)count / elapsed * 1e9, cpu / (double)count);
}
