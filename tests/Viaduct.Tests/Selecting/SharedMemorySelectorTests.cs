using Viaduct.Tests.Support;

namespace Viaduct.Tests.Selecting;

public sealed class SharedMemorySelectorTests() : SelectorSuite(DistanceKind.SharedMemory);
