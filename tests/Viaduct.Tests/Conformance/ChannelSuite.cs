using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

/// <summary>What every pattern keeps at every distance.</summary>
public abstract partial class ChannelSuite(DistanceKind kind) : IAsyncLifetime
{
    protected Distance Distance { get; } = new(kind);

    /// <summary>The node of the senders.</summary>
    protected Node Near => Distance.Near;

    /// <summary>The node of the receivers; at the distance of a thread the same as <see cref="Near"/>.</summary>
    protected Node Far => Distance.Far;

    /// <summary>The name of the sending role, as an error would say it.</summary>
    protected abstract string SenderRole { get; }

    /// <summary>The name of the receiving role, as an error would say it.</summary>
    protected abstract string ReceiverRole { get; }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Distance.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected ChannelSpec<T> Channel<T>(int capacity = 64, ICodec<T>? codec = null, string name = "messages") => new(name)
    {
        Capacity = capacity,
        Context = Distance.Context,
        Codec = codec,
    };

    protected ChannelSpec<long> Numbers(ChannelSettings settings) => new(settings.Name)
    {
        Capacity = settings.Capacity,
        Topology = settings.Topology,
        Delivery = settings.Delivery,
        History = settings.History,
        ByteCapacity = settings.ByteCapacity,
        MaxMessageSize = settings.MaxMessageSize,
        Context = settings.Context ?? Distance.Context,
        Codec = settings.Codec,
    };

    protected abstract ISocket OpenSender(Node node, ChannelSettings settings);

    protected abstract ISocket OpenReceiver(Node node, ChannelSettings settings);

    /// <summary>A receiver of another pattern than the suite's.</summary>
    protected abstract ISocket OpenStranger(Node node, ChannelSettings settings);

    /// <summary>Passes one number from the sender to the receiver, and back where the pattern answers.</summary>
    protected abstract Task Exchange(ISocket sender, ISocket receiver, long value);

    /// <summary>Passes numbers until that throws.</summary>
    protected abstract Task SendForEver(ISocket sender);

    /// <summary>Takes what comes until that throws.</summary>
    protected abstract Task ReceiveForEver(ISocket receiver);

    /// <summary>Opens sockets and starts nothing: every wait of the pattern, such that it can not end by itself.</summary>
    protected abstract Task<Waits> PrepareWaits();

    /// <summary>Every wait of a receiver that nobody sends to.</summary>
    protected static void ReceiveWaits(Waits waits, Receiver<long> receiver)
    {
        waits.Blocking("Receive", token => receiver.Receive(token));
        waits.Awaited("ReceiveAsync", token => receiver.ReceiveAsync(token));
        waits.Blocking("TryReceive", token => receiver.TryReceive(out _, Patience.Limit, token));
#pragma warning disable VIA0002 // On purpose: there is none to be got.
        waits.Blocking("ReceiveLease", token => receiver.ReceiveLease(token));
        waits.Awaited("ReceiveLeaseAsync", token => receiver.ReceiveLeaseAsync(token));
        waits.Blocking("TryReceiveLease", token => receiver.TryReceiveLease(out _, Patience.Limit, token));
#pragma warning restore VIA0002
        waits.Awaited("ReadAllAsync", async token => await receiver.ReadAllAsync(token).GetAsyncEnumerator(token).MoveNextAsync());
    }

    /// <summary>Both ends on one channel, each knowing the other.</summary>
    protected async Task<(ISocket Sender, ISocket Receiver)> Open(ChannelSettings settings)
    {
        ISocket sender = OpenSender(Near, settings);
        ISocket receiver = OpenReceiver(Far, settings);
        await Met(sender, receiver);
        return (sender, receiver);
    }

    /// <summary>Waits until each of the sockets has a peer.</summary>
    protected async Task Met(params ISocket[] sockets)
    {
        foreach (ISocket socket in sockets)
        {
            bool met = await Background.Run(() => socket.WaitForPeers(1, Patience.Limit)).Within($"first peer of the {socket.Role}");
            Assert.True(met, $"The {socket.Role} has met nobody: {Distance.Events}");
        }
    }
}
