using Viaduct.Tests.Support;

namespace Viaduct.Tests.Adapters;

public sealed class UnixSocketAdapterTests() : AdapterSuite(DistanceKind.UnixSocket);
