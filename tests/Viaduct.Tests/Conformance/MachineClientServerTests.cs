using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public sealed class MachineClientServerTests() : ClientServerSuite(DistanceKind.Machine);
