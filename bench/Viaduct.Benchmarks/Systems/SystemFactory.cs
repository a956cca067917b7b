using Viaduct.Benchmarks.Messages;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>Makes what a worker was told to run.</summary>
internal static class SystemFactory
{
    public static IBenchSystem Create(WorkerArguments arguments) => arguments.System switch
    {
        ViaductSystem.Key => new ViaductSystem(arguments),
        ChannelsSystem<Message8>.Key => arguments.Size == 8
            ? new ChannelsSystem<Message8>(arguments)
            : new ChannelsSystem<Message64>(arguments),
        StreamSystem.UnixKey or StreamSystem.PipeKey or StreamSystem.TcpKey => new StreamSystem(arguments),
        PipelinesSystem.Key => new PipelinesSystem(arguments),
        MappedSystem.Key => new MappedSystem(arguments),
        ServiceSystem.Key => new ServiceSystem(arguments),
        OneProcessSystem.Key => new OneProcessSystem(arguments),
        _ => throw new ArgumentException($"there is no system '{arguments.System}'", nameof(arguments)),
    };
}
