// nng, a pair of pair0 sockets over ipc. Messages are written and read in the library's own memory.
#include "conduit.h"

#include <nng/nng.h>
#include <nng/protocol/pair0/pair.h>
#include <stdio.h>
#include <unistd.h>

static char address[64];
static nng_socket end_of_side;

static void check(int code, const char *what)
{
    if (code != 0)
    {
        fprintf(stderr, "%s: %s\n", what, nng_strerror(code));
        _exit(1);
    }
}

static void prepare(const struct options *options)
{
    (void)options;
    // An abstract name: nothing is left behind.
    snprintf(address, sizeof address, "abstract://viaduct-bench-%d", (int)getpid());
}

static void open_end(const struct options *options, enum side side)
{
    int messages = (int)depth(options);
    check(nng_pair0_open(&end_of_side), "nng_pair0_open");
    check(nng_socket_set_int(end_of_side, NNG_OPT_SENDBUF, messages), "NNG_OPT_SENDBUF");
    check(nng_socket_set_int(end_of_side, NNG_OPT_RECVBUF, messages), "NNG_OPT_RECVBUF");
    check(nng_socket_set_size(end_of_side, NNG_OPT_RECVMAXSZ, 0), "NNG_OPT_RECVMAXSZ");
    if (side == SIDE_A)
    {
        check(nng_listen(end_of_side, address, NULL, 0), "nng_listen");
        return;
    }

    // The other side may not listen yet.
    int code = 0;
    for (int attempt = 0; attempt < 500 && (code = nng_dial(end_of_side, address, NULL, 0)) == NNG_ECONNREFUSED; attempt++)
    {
        usleep(10000);
    }

    check(code, "nng_dial");
}

static void close_end(const struct options *options, enum side side)
{
    (void)options;
    (void)side;
    nng_close(end_of_side);
}

static void send_message(const struct options *options, uint64_t value)
{
    nng_msg *message;
    check(nng_msg_alloc(&message, options->size), "nng_msg_alloc");
    fill(nng_msg_body(message), options, value);
    check(nng_sendmsg(end_of_side, message, 0), "nng_sendmsg");
}

static void receive_message(const struct options *options)
{
    nng_msg *message;
    check(nng_recvmsg(end_of_side, &message, 0), "nng_recvmsg");
    look(nng_msg_body(message), options);
    nng_msg_free(message);
}

int main(int argc, char **argv)
{
    struct options options = parse(argc, argv);
    const struct program program = {
        .prepare = prepare, .open = open_end, .side_a = conduit_a, .side_b = conduit_b, .close = close_end};
    run(&options, &program);
    return 0;
}
