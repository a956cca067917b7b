// The kernel's own byte streams and packets, used as plainly as they can be: MODE is pipe, vmsplice, unix, seqpacket or tcp
// (loopback). One system call a message on each side, more only where the kernel takes less at once.
#include "conduit.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define PIPE_BYTES (1 << 20)
#define PAGE_BYTES 4096

// The ends of each side, where it reads and where it writes, and after open_end this side's own.
static int ins[2], outs[2], in, out;
static char *outgoing, *incoming;

// vmsplice lends pages to the pipe, so a message may be written anew only when the pipe can't hold it any more.
static bool lends;
static size_t lent_messages, next_lent;

// Packets: the most that the kernel takes at once; larger messages are sent in parts.
static size_t part = SIZE_MAX;

static void open_pipe(void)
{
    int there[2], back[2];
    if (pipe(there) != 0 || pipe(back) != 0)
    {
        fail("pipe");
    }

    outs[SIDE_A] = there[1];
    ins[SIDE_B] = there[0];
    outs[SIDE_B] = back[1];
    ins[SIDE_A] = back[0];
}

static void open_pair(int type)
{
    int pair[2];
    if (socketpair(AF_UNIX, type, 0, pair) != 0)
    {
        fail("socketpair");
    }

    for (int side = 0; side < 2; side++)
    {
        ins[side] = outs[side] = pair[side];
    }
}

// A packet has to fit into the send buffer as a whole. More than the machine's bound takes a privilege.
static void allow_packets(size_t size)
{
    int wanted = (int)(2 * size + 65536), allowed = 0;
    socklen_t length = sizeof allowed;
    for (int side = 0; side < 2; side++)
    {
        if (setsockopt(outs[side], SOL_SOCKET, SO_SNDBUFFORCE, &wanted, sizeof wanted) != 0)
        {
            setsockopt(outs[side], SOL_SOCKET, SO_SNDBUF, &wanted, sizeof wanted);
        }
    }

    getsockopt(outs[0], SOL_SOCKET, SO_SNDBUF, &allowed, &length);
    part = (size_t)allowed / 2;
}

static void open_tcp(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int one = 1;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 1) != 0
        || getsockname(listener, (struct sockaddr *)&address, &length) != 0)
    {
        fail("listen");
    }

    ins[SIDE_A] = outs[SIDE_A] = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(outs[SIDE_A], (struct sockaddr *)&address, sizeof address) != 0)
    {
        fail("connect");
    }

    ins[SIDE_B] = outs[SIDE_B] = accept(listener, NULL, NULL);
    close(listener);
    setsockopt(outs[SIDE_A], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(outs[SIDE_B], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static void prepare(const struct options *options)
{
    if (strcmp(options->mode, "pipe") == 0)
    {
        open_pipe();
    }
    else if (strcmp(options->mode, "vmsplice") == 0)
    {
        open_pipe();
        lends = true;
        for (int side = 0; side < 2; side++)
        {
            if (fcntl(outs[side], F_SETPIPE_SZ, PIPE_BYTES) < 0)
            {
                fail("F_SETPIPE_SZ");
            }
        }
    }
    else if (strcmp(options->mode, "unix") == 0)
    {
        open_pair(SOCK_STREAM);
    }
    else if (strcmp(options->mode, "seqpacket") == 0)
    {
        open_pair(SOCK_SEQPACKET);
        allow_packets(options->size);
    }
    else
    {
        open_tcp();
    }
}

static void open_end(const struct options *options, enum side side)
{
    // The other side's ends are closed, so that a side that has gone is seen.
    in = ins[side];
    out = outs[side];
    close(ins[1 - side]);
    if (outs[1 - side] != ins[1 - side])
    {
        close(outs[1 - side]);
    }

    // A pipe holds a page reference for each piece, however small.
    size_t most = options->size < PAGE_BYTES ? PIPE_BYTES / PAGE_BYTES : PIPE_BYTES / options->size;
    lent_messages = lends ? most + 3 : 1;
    outgoing = aligned_alloc(PAGE_BYTES, (lent_messages * options->size + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES);
    incoming = aligned_alloc(PAGE_BYTES, (options->size + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES);
    memset(outgoing, 0, lent_messages * options->size);
    memset(incoming, 0, options->size);
}

static void close_end(const struct options *options, enum side side)
{
    (void)options;
    (void)side;
    close(in);
    if (out != in)
    {
        close(out);
    }
}

static void send_message(const struct options *options, uint64_t value)
{
    char *message = outgoing + next_lent * options->size;
    next_lent = next_lent + 1 < lent_messages ? next_lent + 1 : 0;
    fill(message, options, value);
    for (size_t done = 0; done < options->size;)
    {
        size_t left = options->size - done;
        struct iovec piece = {message + done, left};
        ssize_t count = lends ? vmsplice(out, &piece, 1, 0) : write(out, message + done, left < part ? left : part);
        if (count <= 0)
        {
            fail("write");
        }

        done += (size_t)count;
    }
}

static void receive_message(const struct options *options)
{
    for (size_t done = 0; done < options->size;)
    {
        ssize_t count = read(in, incoming + done, options->size - done);
        if (count <= 0)
        {
            fail("read");
        }

        done += (size_t)count;
    }

    look(incoming, options);
}

int main(int argc, char **argv)
{
    struct options options = parse(argc, argv);
    const struct program program = {
        .prepare = prepare, .open = open_end, .side_a = conduit_a, .side_b = conduit_b, .close = close_end};
    run(&options, &program);
    return 0;
}
