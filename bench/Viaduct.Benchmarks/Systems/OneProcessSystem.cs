using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>The limit of calls with bytes: the same work in one process, without a call.</summary>
internal sealed class OneProcessSystem : IBenchSystem
{
    public const string Key = "one-process";

    private readonly WorkerArguments _arguments;

    public OneProcessSystem(WorkerArguments arguments)
    {
        _arguments = arguments;
    }

    public Side Open(Role role) => role == Role.A
        ? new SyncSide<OneProcessEnd>(role, new OneProcessEnd(_arguments.Size), this)
        : new PassiveSide();

    public void Dispose()
    {
    }
}
