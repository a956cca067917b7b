using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>The service in a process of its own.</summary>
public sealed class IsolatedServiceTests() : IsolatedServiceSuite(DistanceKind.SharedMemory, new IsolateOptions { Standbys = 0 });
