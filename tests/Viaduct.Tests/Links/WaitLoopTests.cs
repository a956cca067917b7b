using Viaduct.Links;
using Viaduct.Linux;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Links;

/// <summary>How long waits look before they sleep.</summary>
public sealed class WaitLoopTests
{
    /// <summary>So often a wait looks that does not spin: at the start, each time that it has told others that it waits, and at its end. A signal may interrupt its sleep.</summary>
    private const int LooksOfASleeper = 6;

    private static readonly TimeSpan s_longest = TimeSpan.FromMicroseconds(50);

    private static readonly TimeSpan s_vain = TimeSpan.FromMilliseconds(1);

    [Theory]
    [InlineData(WaitMode.Sleep, 2)]
    [InlineData(WaitMode.Adaptive, 1)]
    public void Who_is_not_to_spin_or_has_one_processor_sleeps_at_once(WaitMode mode, int processors)
    {
        Loop loop = new(mode, processors);
        for (int i = 0; i < 3; i++)
        {
            Countdown attempt = new(int.MaxValue);
            Assert.Equal(WaitResult.TimedOut, loop.Block(ref attempt, s_vain, CancellationToken.None));
            Assert.InRange(attempt.Looks, 2, LooksOfASleeper);
            Assert.Equal(TimeSpan.Zero, loop.NextSpin);
        }
    }

    [Fact]
    public void On_one_processor_a_spinning_wait_still_ends()
    {
        Loop loop = new(WaitMode.Spin, 1);
        Countdown attempt = new(10_000);
        Assert.Equal(WaitResult.Done, loop.Block(ref attempt, Patience.Limit, CancellationToken.None));
        attempt = new Countdown(int.MaxValue);
        Assert.Equal(WaitResult.TimedOut, loop.Block(ref attempt, s_vain, CancellationToken.None));
    }

    [Fact]
    public void An_adaptive_wait_learns_from_those_before_it()
    {
        Loop loop = new(WaitMode.Adaptive, 2);
        Assert.Equal(s_longest, loop.NextSpin, Close);

        // Each spin in vain is followed by a shorter one, down to a sixteenth. Not counted: where this thread did not run, its time may be over before its spin is.
        TimeSpan last = loop.NextSpin;
        Until(loop, int.MaxValue, () =>
        {
            Assert.True(loop.NextSpin <= last);
            last = loop.NextSpin;
            return Close(last, s_longest / 16);
        });

        // And each that pays by a longer one, up to the longest.
        Until(loop, 3, () =>
        {
            Assert.True(loop.NextSpin >= last);
            last = loop.NextSpin;
            return Close(last, s_longest);
        });
    }

    private static void Until(Loop loop, int looks, Func<bool> reached)
    {
        for (int waits = 0; !reached(); waits++)
        {
            Assert.True(waits < 1_000, $"After {waits} waits the next one spins for {loop.NextSpin.TotalMicroseconds} µs.");
            Countdown attempt = new(looks);
            Assert.Equal(looks == int.MaxValue ? WaitResult.TimedOut : WaitResult.Done, loop.Block(ref attempt, s_vain, CancellationToken.None));
        }
    }

    private static bool Close(TimeSpan one, TimeSpan other) => (one - other).Duration() <= TimeSpan.FromMicroseconds(1);

    /// <summary>Succeeds with a certain look.</summary>
    private struct Countdown(int looks) : IAttempt
    {
        public int Looks { get; private set; }

        public bool Try() => ++Looks >= looks;
    }

    /// <summary>Nothing but its own point is to be waited for.</summary>
    private sealed class Loop(WaitMode mode, int processors) : WaitLoop(mode, processors)
    {
        protected override int MostWords => 0;

        protected override int PauseAfter(int looks) => 0;

        public override int Announce(FutexWords words) => 0;

        public override void Retract()
        {
        }
    }
}
