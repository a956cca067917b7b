#include "common.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Passes left; what a side sleeps on between them.
static const uint64_t STOP = 0;

// Shared by both sides. Side A gives orders, numbered from 1; side A starts the clock only when side B runs on its core.
static struct shared
{
    _Atomic uint32_t order;
    _Atomic uint32_t ready;    // the order that side B has begun
    _Atomic uint32_t done;     // the order that side B has carried out
    uint64_t count;            // of the order; STOP = end
    uint64_t batch;
    double cpu_b;              // side B's processor time for the last order, where it has a process of its own
    _Atomic uint64_t ended_at;
} *shared;

_Static_assert(sizeof(struct shared) <= CONTROL_BYTES, "the control page is too small");

static pid_t second;
static pthread_t second_thread;
static volatile sig_atomic_t ending;
static volatile uint64_t sink;

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

void fail_with(const char *what, int code)
{
    fprintf(stderr, "%s: code %d\n", what, code);
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

size_t depth(const struct options *options)
{
    size_t messages = 1024;
    while (messages > 4 && messages * options->size > (1 << 20))
    {
        messages /= 2;
    }

    return messages;
}

uint64_t pause_before_send(void)
{
    uint64_t asked = now_ns(), now = asked;
    while (now - asked < PAUSE_NS)
    {
        now = now_ns();
    }

    return now;
}

void fill(void *message, const struct options *options, uint64_t value)
{
    if (options->touched)
    {
        memset(message, (int)value, options->size);
    }
    else
    {
        memcpy(message, &value, options->size < sizeof value ? options->size : sizeof value);
    }
}

void look(const void *message, const struct options *options)
{
    uint64_t sum = 0;
    size_t size = options->touched ? options->size : 1;
    for (size_t offset = 0; offset < size; offset += CACHE_LINE)
    {
        sum += ((const volatile unsigned char *)message)[offset];
    }

    sink = sum;
}

static enum workload workload_of(const char *name)
{
    return strcmp(name, "latency") == 0 ? LATENCY : strcmp(name, "wake") == 0 ? WAKE : THROUGHPUT;
}

struct options parse(int argc, char **argv)
{
    if (argc != 9)
    {
        fprintf(stderr, "usage: %s MODE WORKLOAD SIZE MILLISECONDS CORE_A CORE_B process|thread touched|untouched\n", argv[0]);
        exit(2);
    }

    struct options options = {
        .mode = argv[1],
        .workload = workload_of(argv[2]),
        .size = strtoul(argv[3], NULL, 10),
        .target_ns = strtod(argv[4], NULL) * 1e6,
        .core_a = atoi(argv[5]),
        .core_b = atoi(argv[6]),
        .threads = strcmp(argv[7], "thread") == 0,
        .touched = strcmp(argv[8], "touched") == 0,
    };
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

static double cpu_ns(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e9 + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e3;
}

static void wait_until(_Atomic uint32_t *word, uint32_t value)
{
    uint32_t seen;
    while ((seen = atomic_load_explicit(word, memory_order_acquire)) != value)
    {
        syscall(SYS_futex, word, FUTEX_WAIT, seen, NULL, NULL, 0);
    }
}

static void set_and_wake(_Atomic uint32_t *word, uint32_t value)
{
    atomic_store_explicit(word, value, memory_order_release);
    syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

void follow(const struct options *options, const struct program *program)
{
    for (uint32_t order = 1;; order++)
    {
        wait_until(&shared->order, order);
        if (shared->count == STOP)
        {
            break;
        }

        struct pass pass = {shared->count, NULL, shared->batch};
        double before = cpu_ns();
        atomic_store_explicit(&shared->ready, order, memory_order_release);
        program->side_b(options, &pass);
        shared->cpu_b = options->threads ? 0 : cpu_ns() - before;
        set_and_wake(&shared->done, order);
    }

    if (program->close != NULL)
    {
        program->close(options, SIDE_B);
    }
}

static void open_side(const struct options *options, const struct program *program, enum side side)
{
    pin(side == SIDE_A ? options->core_a : options->core_b);
    if (program->open != NULL)
    {
        program->open(options, side);
    }
}

struct start
{
    const struct options *options;
    const struct program *program;
};

static void *run_side_b(void *argument)
{
    const struct start *start = argument;
    open_side(start->options, start->program, SIDE_B);
    follow(start->options, start->program);
    return NULL;
}

// A side that waits for one that has gone would wait for ever.
static void on_child(int signal)
{
    static const char text[] = "the second side ended early\n";
    int status;
    (void)signal;
    if (!ending && second > 0 && waitpid(second, &status, WNOHANG) == second)
    {
        ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);
        (void)ignored;
        _exit(1);
    }
}

void begin_apart(const struct options *options, const struct program *program, enum side side, void *control)
{
    shared = control;
    open_side(options, program, side);
}

void begin(const struct options *options, const struct program *program)
{
    static struct start start;
    start = (struct start){options, program};
    shared = shared_memory(CONTROL_BYTES);
    if (program->prepare != NULL)
    {
        program->prepare(options);
    }

    if (options->threads)
    {
        errno = pthread_create(&second_thread, NULL, run_side_b, &start);
        if (errno != 0)
        {
            fail("pthread_create");
        }
    }
    else
    {
        signal(SIGCHLD, on_child);
        second = fork();
        if (second < 0)
        {
            fail("fork");
        }

        if (second == 0)
        {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            second = -1;
            run_side_b(&start);
            _exit(0);
        }
    }

    open_side(options, program, SIDE_A);
}

void end(const struct options *options, const struct program *program)
{
    ending = 1;
    shared->count = STOP;
    set_and_wake(&shared->order, atomic_load(&shared->order) + 1);
    if (program->close != NULL)
    {
        program->close(options, SIDE_A);
    }

    if (second > 0)
    {
        waitpid(second, NULL, 0);
    }
    else if (options->threads)
    {
        pthread_join(second_thread, NULL);
    }
}

// Runs both sides once. Returns when side A began, and stores the processor time of both in *cpu.
static uint64_t run_pass(const struct options *options, const struct program *program, const struct pass *pass, double *cpu)
{
    if (program->reset != NULL)
    {
        program->reset(options);
    }

    uint32_t order = atomic_load(&shared->order) + 1;
    shared->count = pass->count;
    shared->batch = pass->batch;
    double before = cpu_ns();
    set_and_wake(&shared->order, order);
    while (atomic_load_explicit(&shared->ready, memory_order_acquire) != order)
    {
        sched_yield();
    }

    uint64_t began = now_ns();
    program->side_a(options, pass);
    wait_until(&shared->done, order);
    *cpu = cpu_ns() - before + shared->cpu_b;
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

// Finds a count that fills the target, rising from a small one.
static uint64_t calibrate(const struct options *options, const struct program *program)
{
    uint64_t count = options->workload == WAKE || options->size > 1024 ? 64 : 1024;
    for (;;)
    {
        double cpu;
        struct pass pass = {count, NULL, count};
        uint64_t began = run_pass(options, program, &pass, &cpu);
        uint64_t ended = options->workload == THROUGHPUT ? atomic_load(&shared->ended_at) : now_ns();
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
    uint64_t count = calibrate(options, program);
    bool batched = options->workload == LATENCY && options->target_ns / (double)count < BATCH_BELOW_NS;
    uint32_t *samples = calloc(count, sizeof *samples);
    double cpu;
    struct latency result;

    struct pass single = {count, samples, 1};
    run_pass(options, program, &single, &cpu);
    qsort(samples, count, sizeof *samples, compare);
    result.p50 = percentile(samples, count, 0.5) / 2;
    result.p99 = percentile(samples, count, 0.99) / 2;
    result.p999 = percentile(samples, count, 0.999) / 2;
    result.max = (double)samples[count - 1] / 2;
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
    printf("p50=%.2f p99=%.2f p999=%.2f max=%.2f cpu=%.2f\n", latency.p50, latency.p99, latency.p999, latency.max, latency.cpu);
    fflush(stdout);
}

void run_throughput(const struct options *options, const struct program *program)
{
    uint64_t count = calibrate(options, program);
    double cpu;
    struct pass pass = {count, NULL, count};
    uint64_t began = run_pass(options, program, &pass, &cpu);
    double elapsed = (double)(atomic_load(&shared->ended_at) - began);
    printf("rate=%.1f cpu=%.2f\n", (double)count / elapsed * 1e9, cpu / (double)count);
    fflush(stdout);
}

void measure_and_print(const struct options *options, const struct program *program)
{
    if (options->workload == THROUGHPUT)
    {
        run_throughput(options, program);
    }
    else
    {
        print_latency(measure_latency(options, program));
    }
}

void run(const struct options *options, const struct program *program)
{
    begin(options, program);
    measure_and_print(options, program);
    end(options, program);
}
