using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Model.Running;

namespace Viaduct.Model.Scenarios;

/// <summary>Threads of one process: some wait at a socket for what no peer tells, such as a death or a cancellation, and others bring it.</summary>
internal sealed unsafe class WakingScenario : Scenario
{
    private readonly int _waiters;
    private readonly bool _isObserved;
    private readonly bool _isSelector;
    private readonly int _times;
    private readonly int[] _news;

    /// <summary>Lays out the memory; the wakers are behind the waiters.</summary>
    /// <param name="waiters">One or two.</param>
    /// <param name="isObserved">The first of them waits at a selector that observes the socket.</param>
    /// <param name="wakers">Each brings a part of the news; who waits wants all of it.</param>
    /// <param name="times">In so many steps, each of which wakes.</param>
    /// <param name="isSelector">They wait at a selector that has no socket: it is its own news that they wait for, that there is one or that it is closed.</param>
    public WakingScenario(int waiters, bool isObserved = false, int wakers = 1, int times = 1, bool isSelector = false)
    {
        _waiters = waiters;
        _isObserved = isObserved;
        _isSelector = isSelector;
        _times = times;
        _news = [.. Enumerable.Range(0, wakers).Select(waker => Layout.Add($"news{waker}", waiters + waker, 64))];
        Layout.AddPrivate("waitpoint", isObserved ? 256 : 128);
    }

    /// <inheritdoc/>
    public override int Processes => _waiters + _news.Length;

    /// <inheritdoc/>
    public override Course Start(int process, byte* memory)
    {
        WaitLoop place = _isSelector ? new Selection(SelectOrder.Fair, WaitMode.Sleep) : new Socket();
        WaitLoop first = place;
        if (_isObserved)
        {
            first = new Socket();
            place.WaitPoint.AddObserver(first.WaitPoint);
        }

        return process < _waiters
            ? new Course(() => WaitAt(process == 0 ? first : place, memory))
            : new Course(() =>
            {
                for (ulong time = 1; time <= (ulong)_times; time++)
                {
                    Shared.Release((ulong*)(memory + _news[process - _waiters]), time);
                    place.Wake();
                }
            });
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{_waiters} thread(s) wait{(_isObserved ? ", the first at a selector," : _isSelector ? " at a selector without sockets" : "")} and {_news.Length} bring(s) news, {_times} time(s)";

    private void WaitAt(WaitLoop place, byte* memory)
    {
        Look look = new(memory, _news, (ulong)_times);
        place.Block(ref look, Timeout.InfiniteTimeSpan, CancellationToken.None);
    }

    /// <summary>A socket without links.</summary>
    private sealed class Socket() : Mailbox(new ChannelSpec<Letter>("model"), new ConsumerOptions { Wait = WaitMode.Sleep })
    {
        protected override int PauseAfter(int looks) => 1;

        protected override ReadOnlySpan<LinkEnd> Ends => [];
    }

    /// <summary>Whether all of the news is there.</summary>
    private readonly struct Look(byte* memory, int[] news, ulong times) : IAttempt
    {
        public bool Try()
        {
            foreach (int part in news)
            {
                if (Shared.Acquire((ulong*)(memory + part)) < times)
                {
                    return false;
                }
            }

            return true;
        }
    }
}
