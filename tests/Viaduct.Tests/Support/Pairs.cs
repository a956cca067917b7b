using Viaduct.Rpc;

namespace Viaduct.Tests.Support;

/// <summary>Two ends at a distance that have met.</summary>
public static class Pairs
{
    public static async Task<(Producer<T> Producer, Consumer<T> Consumer)> OpenPair<T>(this Distance distance, ChannelSpec<T> channel)
    {
        Producer<T> producer = distance.Near.OpenProducer(channel);
        Consumer<T> consumer = distance.Far.OpenConsumer(channel);
        await Meet(producer, consumer).ConfigureAwait(false);
        return (producer, consumer);
    }

    public static async Task<Served<TContract>> OpenService<TContract>(
        this Distance distance, TContract service, ServeOptions? serving = null, ConnectOptions? connecting = null)
        where TContract : class
    {
        ServiceHost host = distance.Far.Serve(service, serving ?? new ServeOptions { Context = distance.Context });
        var served = new Served<TContract>(host, distance.Near.Connect<TContract>(connecting ?? new ConnectOptions { Context = distance.Context }));
        await served.Client.WaitForServersAsync(1, Patience.Token).Within().ConfigureAwait(false);
        return served;
    }

    /// <summary>Waits until each of them has a peer.</summary>
    public static async Task Meet(params ISocket[] sockets)
    {
        foreach (ISocket socket in sockets)
        {
            await socket.WaitForPeersAsync(1, Patience.Token).Within().ConfigureAwait(false);
        }
    }
}
