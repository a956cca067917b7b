// OpenMPI: two ranks of one machine, MPI_Send and MPI_Recv. mpirun starts both sides.
#include "conduit.h"

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int other;
static char *outgoing, *incoming;

static void open_end(const struct options *options, enum side side)
{
    other = side == SIDE_A ? 1 : 0;
    outgoing = calloc(1, options->size);
    incoming = calloc(1, options->size);
}

static void close_end(const struct options *options, enum side side)
{
    (void)options;
    (void)side;
    free(outgoing);
    free(incoming);
}

static void send_message(const struct options *options, uint64_t value)
{
    fill(outgoing, options, value);
    MPI_Send(outgoing, (int)options->size, MPI_BYTE, other, 0, MPI_COMM_WORLD);
}

static void receive_message(const struct options *options)
{
    MPI_Recv(incoming, (int)options->size, MPI_BYTE, other, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    look(incoming, options);
}

int main(int argc, char **argv)
{
    int rank, unit;
    void *control;
    MPI_Aint bytes;
    MPI_Win window;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);

    struct options options = parse(argc, argv);
    const struct program program = {.open = open_end, .side_a = conduit_a, .side_b = conduit_b, .close = close_end};
    MPI_Win_allocate_shared(rank == 0 ? CONTROL_BYTES : 0, 1, MPI_INFO_NULL, MPI_COMM_WORLD, &control, &window);
    MPI_Win_shared_query(window, 0, &bytes, &unit, &control);
    if (rank == 0)
    {
        memset(control, 0, CONTROL_BYTES);
    }

    MPI_Barrier(MPI_COMM_WORLD);
    begin_apart(&options, &program, rank == 0 ? SIDE_A : SIDE_B, control);
    if (rank == 0)
    {
        measure_and_print(&options, &program);
        end(&options, &program);
    }
    else
    {
        follow(&options, &program);
    }

    MPI_Win_free(&window);
    MPI_Finalize();
    return 0;
}
