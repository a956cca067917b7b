using Viaduct.Tests.Support;

namespace Viaduct.Tests.Selecting;

public sealed class ThreadSelectorTests() : SelectorSuite(DistanceKind.Thread);
