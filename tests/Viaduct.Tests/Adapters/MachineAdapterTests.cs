using Viaduct.Tests.Support;

namespace Viaduct.Tests.Adapters;

public sealed class MachineAdapterTests() : AdapterSuite(DistanceKind.Machine);
