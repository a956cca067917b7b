using System.Globalization;
using Viaduct.Tests.Generators;
using Viaduct.Tests.Generators.Versions;

namespace Viaduct.TestPeer;

/// <summary>Channels of messages whose codecs are generated, once more in this program.</summary>
internal static class Ticks
{
    /// <summary>Sends ticks as an older program has them.</summary>
    internal static string Send(Node node, string channel, int count)
    {
        using Producer<OldTick> producer = node.OpenProducer(new ChannelSpec<OldTick>(channel));
        for (int number = 1; number <= count; number++)
        {
            producer.Send(new OldTick(number, -number));
        }

        producer.CompleteAsync().AsTask().Wait();
        return "";
    }

    /// <summary>Receives orders and reports each.</summary>
    internal static string TakeOrders(Node node, string channel, int count, Action<string> report)
    {
        using Consumer<Order> consumer = node.OpenConsumer(new ChannelSpec<Order>(channel));
        for (int i = 0; i < count; i++)
        {
            Order order = consumer.Receive();
            decimal sum = order.Lines.Sum(static line => line.Price * line.Count);
            report(string.Create(CultureInfo.InvariantCulture, $"{order.Number} {order.Customer} {sum} {order.Note ?? "-"}"));
        }

        return "";
    }
}
