// The kernel's own conduits, used as plainly as they can be: MODE is pipe, unix or tcp (loopback), then '-latency' or
// '-throughput'. One system call a message on each side; the receiver touches one byte of every cache line.
#include "common.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// The ends of each side: where it reads and where it writes.
static int in_a, out_a, in_b, out_b;
static char *send_buffer, *receive_buffer_a, *receive_buffer_b;
static volatile uint64_t sink;

static void open_pipe(void)
{
    int there[2], back[2];
    if (pipe(there) != 0 || pipe(back) != 0)
    {
        fail("pipe");
    }

    out_a = there[1];
    in_b = there[0];
    out_b = back[1];
    in_a = back[0];
}

static void open_unix(void)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
    {
        fail("socketpair");
    }

    in_a = out_a = pair[0];
    in_b = out_b = pair[1];
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

    in_a = out_a = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(out_a, (struct sockaddr *)&address, sizeof address) != 0)
    {
        fail("connect");
    }

    in_b = out_b = accept(listener, NULL, NULL);
    close(listener);
    setsockopt(out_a, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(out_b, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static void set_up(const struct options *options)
{
    if (send_buffer == NULL)
    {
        send_buffer = malloc(options->size);
        receive_buffer_a = malloc(options->size);
        receive_buffer_b = malloc(options->size);
    }

    switch (options->mode[0])
    {
        case 'p': open_pipe(); break;
        case 'u': open_unix(); break;
        default: open_tcp(); break;
    }
}

static void tear_down(const struct options *options)
{
    (void)options;
    close(in_a);
    close(in_b);
    if (out_a != in_a)
    {
        close(out_a);
        close(out_b);
    }
}

static void put(int file, size_t size, uint64_t value)
{
    memset(send_buffer, (int)value, size);
    for (size_t done = 0; done < size;)
    {
        ssize_t count = write(file, send_buffer + done, size - done);
        if (count <= 0)
        {
            fail("write");
        }

        done += (size_t)count;
    }
}

static void take(int file, char *buffer, size_t size)
{
    for (size_t done = 0; done < size;)
    {
        ssize_t count = read(file, buffer + done, size - done);
        if (count <= 0)
        {
            fail("read");
        }

        done += (size_t)count;
    }

    uint64_t sum = 0;
    for (size_t offset = 0; offset < size; offset += CACHE_LINE)
    {
        sum += *(volatile unsigned char *)(buffer + offset);
    }

    sink = sum;
}

static void latency_a(const struct options *options, const struct pass *pass)
{
    uint64_t last = now_ns();
    for (uint64_t i = 1; i <= pass->count; i++)
    {
        put(out_a, options->size, i);
        take(in_a, receive_buffer_a, options->size);
        uint64_t time = now_ns();
        if (pass->samples != NULL && i % pass->batch == 0)
        {
            pass->samples[i / pass->batch - 1] = (uint32_t)(time - last);
        }

        last = time;
    }
}

static void latency_b(const struct options *options, const struct pass *pass)
{
    for (uint64_t i = 1; i <= pass->count; i++)
    {
        take(in_b, receive_buffer_b, options->size);
        put(out_b, options->size, i);
    }
}

static void throughput_a(const struct options *options, const struct pass *pass)
{
    for (uint64_t i = 1; i <= pass->count; i++)
    {
        put(out_a, options->size, i);
    }
}

static void throughput_b(const struct options *options, const struct pass *pass)
{
    for (uint64_t i = 1; i <= pass->count; i++)
    {
        take(in_b, receive_buffer_b, options->size);
    }

    stream_ended();
}

int main(int argc, char **argv)
{
    struct options options = parse(argc, argv);
    const struct program latency = {set_up, latency_a, latency_b, tear_down};
    const struct program throughput = {set_up, throughput_a, throughput_b, tear_down};
    if (strstr(options.mode, "-throughput") != NULL)
    {
        run_throughput(&options, &throughput);
    }
    else
    {
        print_latency(measure_latency(&options, &latency));
    }

    return 0;
}
