using Viaduct.Tests.Support;

namespace Viaduct.Tests.Adapters;

public sealed class ThreadAdapterTests() : AdapterSuite(DistanceKind.Thread);
