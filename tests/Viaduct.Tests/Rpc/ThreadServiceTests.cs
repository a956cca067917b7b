using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

public sealed class ThreadServiceTests() : DistanceServiceSuite(DistanceKind.Thread);
