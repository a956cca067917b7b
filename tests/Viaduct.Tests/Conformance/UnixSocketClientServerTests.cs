using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public sealed class UnixSocketClientServerTests() : ClientServerSuite(DistanceKind.UnixSocket);
