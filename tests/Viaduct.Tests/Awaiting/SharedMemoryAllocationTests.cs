using Viaduct.Tests.Support;

namespace Viaduct.Tests.Awaiting;

[Collection(Collections.Alone)]
public sealed class SharedMemoryAllocationTests() : AllocationSuite(DistanceKind.SharedMemory);
