using System.CommandLine;
using System.Runtime.InteropServices;
using Viaduct.Cli.Demo.Roles;

namespace Viaduct.Cli.Demo;

/// <summary>The hidden verbs <c>demo-reader</c>, <c>demo-merger</c> and <c>demo-worker</c>: the processes that <c>viaduct demo</c> starts.</summary>
internal static class DemoRoleVerb
{
    /// <summary>The verb of a role.</summary>
    /// <param name="role">The role.</param>
    public static string NameOf(DemoRole role) => "demo-" + role.ToString().ToLowerInvariant();

    /// <summary>Makes the command.</summary>
    /// <param name="role">The role.</param>
    public static Command Create(DemoRole role)
    {
        Command command = new(NameOf(role), "A process of 'viaduct demo'.") { Hidden = true };
        command.Add(new Argument<int>("NUMBER") { Description = "Which one of its kind, for process lists." });
        command.SetAction(_ =>
        {
            // Ctrl-C goes to every process of the terminal; the demo itself decides what ends when. SIGTERM keeps its default action.
            using PosixSignalRegistration ignored = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
            return RoleProcess.Run();
        });
        return command;
    }
}
