using System.IO.Pipelines;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>System.IO.Pipelines: a pipe there and one back, which pause the writer at the bench's depth.</summary>
internal sealed class PipelinesSystem : IBenchSystem
{
    public const string Key = "pipelines";

    private readonly WorkerArguments _arguments;
    private readonly Pipe _there;
    private readonly Pipe _back;

    public PipelinesSystem(WorkerArguments arguments)
    {
        long most = (long)Depth.For(arguments.Size) * arguments.Size;
        var options = new PipeOptions(pauseWriterThreshold: most, resumeWriterThreshold: most / 2, useSynchronizationContext: false);
        _arguments = arguments;
        _there = new Pipe(options);
        _back = new Pipe(options);
    }

    public Side Open(Role role)
    {
        PipeWriter writer = (role == Role.A ? _there : _back).Writer;
        PipeReader reader = (role == Role.A ? _back : _there).Reader;
        var end = new PipelinesAsyncEnd(writer, reader, _arguments.Size, new Content(_arguments.Touched));
        return new AsyncSide<PipelinesAsyncEnd, ReadResult>(role, end, this);
    }

    public void Dispose()
    {
    }
}
