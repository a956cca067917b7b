using Viaduct.Cli.Pipes;

namespace Viaduct.Cli.Verbs;

/// <summary>Receives a channel and writes its messages to standard output.</summary>
internal sealed class OutputReceiver
{
    /// <summary>Messages held at most before they are written, whatever the capacity allows.</summary>
    private const int MostHeld = 1024;

    /// <summary>Bytes after which the collected messages are written.</summary>
    private const int WriteSize = 64 * 1024;

    private readonly ChannelSpec<ReadOnlyMemory<byte>> _channel;
    private readonly NodeOptions _node;

    /// <summary>Makes a receiver.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="node">The node to join as.</param>
    public OutputReceiver(ChannelSpec<ReadOnlyMemory<byte>> channel, NodeOptions node)
    {
        _channel = channel;
        _node = node;
    }

    /// <summary>How messages are written.</summary>
    public required MessageFormat Format { get; init; }

    /// <summary>After how many messages to end.</summary>
    public required long Count { get; init; }

    /// <summary>Whether to stay after the senders have completed.</summary>
    public required bool Follow { get; init; }

    /// <summary>Whether to keep silent when nobody sends.</summary>
    public required bool Quiet { get; init; }

    /// <summary>Receives until the end.</summary>
    /// <param name="interrupt">Ends it early.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(Interrupt interrupt)
    {
        await using Node node = Joining.Join(_node, Quiet);
        await using Consumer<ReadOnlyMemory<byte>> consumer = node.OpenConsumer(_channel, new ConsumerOptions { MaxLeases = MostHeld });
        using WaitingNotice? notice = Quiet
            ? null
            : new WaitingNotice(consumer, $"nobody sends on '{_channel.Name}' yet; waiting. Start 'viaduct send {_channel.Name}' (--quiet: not to say this).");

        // Blocking calls are the fastest way to receive; they have a thread of their own.
        return await Task.Factory.StartNew(
            () => ReceiveAll(consumer, interrupt.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private int ReceiveAll(Consumer<ReadOnlyMemory<byte>> consumer, CancellationToken cancellationToken)
    {
        using MessageWriting writing = new(Format);
        int exitCode = ExitCode.Success;
        long remaining = Count;
        while (remaining > 0)
        {
            try
            {
                remaining -= ReceiveSome(consumer, writing, remaining, cancellationToken);
            }
            catch (ChannelCompletedException) when (!Follow)
            {
                break;
            }
            catch (ChannelCompletedException)
            {
                WaitForNewSender(consumer, cancellationToken);
            }
            catch (PeerLostException problem)
            {
                // What it had published has been written; other senders may still be there.
                Notice.Say(problem.Message);
                if (!Follow)
                {
                    exitCode = ExitCode.PeerLost;
                    if (consumer.Peers.Count == 0)
                    {
                        break;
                    }
                }
            }
        }

        return exitCode;
    }

    /// <summary>Waits for a message and takes those that lie there already; they are consumed after they are written.</summary>
    private static int ReceiveSome(
        Consumer<ReadOnlyMemory<byte>> consumer, MessageWriting writing, long most, CancellationToken cancellationToken)
    {
        Lease<ReadOnlyMemory<byte>> lease = consumer.ReceiveLease(cancellationToken);
        do
        {
            writing.Add(lease);
        }
        while (writing.Held < most && writing.Held < MostHeld && writing.Waiting < WriteSize && consumer.TryReceiveLease(out lease));

        return writing.WriteAndConsume();
    }

    private static void WaitForNewSender(Consumer<ReadOnlyMemory<byte>> consumer, CancellationToken cancellationToken)
    {
        // Senders that completed may be listed a moment longer; the pause keeps that moment from becoming a busy loop.
        cancellationToken.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(20));
        while (!consumer.WaitForPeers(1, TimeSpan.FromSeconds(10), cancellationToken))
        {
        }
    }
}
