using System.Net.Sockets;
using Viaduct.Transports;

namespace Viaduct.Tests.Wire;

/// <summary>By asynchronous operations of the framework: what other systems than Linux have.</summary>
public sealed class SocketTransportTests : TransportSuite
{
    private protected override Transport Over(Socket socket) => new SocketTransport(socket);
}
