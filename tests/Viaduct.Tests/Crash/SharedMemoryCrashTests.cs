using Viaduct.Tests.Support;

namespace Viaduct.Tests.Crash;

public sealed class SharedMemoryCrashTests() : CrashSuite(DistanceKind.SharedMemory);
