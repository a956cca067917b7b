using Viaduct.Cli.Demo.Roles;

namespace Viaduct.Cli.Demo.Running;

/// <summary>Something that a process of the run did.</summary>
/// <param name="Child">The process.</param>
/// <param name="Report">What it told; null: it ended.</param>
internal sealed record RunEvent(ChildProcess Child, RoleReport? Report);
