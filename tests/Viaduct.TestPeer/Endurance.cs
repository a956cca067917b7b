using System.Globalization;
using Viaduct.Tests.Support;

namespace Viaduct.TestPeer;

/// <summary>Sockets that are used on, whatever a hostile peer does to them, and what came of it.</summary>
internal sealed class Endurance
{
    /// <summary>Messages of the honest sender count from here.</summary>
    public const long FirstHonest = 1_000_000_000_000;

    /// <summary>So many leases are held at a time.</summary>
    private const int Held = 4;

    /// <summary>It does not come to more. A hostile sender's eight random bytes are a whole message too, but hardly with a number in between.</summary>
    private const long MostHonest = 1_000_000_000;

    private long _honest;
    private long _junk;
    private long _violations;
    private long _forged;
    private long _others;
    private long _leased;
    private string _disorder = "";
    private string _last = "";

    /// <summary>Receives for ever: by copies, or as the manner says.</summary>
    /// <param name="receiver">What is received from.</param>
    /// <param name="sockets">What is selected from: it, and others.</param>
    /// <param name="manner">How.</param>
    public void Receive(Receiver<ReadOnlyMemory<byte>> receiver, ISocket[] sockets, string manner)
    {
        using var selector = new Selector(sockets);
        var leases = new Queue<(Lease<ReadOnlyMemory<byte>> Lease, long Id)>();
        while (true)
        {
            try
            {
                switch (manner)
                {
                    case "await":
                        Take(receiver.ReceiveAsync().AsTask().GetAwaiter().GetResult().Span);
                        break;
                    case "lease":
                        Hold(leases, receiver.ReceiveLease());
                        break;
                    case "await-lease":
                        Hold(leases, receiver.ReceiveLeaseAsync().AsTask().GetAwaiter().GetResult());
                        break;
                    case "select" or "await-select":
                        int ready = manner == "select" ? selector.Wait() : selector.WaitAsync().AsTask().GetAwaiter().GetResult();
                        if (ready == 0 && receiver.TryReceive(out ReadOnlyMemory<byte> message))
                        {
                            Take(message.Span);
                        }

                        break;
                    default:
                        Take(receiver.Receive().Span);
                        break;
                }
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (Exception error)
            {
                Note(error);
            }
        }
    }

    /// <summary>Sends for ever: blocking, or as the manner says.</summary>
    /// <param name="sender">What is sent to.</param>
    /// <param name="sockets">What is selected from: it, and others.</param>
    /// <param name="manner">How.</param>
    public void Send(Sender<ReadOnlyMemory<byte>> sender, ISocket[] sockets, string manner)
    {
        using var selector = new Selector(sockets);
        for (long id = 0; ; id++)
        {
            byte[] message = Payload.Create(id, Payload.SizeOf(id));
            try
            {
                switch (manner)
                {
                    case "await":
                        sender.SendAsync(message).AsTask().GetAwaiter().GetResult();
                        break;
                    case "select":
                        while (selector.Wait() != 0 || !sender.TrySend(message))
                        {
                            // Room for a smaller one, or another socket.
                        }

                        break;
                    default:
                        sender.Send(message);
                        break;
                }
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (Exception error)
            {
                Note(error);
            }
        }
    }

    /// <summary>Calls for ever. What is asked of a liar is never answered: its link ends some time.</summary>
    public void Call(Client<long, long> client)
    {
        for (long id = FirstHonest; ; id++)
        {
            try
            {
                if (client.Call(id) != 2 * id)
                {
                    Interlocked.Increment(ref _junk);
                }
                else
                {
                    Interlocked.Increment(ref _honest);
                }
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (Exception error)
            {
                Note(error);
            }
        }
    }

    /// <summary>Serves for ever.</summary>
    public void Serve(Server<long, long> server)
    {
        while (true)
        {
            Request<long, long> received;
            try
            {
                received = server.Receive();
            }
            catch (ObjectDisposedException error)
            {
                Note(error);
                return;
            }
            catch (Exception error)
            {
                Note(error);
                continue;
            }

            // Whose client was shown out meanwhile has ended, which is no reason to serve nobody any more.
            try
            {
                using Request<long, long> request = received;
                Interlocked.Increment(ref request.Value is >= FirstHonest and < FirstHonest + MostHonest ? ref _honest : ref _junk);
                request.Reply(2 * request.Value);
            }
            catch (Exception error)
            {
                Note(error);
            }
        }
    }

    /// <summary>Notes what the node says about a peer.</summary>
    public void Note(NodeEvent happened)
    {
        if (happened.Error is { } error)
        {
            Note(error);
        }
    }

    /// <summary>What came of it so far.</summary>
    public string Toll() => string.Create(
        CultureInfo.InvariantCulture,
        $"honest={Interlocked.Read(ref _honest)} leased={Interlocked.Read(ref _leased)} junk={_junk} violations={Interlocked.Read(ref _violations)} forged={Interlocked.Read(ref _forged)} others={_others} disorder={_disorder} last={_last}");

    /// <summary>Notes what somebody who goes on came upon.</summary>
    public void Note(Exception error)
    {
        if (error is ProtocolViolationException)
        {
            Interlocked.Increment(ref _violations);
            if (error.Message.Contains("life word", StringComparison.Ordinal) || error.Message.Contains("marked as dying", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _forged);
            }
        }
        else
        {
            Interlocked.Increment(ref _others);
        }

        _last = $"{error.GetType().Name}: {error.Message}".ReplaceLineEndings(" ");
    }

    /// <summary>Keeps a lease, and ends the oldest: what an honest sender sent is as it was, however long it is held.</summary>
    private void Hold(Queue<(Lease<ReadOnlyMemory<byte>> Lease, long Id)> leases, Lease<ReadOnlyMemory<byte>> lease)
    {
        leases.Enqueue((lease, Take(lease.Value.Span)));
        if (leases.Count <= Held)
        {
            return;
        }

        (Lease<ReadOnlyMemory<byte>> oldest, long id) = leases.Dequeue();
        using (oldest)
        {
            if (id >= 0 && HonestId(oldest.Value.Span) != id)
            {
                _disorder = string.Create(CultureInfo.InvariantCulture, $"{id - FirstHonest} changed while it was leased");
            }

            Interlocked.Increment(ref _leased);
        }
    }

    /// <summary>Counts a message; the number of one of the honest sender's, otherwise -1.</summary>
    private long Take(ReadOnlySpan<byte> message)
    {
        long id = HonestId(message);
        if (id < 0)
        {
            _junk++;
            return id;
        }

        if (id != FirstHonest + _honest)
        {
            _disorder = string.Create(CultureInfo.InvariantCulture, $"{id - FirstHonest} after {_honest}");
        }

        Interlocked.Increment(ref _honest);
        return id;
    }

    private static long HonestId(ReadOnlySpan<byte> message)
    {
        try
        {
            return Payload.Read(message) is var id and >= FirstHonest and < FirstHonest + MostHonest ? id : -1;
        }
        catch (InvalidDataException)
        {
            // Not one of ours.
            return -1;
        }
    }
}
