using System.Threading.Channels;
using Viaduct.Benchmarks.Messages;
using Viaduct.Benchmarks.Plan;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>System.Threading.Channels, bounded, with a single reader; with a single writer unless it is a fan-in.</summary>
internal sealed class ChannelsSystem<T> : IBenchSystem
    where T : unmanaged, IMessage<T>
{
    public const string Key = "channels";

    private readonly WorkerArguments _arguments;
    private readonly Channel<T> _there;
    private readonly Channel<T> _back;

    public ChannelsSystem(WorkerArguments arguments)
    {
        var options = new BoundedChannelOptions(Depth.For(arguments.Size)) { SingleReader = true, SingleWriter = arguments.Variant.Producers == 0 };
        _arguments = arguments;
        _there = Channel.CreateBounded<T>(options);
        _back = Channel.CreateBounded<T>(options);
    }

    public Side Open(Role role)
    {
        ChannelWriter<T> writer = (role == Role.A ? _there : _back).Writer;
        ChannelReader<T> reader = (role == Role.A ? _back : _there).Reader;
        return _arguments.Wait == WaitKind.Spin
            ? new SyncSide<ChannelsEnd<T>>(role, new ChannelsEnd<T>(writer, reader), this)
            : new AsyncSide<ChannelsAsyncEnd<T>, T>(role, new ChannelsAsyncEnd<T>(writer, reader), this);
    }

    public void Dispose()
    {
    }
}
