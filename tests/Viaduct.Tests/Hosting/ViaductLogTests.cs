using Microsoft.Extensions.Logging;
using Viaduct.Hosting;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Hosting;

public sealed class ViaductLogTests
{
    [Fact]
    public async Task Joining_meeting_and_leaving_are_logged_under_their_numbers()
    {
        await using var host = new TestHost();
        await host.Host.StartAsync(TestContext.Current.CancellationToken);
        using (Consumer<int> consumer = host.Node.OpenConsumer(new ChannelSpec<int>("logged")))
        using (Producer<int> producer = host.Node.OpenProducer(new ChannelSpec<int>("logged")))
        {
            await producer.WaitForPeersAsync(1, Patience.Token);
            await Waiting.Until(() => Lines(host, 5).Any());
        }

        await host.Host.StopAsync(TestContext.Current.CancellationToken);

        Assert.Contains("Node hosted", Assert.Single(Lines(host, 1)).Text, StringComparison.Ordinal);
        Assert.Contains("channel logged", Lines(host, 5).First().Text, StringComparison.Ordinal);
        Assert.Contains("left its domain", Assert.Single(Lines(host, 2)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_kind_of_event_has_a_number_of_its_own()
    {
        using var provider = new RecordingLoggerProvider();
        ILogger logger = provider.CreateLogger("test");
        var error = new InvalidOperationException("x");

        foreach (NodeEventKind kind in Enum.GetValues<NodeEventKind>())
        {
            logger.Event(new NodeEvent(kind, $"text of {kind}", "channel-1", Peer: null, error));
        }

        // Joining and leaving are the host's own lines.
        Assert.Equal(Enum.GetValues<NodeEventKind>().Length - 2, provider.Entries.Count);

        // 18 is that of kinds without one.
        Assert.Equal([.. Enumerable.Range(3, 15), 19, 20], provider.Entries.Select(entry => entry.Id.Id));
        Assert.All(provider.Entries, entry =>
        {
            Assert.Contains($"text of {entry.Id.Name}", entry.Text, StringComparison.Ordinal);
            Assert.Same(error, entry.Error);
        });
        Assert.DoesNotContain(provider.Entries, entry => entry.Id.Name == "Other");
    }

    private static IEnumerable<LogEntry> Lines(TestHost host, int number) =>
        host.Log.Entries.Where(entry => entry.Category == "Viaduct.Node" && entry.Id.Id == number);
}
