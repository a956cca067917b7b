using Viaduct.Transports;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.Nodes;

/// <summary>One try to put a broken session on a new connection: greets, and hands the connection over when the peer knows the session.</summary>
internal sealed class Resumption(Session session, Transport transport) : ITransportHandler
{
    private readonly TaskCompletionSource<bool> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _resumed;

    /// <summary>True when the session goes on over this connection.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        transport.Start(this);
        session.Greet(transport);
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static state => ((Resumption)state!).Abandon(), this);
        return await _result.Task.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void OnFrame(FrameType type, ReadOnlySpan<byte> body, ref ReceivedDescriptors descriptors)
    {
        if (_resumed)
        {
            session.OnFrame(transport, type, body, ref descriptors);
            return;
        }

        FrameParser parser = new(body, type);
        if (type == FrameType.Refused && RefusedFrame.Read(ref parser).Code == Session.UnknownSession)
        {
            session.OnGivenUp();
        }

        if (type != FrameType.Welcome)
        {
            transport.Close(new PeerRefusedException(transport.Description, $"a {type} frame where a greeting was expected"));
            return;
        }

        HelloFrame hello = HelloFrame.Read(ref parser);
        if (hello.NodeId != session.PeerId || hello.SessionId != session.SessionId)
        {
            transport.Close(new PeerRefusedException(transport.Description, "another node, or the node's successor, answers there"));
            return;
        }

        if (_result.Task.IsCompleted || !session.Resume(transport, hello, takesOver: false))
        {
            transport.Close(null);
            return;
        }

        _resumed = true;
        _result.TrySetResult(true);

        // What was asked while the writer did not yet know the session.
        transport.RequestOutput();
    }

    /// <inheritdoc/>
    public bool FillOutput(FrameBuilder output, object? source) => _resumed && session.FillOutput(transport, output, (OutgoingLink?)source);

    /// <inheritdoc/>
    public void OnClosed(Exception? error)
    {
        _result.TrySetResult(false);
        if (_resumed)
        {
            Dispatcher.Post(() => session.OnConnectionLost(transport, error));
        }
    }

    private void Abandon()
    {
        if (_result.TrySetResult(false))
        {
            transport.Close(null);
        }
    }
}
