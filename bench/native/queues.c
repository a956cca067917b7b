// The kernel's message queues: MODE is posix (mq_send) or sysv (msgsnd). A message that is larger than the machine lets one be
// is sent in parts.
#include "conduit.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <unistd.h>

// What an unprivileged process gets everywhere.
#define POSIX_PART 8192
#define POSIX_DEPTH 10
#define SYSV_QUEUE_BYTES (1 << 20)

struct letter
{
    long type;
    char text[];
};

static bool posix;
static mqd_t posix_there, posix_back, posix_in, posix_out;
static int sysv_there, sysv_back, sysv_in, sysv_out;
static size_t part;
static struct letter *outgoing, *incoming;

static mqd_t open_posix(const char *direction, size_t messages, size_t bytes)
{
    char name[64];
    struct mq_attr attributes = {.mq_maxmsg = (long)messages, .mq_msgsize = (long)bytes};
    snprintf(name, sizeof name, "/viaduct-bench-%d-%s", (int)getpid(), direction);
    mqd_t queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
    mq_unlink(name);
    return queue;
}

static void prepare_posix(const struct options *options)
{
    struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_MSGQUEUE, &none);
    part = options->size;
    posix_there = open_posix("there", depth(options), part);
    posix_back = open_posix("back", depth(options), part);
    if (posix_there == (mqd_t)-1 || posix_back == (mqd_t)-1)
    {
        part = options->size < POSIX_PART ? options->size : POSIX_PART;
        posix_there = open_posix("there", POSIX_DEPTH, part);
        posix_back = open_posix("back", POSIX_DEPTH, part);
    }

    if (posix_there == (mqd_t)-1 || posix_back == (mqd_t)-1)
    {
        fail("mq_open");
    }
}

static int open_sysv(void)
{
    int queue = msgget(IPC_PRIVATE, 0600);
    struct msqid_ds state;
    if (queue < 0)
    {
        fail("msgget");
    }

    // More than the machine's default takes a privilege; without it the queue is as deep as it is.
    if (msgctl(queue, IPC_STAT, &state) == 0)
    {
        state.msg_qbytes = SYSV_QUEUE_BYTES;
        msgctl(queue, IPC_SET, &state);
    }

    return queue;
}

// These queues outlive their processes.
static void remove_sysv(void)
{
    msgctl(sysv_there, IPC_RMID, NULL);
    msgctl(sysv_back, IPC_RMID, NULL);
}

static void prepare_sysv(const struct options *options)
{
    struct msginfo limits;
    if (msgctl(0, IPC_INFO, (struct msqid_ds *)&limits) < 0)
    {
        fail("msgctl");
    }

    part = options->size < (size_t)limits.msgmax ? options->size : (size_t)limits.msgmax;
    sysv_there = open_sysv();
    sysv_back = open_sysv();
    atexit(remove_sysv);
}

static void prepare(const struct options *options)
{
    posix = strcmp(options->mode, "posix") == 0;
    if (posix)
    {
        prepare_posix(options);
    }
    else
    {
        prepare_sysv(options);
    }
}

static void open_end(const struct options *options, enum side side)
{
    posix_in = side == SIDE_A ? posix_back : posix_there;
    posix_out = side == SIDE_A ? posix_there : posix_back;
    sysv_in = side == SIDE_A ? sysv_back : sysv_there;
    sysv_out = side == SIDE_A ? sysv_there : sysv_back;
    outgoing = calloc(1, sizeof *outgoing + options->size);
    incoming = calloc(1, sizeof *incoming + options->size);
    outgoing->type = 1;
}

static void send_message(const struct options *options, uint64_t value)
{
    fill(outgoing->text, options, value);
    for (size_t done = 0; done < options->size; done += part)
    {
        size_t count = options->size - done < part ? options->size - done : part;
        if (posix)
        {
            if (mq_send(posix_out, outgoing->text + done, count, 0) != 0)
            {
                fail("mq_send");
            }

            continue;
        }

        // The type lies before the text, so for a later part it overwrites what has been sent already.
        struct letter *letter = (struct letter *)((char *)outgoing + done);
        letter->type = 1;
        if (msgsnd(sysv_out, letter, count, 0) != 0)
        {
            fail("msgsnd");
        }
    }
}

static void receive_message(const struct options *options)
{
    for (size_t done = 0; done < options->size;)
    {
        // The last word of the part before is where the type of a later one comes to lie; it is put back.
        struct letter *letter = (struct letter *)((char *)incoming + done);
        long kept = letter->type;
        ssize_t count = posix ? mq_receive(posix_in, incoming->text + done, options->size - done < part ? part : options->size - done, NULL)
                              : msgrcv(sysv_in, letter, options->size - done, 0, 0);
        if (count < 0)
        {
            fail(posix ? "mq_receive" : "msgrcv");
        }

        letter->type = kept;
        done += (size_t)count;
    }

    look(incoming->text, options);
}

static void close_end(const struct options *options, enum side side)
{
    (void)options;
    (void)side;
    free(outgoing);
    free(incoming);
}

int main(int argc, char **argv)
{
    struct options options = parse(argc, argv);
    const struct program program = {
        .prepare = prepare, .open = open_end, .side_a = conduit_a, .side_b = conduit_b, .close = close_end};
    run(&options, &program);
    return 0;
}
