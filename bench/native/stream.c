// The limit of throughput: how fast one core reads what the other has just written, each message published on its own. The
// messages lie in a ring; the last word of each is its flag, so there is no index that both sides would fetch; the reader
// tells how far it is only a few times a round. Each message is rewritten in full and one byte of every cache line is read.
// As many messages as everywhere are on their way, but the memory that they use in turn may be more: what the reader has just
// let go of is still in its caches and slower to write. With the mode `copy` the sender writes a buffer of its own and copies it.
#include "common.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROTATION_BYTES (8u << 20)
#define ROTATION_SLOTS 64

typedef uint64_t vector __attribute__((vector_size(16)));

static struct
{
    _Alignas(2 * CACHE_LINE) _Atomic uint64_t read;
    _Alignas(2 * CACHE_LINE) char end;
} *control;

static char *ring;
static size_t ahead;    // messages on their way
static size_t slots;    // messages' memory; both are powers of two
static char *own;       // the sender's buffer, or NULL
static volatile uint64_t sink;

static void prepare(const struct options *options)
{
    ahead = slots = depth(options);
    while (slots < ROTATION_SLOTS && slots * options->size < ROTATION_BYTES)
    {
        slots *= 2;
    }

    control = shared_memory(sizeof *control);
    ring = shared_memory(slots * options->size);
    own = strcmp(options->mode, "copy") == 0 ? malloc(options->size) : NULL;
}

static void reset(const struct options *options)
{
    atomic_store(&control->read, 0);
    memset(ring, 0xff, slots * options->size);
}

static inline _Atomic uint64_t *flag(char *message, size_t size)
{
    return (_Atomic uint64_t *)(message + size - sizeof(uint64_t));
}

static inline void put(char *message, size_t size, uint64_t value)
{
    if (size == 64)
    {
        for (int word = 0; word < 3; word++)
        {
            ((volatile vector *)message)[word] = (vector){value, value};
        }

        ((volatile uint64_t *)message)[6] = value;
    }
    else if (own != NULL && size > 8)
    {
        memset(own, (int)value, size - sizeof(uint64_t));
        memcpy(message, own, size - sizeof(uint64_t));
    }
    else if (size > 8)
    {
        memset(message, (int)value, size - sizeof(uint64_t));
    }

    atomic_store_explicit(flag(message, size), value, memory_order_release);
}

static void side_a(const struct options *options, const struct pass *pass)
{
    uint64_t known_read = 0;
    for (uint64_t i = 0; i < pass->count; i++)
    {
        while (i - known_read >= ahead)
        {
            known_read = atomic_load_explicit(&control->read, memory_order_acquire);
        }

        put(ring + (i & (slots - 1)) * options->size, options->size, i);
    }
}

static void side_b(const struct options *options, const struct pass *pass)
{
    size_t size = options->size;
    uint64_t report = ahead / 4;
    uint64_t per_look = size < CACHE_LINE ? CACHE_LINE / size : 1;
    uint64_t sum = 0;
    for (uint64_t i = 0; i < pass->count;)
    {
        // Messages smaller than a cache line are looked at a line at a time: the last one tells that all of the line are there.
        uint64_t last = i + per_look <= pass->count ? i + per_look - 1 : pass->count - 1;
        char *message = ring + (last & (slots - 1)) * size;
        while (atomic_load_explicit(flag(message, size), memory_order_acquire) != last)
        {
        }

        for (size_t offset = 0; offset + CACHE_LINE < size; offset += CACHE_LINE)
        {
            sum += *(volatile unsigned char *)(message + offset);
        }

        uint64_t next = last + 1;
        if (next / report != i / report)
        {
            atomic_store_explicit(&control->read, next, memory_order_release);
        }

        i = next;
    }

    stream_ended();
    sink = sum;
}

int main(int argc, char **argv)
{
    struct options options = parse(argc, argv);
    const struct program program = {.prepare = prepare, .reset = reset, .side_a = side_a, .side_b = side_b};
    run(&options, &program);
    return 0;
}
