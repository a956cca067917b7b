using Viaduct.Tests.Support;

namespace Viaduct.Tests.Selecting;

public abstract partial class SelectorSuite
{
    [Fact]
    public async Task The_descriptor_polls_as_readable_until_nothing_is_ready()
    {
        (Producer<long>[] producers, Consumer<long>[] consumers) = await OpenPairs(2);
        using var selector = new Selector(consumers);
        int fd = (int)selector.Descriptor.DangerousGetHandle();
        Assert.True(Posix.IsReadable(fd, TimeSpan.Zero), "at first it is readable, so that the loop looks once");
        await Rests(selector, fd);

        producers[1].Send(1);
        producers[1].Send(2);
        Assert.True(await Background.Run(() => Posix.IsReadable(fd, Patience.Limit)).Within());

        // Level-triggered: as long as nobody was told that nothing is ready, it stays readable.
        Assert.True(selector.TryWait(out int index));
        Assert.Equal(1, index);
        Assert.True(consumers[1].TryReceive(out _));
        Assert.True(Posix.IsReadable(fd, TimeSpan.Zero));
        Assert.True(consumers[1].TryReceive(out _, Patience.Limit));
        await Rests(selector, fd);

        // What it can't know of when it is asked makes it readable too: the end, a new socket, a disposed one.
        producers[0].Complete();
        Assert.True(await Background.Run(() => Posix.IsReadable(fd, Patience.Limit)).Within());
        Assert.True(selector.TryWait(out index));
        Assert.True(selector.Remove(consumers[0]));
        await Rests(selector, fd);
        consumers[1].Dispose();
        Assert.True(Posix.IsReadable(fd, Patience.Limit));
    }

    [Fact]
    public async Task A_poll_loop_misses_nothing()
    {
        const int Each = 300;
        (Producer<long>[] producers, Consumer<long>[] consumers) = await OpenPairs(3, capacity: 4);
        using var selector = new Selector(consumers);
        int fd = (int)selector.Descriptor.DangerousGetHandle();
        Task[] sending = [.. producers.Select((producer, number) => Background.Run(() =>
        {
            var pause = new Random(number);
            for (int i = 0; i < Each; i++)
            {
                producer.Send(i, Patience.Token);
                if (pause.Next(8) == 0)
                {
                    Thread.Sleep(1);
                }
            }
        }))];

        await Background.Run(() =>
        {
            int received = 0;
            while (received < 3 * Each)
            {
                Assert.True(Posix.IsReadable(fd, Patience.Limit), $"{received} of {3 * Each}");

                // At most two a turn of the loop: what is left keeps the descriptor readable.
                for (int i = 0; i < 2 && selector.TryWait(out int index); i++)
                {
                    received += consumers[index].TryReceive(out _) ? 1 : 0;
                }
            }
        }).Within();
        await Task.WhenAll(sending).Within();
    }

    /// <summary>Nothing is ready, and the descriptor comes to say so. It may be readable once more without a cause: of a stream, for what it brings of a peer.</summary>
    private static Task Rests(Selector selector, int fd) =>
        Waiting.Until(() => !selector.TryWait(out _) && !Posix.IsReadable(fd, Patience.Moment), "nothing is ready, and the descriptor is not readable");
}
