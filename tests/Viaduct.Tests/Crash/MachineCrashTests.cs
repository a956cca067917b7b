using Viaduct.Tests.Support;

namespace Viaduct.Tests.Crash;

public sealed class MachineCrashTests() : CrashSuite(DistanceKind.Machine);
