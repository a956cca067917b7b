using System.Diagnostics.Metrics;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Hosting;

public sealed class ViaductMetricsTests
{
    [Fact]
    public async Task Messages_are_counted_by_channel_and_role_also_after_the_sockets_have_closed()
    {
        string channel = $"measured-{Guid.NewGuid():N}";
        await using var host = new TestHost();
        await host.Host.StartAsync(TestContext.Current.CancellationToken);
        using (Consumer<int> consumer = host.Node.OpenConsumer(new ChannelSpec<int>(channel)))
        using (Producer<int> producer = host.Node.OpenProducer(new ChannelSpec<int>(channel)))
        {
            for (int i = 0; i < 3; i++)
            {
                await producer.SendAsync(i, Patience.Token);
                await consumer.ReceiveAsync(Patience.Token);
            }

            Assert.Equal(3, Measure(channel)[("viaduct.messages.sent", "producer")]);
            Assert.Equal(3, Measure(channel)[("viaduct.messages.received", "consumer")]);
        }

        await Waiting.Until(() => host.Node.Sockets.Count == 0);
        using Producer<int> another = host.Node.OpenProducer(new ChannelSpec<int>(channel));
        Assert.Equal(3, Measure(channel)[("viaduct.messages.sent", "producer")]);
        Assert.Equal(3, Measure(channel)[("viaduct.messages.received", "consumer")]);
        Assert.Equal(0, Measure(channel)[("viaduct.messages.outstanding", "producer")]);
    }

    [Fact]
    public async Task The_meter_has_the_documented_instruments_and_ends_with_the_node()
    {
        string channel = $"measured-{Guid.NewGuid():N}";
        await using var host = new TestHost();
        await host.Host.StartAsync(TestContext.Current.CancellationToken);
        using (host.Node.OpenProducer(new ChannelSpec<int>(channel)))
        {
            Assert.Equal(
                [
                    "viaduct.bytes", "viaduct.messages.dead_lettered", "viaduct.messages.missed", "viaduct.messages.outstanding",
                    "viaduct.messages.received", "viaduct.messages.redelivered", "viaduct.messages.sent", "viaduct.peers.refused",
                ],
                Measure(channel).Keys.Select(key => key.Instrument).Order());
        }

        await host.Host.StopAsync(TestContext.Current.CancellationToken);
        Assert.Empty(Measure(channel));
    }

    /// <summary>What the meter says of one channel now. Each measurement has the two documented tags and no other.</summary>
    private static Dictionary<(string Instrument, string Role), long> Measure(string channel)
    {
        var values = new Dictionary<(string, string), long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Viaduct")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            Assert.Equal(["viaduct.channel", "viaduct.role"], tags.ToArray().Select(tag => tag.Key));
            if ((string?)tags[0].Value == channel)
            {
                values[(instrument.Name, (string)tags[1].Value!)] = value;
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return values;
    }
}
