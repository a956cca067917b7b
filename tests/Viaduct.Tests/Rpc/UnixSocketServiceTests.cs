using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

public sealed class UnixSocketServiceTests() : DistanceServiceSuite(DistanceKind.UnixSocket);
