using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

public sealed class MachineServiceTests() : DistanceServiceSuite(DistanceKind.Machine);
