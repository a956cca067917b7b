namespace Viaduct.Benchmarks.Run;

/// <summary>A program of <c>bench/native</c>, and what it takes to compile it.</summary>
/// <param name="Source">The source file; one that ends in <c>.cpp</c> is C++.</param>
internal sealed record NativeProgram(string Source)
{
    public static NativeProgram PingPong { get; } = new("pingpong.c");

    public static NativeProgram Stream { get; } = new("stream.c");

    public static NativeProgram Futex { get; } = new("futex.c");

    public static NativeProgram Sockets { get; } = new("sockets.c");

    public static NativeProgram Queues { get; } = new("queues.c") { Libraries = ["rt"] };

    public static NativeProgram ZeroMq { get; } = new("zmq.c") { Libraries = ["zmq"], Packages = "libzmq3-dev" };

    public static NativeProgram Nng { get; } = new("nng.c") { Libraries = ["nng"], Packages = "libnng-dev" };

    /// <summary>Both ranks run under <c>mpirun</c>, on the cores that the program itself chooses, through shared memory.</summary>
    public static NativeProgram OpenMpi { get; } = new("mpi.c")
    {
        Compiler = "mpicc",
        Packages = "libopenmpi-dev openmpi-bin",
        Launcher = ["mpirun", "-n", "2", "--bind-to", "none", "--oversubscribe", "--mca", "pml", "ob1", "--mca", "btl", "self,vader"],
        Environment = { ["OMPI_ALLOW_RUN_AS_ROOT"] = "1", ["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1" },
    };

    public static NativeProgram Iceoryx { get; } = new("iceoryx.cpp")
    {
        Libraries = ["iceoryx_posh", "iceoryx_hoofs", "iceoryx_platform"],
        IncludePattern = "/usr/include/iceoryx/v*",
        Packages = "libiceoryx-posh-dev iceoryx",
        Needs = "iox-roudi",
    };

    public static NativeProgram Cyclone { get; } = new("cyclone.c")
    {
        Libraries = ["ddsc"],
        Generator = ("idlc", "BenchMessage.idl", "BenchMessage.c"),
        Packages = "cyclonedds-dev cyclonedds-tools",
    };

    public string Name => Path.GetFileNameWithoutExtension(Source);

    public bool IsCpp => Source.EndsWith(".cpp", StringComparison.Ordinal);

    public IReadOnlyList<string> Libraries { get; init; } = [];

    /// <summary>Debian's packages, named where something is missing; null when the C library is all.</summary>
    public string? Packages { get; init; }

    /// <summary>A compiler of its own; null = any C or C++ compiler.</summary>
    public string? Compiler { get; init; }

    /// <summary>Directories with headers, as a pattern whose last part may hold a star.</summary>
    public string? IncludePattern { get; init; }

    /// <summary>A program that has to be there when it runs.</summary>
    public string? Needs { get; init; }

    /// <summary>A program that makes source code, what it is given, and the source file that it makes; null = none.</summary>
    public (string Program, string Input, string Output)? Generator { get; init; }

    /// <summary>What starts the compiled program; empty = it starts itself.</summary>
    public IReadOnlyList<string> Launcher { get; init; } = [];

    /// <summary>Variables that it is started with.</summary>
    public Dictionary<string, string> Environment { get; } = [];
}
