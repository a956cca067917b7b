using System.Diagnostics;
using Viaduct.Links;

namespace Viaduct;

/// <summary>A request that a server received and is to answer, from any thread, once. Copies are the same request.</summary>
/// <typeparam name="TRequest">The type of the requests.</typeparam>
/// <typeparam name="TReply">The type of the replies.</typeparam>
[DebuggerDisplay("Request {_received.Sequence} of {Client}")]
public readonly struct Request<TRequest, TReply> : IDisposable
{
    private readonly Server<TRequest, TReply>? _server;
    private readonly Received<TRequest> _received;

    internal Request(Server<TRequest, TReply> server, in Received<TRequest> received)
    {
        _server = server;
        _received = received;
    }

    /// <summary>The request's message; byte messages are valid until the request is answered.</summary>
    /// <exception cref="ObjectDisposedException">The request was answered, the server was closed, or the client broke the protocol: the link to it was closed, and nothing would be answered.</exception>
    public TRequest Value => IsOpen ? _received.Value : throw Disposed.Of("The request has ended: it was answered, its server was closed, or its client broke the protocol.");

    /// <summary>Who asked.</summary>
    public Peer Client => _received.Link.Peer.Describe();

    private bool IsOpen => _server is not null && _server.Requests.IsHeld(_received.Link, _received.Position);

    /// <summary>Answers. Does nothing when the request was answered before, or the client is gone.</summary>
    /// <param name="reply">The reply; copied.</param>
    /// <exception cref="MessageTooLargeException">The reply is larger than <see cref="ChannelSpec.MaxMessageSize"/>; the request is still open.</exception>
    public void Reply(in TReply reply)
    {
        if (IsOpen)
        {
            _server!.Reply(_received, new Reply<TReply>(reply, null));
        }
    }

    /// <summary>Answers with an error: the caller gets a <see cref="RemoteCallException"/> with this text.</summary>
    /// <param name="error">What went wrong; cut after 4,096 characters.</param>
    public void Fail(string error)
    {
        ArgumentNullException.ThrowIfNull(error);
        if (IsOpen)
        {
            _server!.Reply(_received, new Reply<TReply>(default!, error));
        }
    }

    /// <summary>Ends the request; one that was not answered fails at the caller.</summary>
    public void Dispose()
    {
        if (IsOpen)
        {
            Fail("the server dropped the request without an answer");
        }
    }
}
