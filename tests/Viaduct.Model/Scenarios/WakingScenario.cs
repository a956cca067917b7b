using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Model.Running;

namespace Viaduct.Model.Scenarios;

/// <summary>Threads of one process: some wait at a socket for what no peer tells, such as a death or a cancellation, and one brings it.</summary>
internal sealed unsafe class WakingScenario : Scenario
{
    private readonly int _waiters;
    private readonly bool _isObserved;
    private readonly int _news;

    /// <summary>Lays out the memory; the last process is the waker.</summary>
    /// <param name="waiters">One or two.</param>
    /// <param name="isObserved">The first of them waits at a selector that observes the socket.</param>
    public WakingScenario(int waiters, bool isObserved = false)
    {
        _waiters = waiters;
        _isObserved = isObserved;
        _news = Layout.Add("news", waiters, 64);
        Layout.AddPrivate("waitpoint", isObserved ? 256 : 128);
    }

    /// <inheritdoc/>
    public override int Processes => _waiters + 1;

    /// <inheritdoc/>
    public override Course Start(int process, byte* memory)
    {
        Waiters socket = new();
        Waiters selector = socket;
        if (_isObserved)
        {
            selector = new Waiters();
            socket.WaitPoint.AddObserver(selector.WaitPoint);
        }

        ulong* news = (ulong*)(memory + _news);
        return process < _waiters
            ? new Course(() => (process == 0 ? selector : socket).WaitFor(news))
            : new Course(() =>
            {
                Shared.Release(news, 1);
                socket.Wake();
            });
    }

    /// <inheritdoc/>
    public override string ToString() => $"{_waiters} thread(s) wait{(_isObserved ? ", the first at a selector," : "")} and another brings news";

    /// <summary>A socket without links.</summary>
    private sealed class Waiters() : Mailbox(new ChannelSpec<Letter>("model"), new ConsumerOptions { Wait = WaitMode.Sleep })
    {
        protected override int PauseAfter(int looks) => 1;

        protected override ReadOnlySpan<LinkEnd> Ends => [];

        public void WaitFor(ulong* news)
        {
            Look look = new(news);
            Block(ref look, Timeout.InfiniteTimeSpan, CancellationToken.None);
        }
    }

    /// <summary>Whether the news is there.</summary>
    private readonly struct Look(ulong* news) : IAttempt
    {
        public bool Try() => Shared.Acquire(news) != 0;
    }
}
