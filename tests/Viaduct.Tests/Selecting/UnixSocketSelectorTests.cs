using Viaduct.Tests.Support;

namespace Viaduct.Tests.Selecting;

public sealed class UnixSocketSelectorTests() : SelectorSuite(DistanceKind.UnixSocket);
