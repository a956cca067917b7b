// libzmq, a pair of PAIR sockets; MODE is ipc or tcp. Messages are written and read in the library's own memory.
#include "conduit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zmq.h>

static char address[64];
static void *context, *end_of_side;

// A port that nobody listened on a moment ago.
static int free_port(void)
{
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof any;
    int probe = socket(AF_INET, SOCK_STREAM, 0);
    if (probe < 0 || bind(probe, (struct sockaddr *)&any, sizeof any) != 0 || getsockname(probe, (struct sockaddr *)&any, &length) != 0)
    {
        fail("bind");
    }

    close(probe);
    return ntohs(any.sin_port);
}

static void check(bool good, const char *what)
{
    if (!good)
    {
        fprintf(stderr, "%s: %s\n", what, zmq_strerror(zmq_errno()));
        _exit(1);
    }
}

static void prepare(const struct options *options)
{
    if (strcmp(options->mode, "tcp") == 0)
    {
        snprintf(address, sizeof address, "tcp://127.0.0.1:%d", free_port());
    }
    else
    {
        // An abstract name: nothing is left behind.
        snprintf(address, sizeof address, "ipc://@viaduct-bench-%d", (int)getpid());
    }
}

static void open_end(const struct options *options, enum side side)
{
    int high_water = (int)depth(options), no_linger = 0;
    context = zmq_ctx_new();
    end_of_side = zmq_socket(context, ZMQ_PAIR);
    check(end_of_side != NULL, "zmq_socket");
    zmq_setsockopt(end_of_side, ZMQ_SNDHWM, &high_water, sizeof high_water);
    zmq_setsockopt(end_of_side, ZMQ_RCVHWM, &high_water, sizeof high_water);
    zmq_setsockopt(end_of_side, ZMQ_LINGER, &no_linger, sizeof no_linger);
    check((side == SIDE_A ? zmq_bind : zmq_connect)(end_of_side, address) == 0, address);
}

static void close_end(const struct options *options, enum side side)
{
    (void)options;
    (void)side;
    zmq_close(end_of_side);
    zmq_ctx_term(context);
}

static void send_message(const struct options *options, uint64_t value)
{
    zmq_msg_t message;
    check(zmq_msg_init_size(&message, options->size) == 0, "zmq_msg_init_size");
    fill(zmq_msg_data(&message), options, value);
    check(zmq_msg_send(&message, end_of_side, 0) >= 0, "zmq_msg_send");
}

static void receive_message(const struct options *options)
{
    zmq_msg_t message;
    zmq_msg_init(&message);
    check(zmq_msg_recv(&message, end_of_side, 0) == (int)options->size, "zmq_msg_recv");
    look(zmq_msg_data(&message), options);
    zmq_msg_close(&message);
}

int main(int argc, char **argv)
{
    struct options options = parse(argc, argv);
    const struct program program = {
        .prepare = prepare, .open = open_end, .side_a = conduit_a, .side_b = conduit_b, .close = close_end};
    run(&options, &program);
    return 0;
}
