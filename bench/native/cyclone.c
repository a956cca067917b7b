// Cyclone DDS over loopback: one reliable topic there and one back, each side waits in a wait set. `idlc` makes BenchMessage.h.
#include "conduit.h"

#include <dds/dds.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "BenchMessage.h"

// Loopback only, no multicast, and datagrams as large as they may be.
#define CONFIGURATION                                                                                                   \
    "<CycloneDDS><Domain><General><Interfaces><NetworkInterface name=\"lo\"/></Interfaces>"                             \
    "<AllowMulticast>false</AllowMulticast><MaxMessageSize>65500B</MaxMessageSize><FragmentSize>65000B</FragmentSize>"  \
    "</General><Discovery><ParticipantIndex>auto</ParticipantIndex><Peers><Peer Address=\"127.0.0.1\"/></Peers>"        \
    "</Discovery></Domain></CycloneDDS>"

static dds_entity_t participant, writer, reader, waiting;
static Bench_Message outgoing;

static dds_entity_t check(dds_entity_t code, const char *what)
{
    if (code < 0)
    {
        fprintf(stderr, "%s: %s\n", what, dds_strretcode(-code));
        _exit(1);
    }

    return code;
}

static dds_entity_t topic(const char *name)
{
    return check(dds_create_topic(participant, &Bench_Message_desc, name, NULL, NULL), "dds_create_topic");
}

static void open_end(const struct options *options, enum side side)
{
    setenv("CYCLONEDDS_URI", CONFIGURATION, 1);
    participant = check(dds_create_participant(DDS_DOMAIN_DEFAULT, NULL, NULL), "dds_create_participant");
    dds_qos_t *qos = dds_create_qos();
    dds_qset_reliability(qos, DDS_RELIABILITY_RELIABLE, DDS_SECS(10));
    dds_qset_history(qos, DDS_HISTORY_KEEP_ALL, 0);
    dds_qset_resource_limits(qos, (int32_t)depth(options), DDS_LENGTH_UNLIMITED, DDS_LENGTH_UNLIMITED);
    dds_entity_t there = topic("ViaductBenchThere"), back = topic("ViaductBenchBack");
    writer = check(dds_create_writer(participant, side == SIDE_A ? there : back, qos, NULL), "dds_create_writer");
    reader = check(dds_create_reader(participant, side == SIDE_A ? back : there, qos, NULL), "dds_create_reader");
    dds_delete_qos(qos);

    waiting = check(dds_create_waitset(participant), "dds_create_waitset");
    dds_entity_t some = check(dds_create_readcondition(reader, DDS_ANY_STATE), "dds_create_readcondition");
    check(dds_waitset_attach(waiting, some, 0), "dds_waitset_attach");
    outgoing.bytes._buffer = calloc(1, options->size);
    outgoing.bytes._length = outgoing.bytes._maximum = (uint32_t)options->size;

    dds_publication_matched_status_t published = {0};
    dds_subscription_matched_status_t subscribed = {0};
    while (published.current_count == 0 || subscribed.current_count == 0)
    {
        usleep(1000);
        check(dds_get_publication_matched_status(writer, &published), "dds_get_publication_matched_status");
        check(dds_get_subscription_matched_status(reader, &subscribed), "dds_get_subscription_matched_status");
    }
}

static void close_end(const struct options *options, enum side side)
{
    (void)options;
    (void)side;
    dds_delete(participant);
}

static void send_message(const struct options *options, uint64_t value)
{
    fill(outgoing.bytes._buffer, options, value);
    check(dds_write(writer, &outgoing), "dds_write");
}

static void receive_message(const struct options *options)
{
    for (;;)
    {
        void *taken = NULL;
        dds_sample_info_t info;
        int count = check(dds_take(reader, &taken, &info, 1, 1), "dds_take");
        if (count > 0)
        {
            if (info.valid_data)
            {
                look(((Bench_Message *)taken)->bytes._buffer, options);
            }

            bool valid = info.valid_data;
            check(dds_return_loan(reader, &taken, count), "dds_return_loan");
            if (valid)
            {
                return;
            }

            fprintf(stderr, "the other side has gone\n");
            _exit(1);
        }

        check(dds_waitset_wait(waiting, NULL, 0, DDS_INFINITY), "dds_waitset_wait");
    }
}

int main(int argc, char **argv)
{
    struct options options = parse(argc, argv);
    const struct program program = {.open = open_end, .side_a = conduit_a, .side_b = conduit_b, .close = close_end};
    run(&options, &program);
    return 0;
}
