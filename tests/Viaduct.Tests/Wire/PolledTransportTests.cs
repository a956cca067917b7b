using System.Net.Sockets;
using Viaduct.Transports;

namespace Viaduct.Tests.Wire;

/// <summary>By the poller: what Linux has.</summary>
public sealed class PolledTransportTests : TransportSuite
{
    private protected override Transport Over(Socket socket) => new PolledTransport(socket);
}
