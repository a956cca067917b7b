using System.Threading.Channels;
using Viaduct.Benchmarks.Messages;
using Viaduct.Benchmarks.Plan;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>System.Threading.Channels, bounded; with a single writer and a single reader unless several share it.</summary>
internal sealed class ChannelsSystem<T> : IBenchSystem
    where T : unmanaged, IMessage<T>
{
    public const string Key = "channels";

    private readonly WorkerArguments _arguments;
    private readonly Channel<T> _there;
    private readonly Channel<T> _back;

    public ChannelsSystem(WorkerArguments arguments)
    {
        var options = new BoundedChannelOptions(Depth.For(arguments.Size))
        {
            SingleReader = arguments.Variant.Threads == 0,
            SingleWriter = arguments.Variant is { Threads: 0, Producers: 0 },
        };
        _arguments = arguments;
        _there = Channel.CreateBounded<T>(options);
        _back = Channel.CreateBounded<T>(options);
    }

    public Side Open(Role role)
    {
        ChannelWriter<T> writer = (role == Role.A ? _there : _back).Writer;
        ChannelReader<T> reader = (role == Role.A ? _back : _there).Reader;
        if (_arguments.Variant.Threads is > 0 and int threads)
        {
            IEnumerable<int> team = Enumerable.Range(0, threads);
            return _arguments.Wait == WaitKind.Spin
                ? new TeamSide<ChannelsEnd<T>>(role, team.Select(_ => new ChannelsEnd<T>(writer, reader)), this)
                : new AsyncTeamSide<ChannelsAsyncEnd<T>, T>(role, team.Select(_ => new ChannelsAsyncEnd<T>(writer, reader)), this);
        }

        return _arguments.Wait == WaitKind.Spin
            ? new SyncSide<ChannelsEnd<T>>(role, new ChannelsEnd<T>(writer, reader), this)
            : new AsyncSide<ChannelsAsyncEnd<T>, T>(role, new ChannelsAsyncEnd<T>(writer, reader), this);
    }

    public void Dispose()
    {
    }
}
