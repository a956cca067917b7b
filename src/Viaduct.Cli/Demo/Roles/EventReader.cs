using System.Diagnostics;
using Viaduct.Cli.Demo.Input;
using Viaduct.Cli.Demo.Work;

namespace Viaduct.Cli.Demo.Roles;

/// <summary>The reader: sends the whole input, event by event, and waits until all of it is acknowledged.</summary>
internal sealed class EventReader
{
    private readonly Producer<ReadOnlyMemory<byte>> _producer;
    private readonly InputPlan _plan;
    private readonly long _total;
    private long _sent;

    /// <summary>Makes a reader.</summary>
    /// <param name="producer">Where events go.</param>
    /// <param name="plan">The input.</param>
    /// <param name="total">How many events the reference found in it.</param>
    public EventReader(Producer<ReadOnlyMemory<byte>> producer, InputPlan plan, long total)
    {
        _producer = producer;
        _plan = plan;
        _total = total;
    }

    /// <summary>Called when half of the events are sent.</summary>
    public Action? HalfWay { get; init; }

    /// <summary>Called before the last event is sent; may wait.</summary>
    public Action? BeforeLast { get; init; }

    /// <summary>Events sent; may be read by any thread.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Reads and sends everything.</summary>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>Seconds from the first event to the last acknowledgement.</returns>
    /// <exception cref="DemoFailedException">The input is not what the reference read.</exception>
    public double Run(CancellationToken cancellationToken)
    {
        using IEventSource source = EventSources.Open(_plan);
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            if (_sent == _total / 2)
            {
                HalfWay?.Invoke();
            }

            if (_sent == _total - 1)
            {
                BeforeLast?.Invoke();
            }

            using Loan message = _producer.BeginMessage(source.SizeHint + EventTrailer.Size, cancellationToken);
            if (!source.TryRead(message, out bool text))
            {
                break;
            }

            new EventTrailer(_sent, Stopwatch.GetTimestamp(), text).Write(message);
            message.Send(cancellationToken);
            Volatile.Write(ref _sent, _sent + 1);
        }

        if (_sent != _total)
        {
            throw new DemoFailedException($"the input changed while the demo ran: {_total} events before, {_sent} now.");
        }

        // All leases are disposed when this returns, and a worker disposes one only when its result is merged.
        _producer.CompleteAsync(cancellationToken).AsTask().GetAwaiter().GetResult();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
