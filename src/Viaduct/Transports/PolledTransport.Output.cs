using System.Diagnostics;
using Viaduct.Wire;

namespace Viaduct.Transports;

/// <content>Output that the handler puts together: on the thread that has just sent something, or on the poller's, one at a time.</content>
internal sealed partial class PolledTransport
{
    /// <summary>
    /// Who sends within this time of the last output, in stopwatch ticks, leaves that to the poller's thread, which puts many messages together for one call of the system: 10 µs,
    /// half of what it takes to wake it.
    /// </summary>
    private static readonly long s_recently = Stopwatch.Frequency / 100_000;

    /// <summary>What <see cref="ITransportHandler.FillOutput"/> appended; of who is at <see cref="_filling"/>.</summary>
    private readonly FrameBuilder _output = new();

    /// <summary>Whether a thread asks the handler for output. Set under the gate.</summary>
    private volatile bool _filling;

    /// <summary>Whether the poller's thread found another one at that: the next is its turn, for it alone tells how far receivers are.</summary>
    private volatile bool _pollerWaits;

    /// <summary>When that was over the last time, in stopwatch ticks. A race costs a wake, or a call of the system.</summary>
    private long _lastOutput;

    /// <summary>1 when the handler is to be asked for output.</summary>
    private int _outputWanted;

    /// <inheritdoc/>
    internal override void RequestOutput()
    {
        // Asked already: the poller's thread has not yet begun to fill, so it will see what the caller has made visible.
        if (Interlocked.Exchange(ref _outputWanted, 1) == 0)
        {
            lock (_gate)
            {
                WatchForRoom(true);
            }
        }
    }

    /// <inheritdoc/>
    internal override void SendOutput(object source)
    {
        bool more = true;
        try
        {
            if (!_pollerWaits && Stopwatch.GetTimestamp() - Volatile.Read(ref _lastOutput) >= s_recently && TryBeginFill(isPoller: false))
            {
                try
                {
                    _output.Clear();
                    more = _handler!.FillOutput(_output, source);
                    Send(_output.Written);
                }
                finally
                {
                    EndFill();
                }
            }
        }
        catch (ThreadInterruptedException)
        {
            // Not ours to end: the program's next wait does.
            Thread.CurrentThread.Interrupt();
        }
        catch (Exception error)
        {
            Close(error);
            return;
        }

        if (more)
        {
            RequestOutput();
        }
    }

    /// <summary>Asks the handler for what it has, as long as the system takes it; on the poller's thread.</summary>
    private void Fill()
    {
        if (!TryBeginFill(isPoller: true))
        {
            return;
        }

        try
        {
            FillMuch();
        }
        finally
        {
            EndFill();
        }
    }

    private void FillMuch()
    {
        for (int i = 0; i < Burst && !_closing; i++)
        {
            lock (_gate)
            {
                if (!_queue.IsEmpty)
                {
                    return;
                }
            }

            // Cleared before the handler looks, so that a request which comes meanwhile is not lost.
            if (Interlocked.Exchange(ref _outputWanted, 0) == 0)
            {
                break;
            }

            _output.Clear();
            if (_handler!.FillOutput(_output, null))
            {
                Interlocked.Exchange(ref _outputWanted, 1);
            }

            Send(_output.Written);
        }
    }

    /// <summary>Only one thread asks the handler at a time. False when another one does, or has to.</summary>
    private bool TryBeginFill(bool isPoller)
    {
        lock (_gate)
        {
            if (_filling)
            {
                if (isPoller)
                {
                    // Whoever is at it has the poller come again, which is not to try for as long.
                    _pollerWaits = true;
                    WatchForRoom(!_queue.IsEmpty);
                }

                return false;
            }

            if (!isPoller && (_closing || _handler is null || !_queue.IsEmpty))
            {
                return false;
            }

            _filling = true;
            _pollerWaits &= !isPoller;
            return true;
        }
    }

    private void EndFill()
    {
        Volatile.Write(ref _lastOutput, Stopwatch.GetTimestamp());

        // First, and without the gate, where a thread can be interrupted.
        _filling = false;
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
            WatchForRoom(!_queue.IsEmpty || Volatile.Read(ref _outputWanted) != 0);
        }
    }
}
