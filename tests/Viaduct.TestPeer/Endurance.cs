using System.Globalization;
using Viaduct.Tests.Support;

namespace Viaduct.TestPeer;

/// <summary>Sockets that are used on, whatever a hostile peer does to them, and what came of it.</summary>
internal sealed class Endurance
{
    /// <summary>Messages of the honest sender count from here.</summary>
    public const long FirstHonest = 1_000_000_000_000;

    /// <summary>It does not come to more. A hostile sender's eight random bytes are a whole message too, but hardly with a number in between.</summary>
    private const long MostHonest = 1_000_000_000;

    private long _honest;
    private long _junk;
    private long _violations;
    private long _forged;
    private long _others;
    private string _disorder = "";
    private string _last = "";

    /// <summary>Receives for ever.</summary>
    public void Receive(Receiver<ReadOnlyMemory<byte>> receiver)
    {
        while (true)
        {
            try
            {
                Take(receiver.Receive().Span);
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

    /// <summary>Sends for ever.</summary>
    public void Send(Sender<ReadOnlyMemory<byte>> sender)
    {
        for (long id = 0; ; id++)
        {
            try
            {
                sender.Send(Payload.Create(id, Payload.SizeOf(id)));
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
            try
            {
                using Request<long, long> request = server.Receive();
                Interlocked.Increment(ref request.Value is >= FirstHonest and < FirstHonest + MostHonest ? ref _honest : ref _junk);
                request.Reply(2 * request.Value);
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
        $"honest={Interlocked.Read(ref _honest)} junk={_junk} violations={Interlocked.Read(ref _violations)} forged={Interlocked.Read(ref _forged)} others={_others} disorder={_disorder} last={_last}");

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

    private void Take(ReadOnlySpan<byte> message)
    {
        try
        {
            long id = Payload.Read(message);
            if (id is >= FirstHonest and < FirstHonest + MostHonest)
            {
                if (id != FirstHonest + _honest)
                {
                    _disorder = string.Create(CultureInfo.InvariantCulture, $"{id - FirstHonest} after {_honest}");
                }

                Interlocked.Increment(ref _honest);
                return;
            }
        }
        catch (InvalidDataException)
        {
            // Not one of ours.
        }

        _junk++;
    }
}
