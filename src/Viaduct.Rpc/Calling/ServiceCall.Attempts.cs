using System.Runtime.CompilerServices;
using Viaduct.Calls;
using Viaduct.Links;

namespace Viaduct.Rpc;

/// <content>One attempt after the other: how each begins and ends, and whether there is a next.</content>
public sealed partial class ServiceCall
{
    /// <summary>The longest time between two looks where what a call is made on comes from by now, in milliseconds. Nothing is sent for one.</summary>
    private const int LongestLook = 10;

    private void Check(WaitResult result, CancellationToken cancellationToken)
    {
        switch (result)
        {
            case WaitResult.Done:
                return;

            case WaitResult.TimedOut:
                throw new TimeoutException($"Service '{_connection.Service}': {_method.Name} was not over in time.");

            default:
                throw new OperationCanceledException(cancellationToken);
        }
    }

    /// <summary>Sends it, waiting for a place and for room.</summary>
    private WaitResult Begin(bool awaited, CancellationToken cancellationToken)
    {
        if (IsLostBefore())
        {
            return WaitResult.Done;
        }

        try
        {
            return _route.Begin(_pending, _frame, awaited, Remaining(), cancellationToken);
        }
        catch (PeerLostException gone) when (Follows)
        {
            LoseUnsent(gone);
            return WaitResult.Done;
        }
        catch (ObjectDisposedException) when (_route.IsClosing)
        {
            throw _connection.Disposed();
        }
    }

    /// <summary>Sends it, if there are a place and room.</summary>
    private bool TryBeginAwaited()
    {
        if (IsLostBefore())
        {
            return true;
        }

        try
        {
            return _route.TryBeginAwaited(_pending, _frame);
        }
        catch (PeerLostException gone) when (Follows)
        {
            LoseUnsent(gone);
            return true;
        }
        catch (ObjectDisposedException) when (_route.IsClosing)
        {
            throw _connection.Disposed();
        }
    }

    /// <summary>As <see cref="Begin"/>, without keeping the thread.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<WaitResult> BeginAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _route.BeginAsync(_pending, _frame, cancellationToken).ConfigureAwait(false);
        }
        catch (PeerLostException gone) when (Follows)
        {
            LoseUnsent(gone);
            return WaitResult.Done;
        }
        catch (ObjectDisposedException) when (_route.IsClosing)
        {
            throw _connection.Disposed();
        }
    }

    /// <summary>Whether what it is made on is to come from elsewhere: where it was to come from only ends, and would take the call late or never.</summary>
    private bool IsLostBefore()
    {
        if (_pending.Target is not { IsEnding: true } home || !Follows)
        {
            return false;
        }

        LoseUnsent(new PeerLostException(_connection.Service, home.Peer.Describe(), "the service is ending", CallProgress.NotStarted));
        return true;
    }

    /// <summary>What it is made on was gone: as if it had been lost on its way there.</summary>
    private void LoseUnsent(PeerLostException gone)
    {
        if (_awaited)
        {
            _route.BeginAwait();
        }

        _pending.OnLost(gone, CallProgress.NotStarted);
    }

    /// <summary>Blocks until the call has ended. Whatever goes wrong here, nobody else has the call afterwards.</summary>
    private WaitResult Await(CancellationToken cancellationToken)
    {
        try
        {
            return _route.Await(_pending, Remaining(), cancellationToken);
        }
        catch (Exception error)
        {
            TryGiveUp();
            if (error is ObjectDisposedException && _route.IsClosing)
            {
                throw _connection.Disposed();
            }

            throw;
        }
    }

    /// <summary>Nobody waits any more. False when it is being ended just now, which has happened by the time this returns.</summary>
    private bool TryGiveUp()
    {
        if (TryAbandon())
        {
            return true;
        }

        SpinWait spin = default;
        while (!IsDone)
        {
            spin.SpinOnce();
        }

        return false;
    }

    private void GiveUpAwaiting()
    {
        if (TryAbandon())
        {
            End();
        }
    }

    private bool TryAbandon()
    {
        Frame cancel = Frame.Rent();
        CallFrame.Begin(cancel, RpcFrames.Cancel);
        bool abandoned = _route.TryAbandon(_pending, cancel);
        cancel.Return();
        return abandoned;
    }

    /// <summary>Whether an attempt brought an answer; if not, whether another is to be made.</summary>
    private bool IsAnswered(int attempt, out TimeSpan delay)
    {
        if (_lost is null && CallFrame.GivesBack(_answer!))
        {
            TakeBack();
        }

        if (_lost is { } lost)
        {
            delay = DelayAfter(lost, attempt);
            return false;
        }

        delay = TimeSpan.Zero;
        if (_pending.Target is null)
        {
            // Others, such as the first calls to each new process, are not made again at the policy's cost.
            _connection.NoteSuccess();
        }

        if (_given is not null)
        {
            NoteGiven();
        }

        return true;
    }

    /// <summary>The service had taken the call and ends without having begun it: as if the call had been lost on its way.</summary>
    private void TakeBack()
    {
        _lost = new PeerLostException(_connection.Service, _pending.Link!.Peer.Describe(), "the service ended before it began the call");
        _progress = CallProgress.NotStarted;
        _answer!.Return();
        _answer = null;
    }

    /// <summary>How long to wait until another attempt; where there is to be none, throws why.</summary>
    private TimeSpan DelayAfter(Exception lost, int attempt)
    {
        if (lost is not PeerLostException peer)
        {
            throw lost is ObjectDisposedException && _route.IsClosing ? _connection.Disposed() : lost;
        }

        // The loss is that of all calls of a link; how far it had come is each one's own.
        bool begun = _progress != CallProgress.NotStarted;
        if (begun && !_method.IsIdempotent)
        {
            throw new OutcomeUnknownException(_connection.Service, _method.Name, LossOf(peer, peer.Reason));
        }

        if (!begun && Follows)
        {
            // Where it was to come from is gone, which needs no time to find out.
            Check(Remaining() == TimeSpan.Zero ? WaitResult.TimedOut : WaitResult.Done, CancellationToken.None);
            return TimeSpan.FromMilliseconds(Math.Min(attempt - 1, LongestLook));
        }

        if (_pending.Target is not null)
        {
            // Made on what that server had handed out, or with it, or meant for it alone: no other can carry it out.
            throw LossOf(peer, peer.Reason);
        }

        _killed += begun ? 1 : 0;
        if (_connection.MayRetry(attempt, _killed, begun, out TimeSpan delay, out bool isBroke))
        {
            return delay;
        }

        if (isBroke)
        {
            throw LossOf(
                peer,
                $"{peer.Reason}; the call is not made again, since the retry budget of this connection is used up ({nameof(RetryPolicy)}.{nameof(RetryPolicy.Budget)} is {_connection.Retry.Budget})");
        }

        if (_killed > 1)
        {
            _connection.NotePoisoned(_killed - 1);
            throw new PoisonedCallException(_connection.Service, _method.Name, _killed, LossOf(peer, peer.Reason));
        }

        throw LossOf(peer, peer.Reason);
    }

    /// <summary>How this call's server was lost.</summary>
    private PeerLostException LossOf(PeerLostException loss, string reason) => new(loss.Channel, loss.Peer, reason, _progress, loss.InnerException);
}
