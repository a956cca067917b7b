// The loops of a peer that moves whole messages one way and back. A program includes this once, defines the four functions
// below, and hands `conduit` to run(): so that the compiler sees through them, and nothing but the peer is measured.
#ifndef VIADUCT_BENCH_CONDUIT_H
#define VIADUCT_BENCH_CONDUIT_H

#include "common.h"

static void open_end(const struct options *options, enum side side);
static void close_end(const struct options *options, enum side side);
static void send_message(const struct options *options, uint64_t value);    // fills it and sends it
static void receive_message(const struct options *options);                 // waits for it and looks at it

static void conduit_a(const struct options *options, const struct pass *pass)
{
    if (options->workload == THROUGHPUT)
    {
        for (uint64_t i = 1; i <= pass->count; i++)
        {
            send_message(options, i);
        }

        return;
    }

    uint64_t last = now_ns();
    for (uint64_t i = 1; i <= pass->count; i++)
    {
        if (options->workload == WAKE)
        {
            last = pause_before_send();
        }

        send_message(options, i);
        receive_message(options);
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

static void conduit_b(const struct options *options, const struct pass *pass)
{
    for (uint64_t i = 1; i <= pass->count; i++)
    {
        receive_message(options);
        if (options->workload != THROUGHPUT)
        {
            send_message(options, i);
        }
    }

    stream_ended();
}

#endif
