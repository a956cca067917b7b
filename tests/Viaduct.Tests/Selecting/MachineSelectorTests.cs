using Viaduct.Tests.Support;

namespace Viaduct.Tests.Selecting;

public sealed class MachineSelectorTests() : SelectorSuite(DistanceKind.Machine);
