using System.Globalization;
using Viaduct.Tests.Generators;

namespace Viaduct.TestPeer;

/// <summary>How a socket is to be opened: words of the form key=value, each with a default.</summary>
internal sealed class SocketDescription
{
    private readonly Dictionary<string, string> _values;

    public SocketDescription(IEnumerable<string> words)
    {
        _values = words.Select(word => word.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
    }

    private WaitMode Wait => Choice("wait", WaitMode.Adaptive);

    public ChannelSpec<ReadOnlyMemory<byte>> Channel(string name) => new(name)
    {
        Capacity = Number("capacity", 64),
        History = Number("history", 0),
        Context = Choice("context", Context.Auto),
        Topology = Choice("topology", Topology.ManyToMany),
        Delivery = Choice("delivery", Delivery.AtLeastOnce),
    };

    public ChannelSpec<Picture> Pictures(string name) => new(name) { Capacity = Number("capacity", 16), Context = Choice("context", Context.Auto) };

    public CallSpec<long, long> Call(string name) => new(name)
    {
        Capacity = Number("capacity", 64),
        Context = Choice("context", Context.Auto),
        Topology = Choice("topology", Topology.ManyToMany),
    };

    public ISocket Open(Node node, string role, string channel) => role switch
    {
        "producer" => node.OpenProducer(Channel(channel), new ProducerOptions { Wait = Wait }),
        "consumer" => node.OpenConsumer(Channel(channel), new ConsumerOptions { Wait = Wait }),
        "publisher" => node.OpenPublisher(Channel(channel), new PublisherOptions { Wait = Wait }),
        "subscriber" => node.OpenSubscriber(Channel(channel), new SubscriberOptions { WhenFull = Choice("full", FullMode.Wait), Wait = Wait }),
        "client" => node.OpenClient(Call(channel), new ClientOptions { Wait = Wait }),
        "server" => node.OpenServer(Call(channel), new ServerOptions { Wait = Wait }),
        _ => throw new ArgumentException($"There is no role '{role}'."),
    };

    private int Number(string key, int otherwise) =>
        _values.TryGetValue(key, out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private TChoice Choice<TChoice>(string key, TChoice otherwise)
        where TChoice : struct, Enum =>
        _values.TryGetValue(key, out string? text) ? Enum.Parse<TChoice>(text) : otherwise;
}
