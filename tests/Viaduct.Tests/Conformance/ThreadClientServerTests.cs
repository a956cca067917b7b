using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public sealed class ThreadClientServerTests() : ClientServerSuite(DistanceKind.Thread);
