using Viaduct.Tests.Support;

namespace Viaduct.Tests.Adapters;

public sealed class SharedMemoryAdapterTests() : AdapterSuite(DistanceKind.SharedMemory);
