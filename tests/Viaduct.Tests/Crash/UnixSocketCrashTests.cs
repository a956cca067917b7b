using Viaduct.Tests.Support;

namespace Viaduct.Tests.Crash;

public sealed class UnixSocketCrashTests() : CrashSuite(DistanceKind.UnixSocket);
