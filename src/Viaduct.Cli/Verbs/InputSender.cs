using System.Diagnostics;
using System.Text.Unicode;
using Viaduct.Cli.Pipes;

namespace Viaduct.Cli.Verbs;

/// <summary>Reads standard input and sends it, message by message.</summary>
internal sealed class InputSender
{
    /// <summary>How long a command that was interrupted waits for what it had sent.</summary>
    private static readonly TimeSpan s_interruptedLinger = TimeSpan.FromSeconds(1);

    private readonly ChannelSpec<ReadOnlyMemory<byte>> _channel;
    private readonly NodeOptions _node;
    private readonly MessageFormat _format;
    private readonly TimeSpan? _linger;
    private readonly bool _quiet;
    private long _messages;
    private long _bytes;

    /// <summary>Makes a sender.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="node">The node to join as.</param>
    /// <param name="format">How to cut the input into messages.</param>
    /// <param name="linger">The longest wait after the end of input; null: no bound.</param>
    /// <param name="quiet">Whether to keep silent when nobody receives.</param>
    public InputSender(ChannelSpec<ReadOnlyMemory<byte>> channel, NodeOptions node, MessageFormat format, TimeSpan? linger, bool quiet)
    {
        _channel = channel;
        _node = node;
        _format = format;
        _linger = linger;
        _quiet = quiet;
    }

    /// <summary>Sends all of standard input and waits until it is consumed.</summary>
    /// <param name="interrupt">Ends it early.</param>
    public async Task<SendSummary> RunAsync(Interrupt interrupt)
    {
        await using Node node = Joining.Join(_node, _quiet);
        await using Producer<ReadOnlyMemory<byte>> producer = node.OpenProducer(
            _channel, new ProducerOptions { LingerTimeout = s_interruptedLinger });
        using WaitingNotice? notice = _quiet
            ? null
            : new WaitingNotice(producer, $"nobody receives '{_channel.Name}' yet; waiting. Start 'viaduct receive {_channel.Name}' (--quiet: not to say this).");

        long start = Stopwatch.GetTimestamp();
        long notConsumed = 0;
        try
        {
            // A read of standard input cannot be cancelled: it has a thread of its own, which an interrupted process leaves behind.
            Task reading = Task.Factory.StartNew(
                () => SendAll(producer, interrupt.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await reading.WaitAsync(interrupt.Token);
            notConsumed = await CompleteAsync(producer, interrupt.Token);
        }
        catch (OperationCanceledException) when (interrupt.Happened)
        {
            producer.Complete();
            notConsumed = producer.Counters.Outstanding;
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        long messages = Interlocked.Read(ref _messages);
        return new SendSummary(
            _channel.Name, messages, Interlocked.Read(ref _bytes), notConsumed, producer.Counters.Redelivered, seconds, messages / seconds);
    }

    private void SendAll(Producer<ReadOnlyMemory<byte>> producer, CancellationToken cancellationToken)
    {
        using Stream input = Console.OpenStandardInput();
        if (_format == MessageFormat.Frames)
        {
            using BufferedStream buffered = new(input, 256 * 1024);
            FrameReader frames = new(buffered, _channel.MaxMessageSize);
            while (frames.TryRead(out ReadOnlyMemory<byte> frame))
            {
                Send(producer, frame, cancellationToken);
            }

            return;
        }

        // A line of text is sent without its line feed, which therefore does not count towards the largest message.
        LineReader lines = new(input, _channel.MaxMessageSize + (_format == MessageFormat.Text ? 1 : 0));
        while (lines.TryRead(out ReadOnlyMemory<byte> line))
        {
            Send(producer, _format == MessageFormat.Text ? TextOf(line, lines.Lines) : line, cancellationToken);
        }
    }

    private void Send(Producer<ReadOnlyMemory<byte>> producer, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        producer.Send(in message, cancellationToken);
        Interlocked.Increment(ref _messages);
        Interlocked.Add(ref _bytes, message.Length);
    }

    private static ReadOnlyMemory<byte> TextOf(ReadOnlyMemory<byte> line, long number)
    {
        ReadOnlyMemory<byte> text = line.Span is [.., (byte)'\n'] ? line[..^1] : line;
        return Utf8.IsValid(text.Span)
            ? text
            : throw new CommandException($"line {number} of the input is not UTF-8, and --text sends nothing else; leave --text out to send bytes.");
    }

    private async Task<long> CompleteAsync(Producer<ReadOnlyMemory<byte>> producer, CancellationToken cancellationToken)
    {
        using CancellationTokenSource bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (_linger is { } linger)
        {
            bounded.CancelAfter(linger);
        }

        try
        {
            // An empty input is an input: somebody shall learn that it has ended.
            if (Interlocked.Read(ref _messages) == 0)
            {
                await producer.WaitForPeersAsync(1, bounded.Token);
            }

            await producer.CompleteAsync(bounded.Token);
            return 0;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return producer.Counters.Outstanding;
        }
    }
}
