using Viaduct.Calls;
using Viaduct.Links;

namespace Viaduct.Rpc;

/// <summary>
/// The call that brings an object which is used already: where it went, and whether it has ended. Waited for as a call is, so that a thread of a service takes answers
/// meanwhile. Thread-safe.
/// </summary>
/// <param name="way">Where it went.</param>
internal sealed class Coming(SendLink<Frame> way) : PendingCall
{
    private const int Free = 0;

    /// <summary>Calls were sent behind it of which nobody would hear that they were not begun.</summary>
    private const int Bound = 1;

    /// <summary>It is being sent elsewhere.</summary>
    private const int Leaving = 2;

    /// <summary>The calls on its object that bring others, in their order. Under its own lock.</summary>
    private readonly List<Coming> _behind = [];
    private volatile SendLink<Frame> _way = way;
    private volatile bool _isThere;
    private int _state;

    /// <inheritdoc/>
    public override bool IsDone => _isThere;

    /// <summary>Whether all calls on its object that bring others have gone where it went, or have ended.</summary>
    public bool HaveAllFollowed => Precede(null);

    /// <summary>A call on its object brings another.</summary>
    public void Add(Coming brought)
    {
        lock (_behind)
        {
            if (!_isThere)
            {
                _behind.Add(brought);
            }
        }
    }

    /// <summary>Where such a call goes, once those before it have gone there or have ended; else null.</summary>
    public SendLink<Frame>? WayOf(Coming brought) => Precede(brought) ? _way : null;

    /// <summary>Whether it may be sent elsewhere, if nobody had begun it. From then on nothing is sent behind it that can't follow.</summary>
    public bool TryLeave() => Interlocked.CompareExchange(ref _state, Leaving, Free) == Free;

    /// <summary>It was sent elsewhere.</summary>
    public void GoOn(SendLink<Frame> way) => _way = way;

    /// <summary>All that is behind it has followed.</summary>
    public void Arrive() => Volatile.Write(ref _state, Free);

    /// <summary>Whether something may be sent behind it that can't follow it elsewhere: then it stays.</summary>
    public bool TryBind() =>
        // Who has said nothing yet may only stand in for the one that will.
        _way.HasSpoken && Interlocked.CompareExchange(ref _state, Bound, Free) != Leaving;

    /// <summary>The call has ended.</summary>
    public void OnThere()
    {
        lock (_behind)
        {
            _isThere = true;
            _behind.Clear();
        }
    }

    /// <inheritdoc/>
    public override void OnAnswer(Frame answer) => throw new InvalidOperationException("Nobody answers this.");

    /// <inheritdoc/>
    public override void OnLost(Exception error, CallProgress progress) => throw new InvalidOperationException("Nobody loses this.");

    private bool Precede(Coming? brought)
    {
        lock (_behind)
        {
            foreach (Coming before in _behind)
            {
                if (before == brought)
                {
                    break;
                }

                if (!before._isThere && before._way != _way)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
