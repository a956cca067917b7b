using Viaduct.Rpc;
using Viaduct.Supervision;

namespace Viaduct.Cli.Verbs;

/// <summary>Finds services for the verbs that call them.</summary>
internal static class ServiceCaller
{
    /// <summary>Calls what <c>viaduct serve</c> serves, if it runs.</summary>
    /// <param name="place">Where nodes meet.</param>
    /// <param name="call">What to do.</param>
    /// <exception cref="CommandException">It does not run there.</exception>
    public static Task FindControlAsync(NodeOptions place, Func<IServiceControl, Task> call) =>
        Served(place).Any(static socket => socket.Channel == IServiceControl.ServiceName) ? ControlAsync(place, call) : throw Nobody(place, "'viaduct serve' does not run");

    /// <summary>Calls what <c>viaduct serve</c> serves, which is known to run.</summary>
    /// <param name="place">Where nodes meet.</param>
    /// <param name="call">What to do.</param>
    public static async Task ControlAsync(NodeOptions place, Func<IServiceControl, Task> call)
    {
        place.Name = $"services-{Environment.ProcessId}";
        await using Node node = Node.Join(place);
        await using ServiceClient<IServiceControl> client = node.Connect<IServiceControl>();
        try
        {
            await call(client.Service);
        }
        catch (RemoteException error)
        {
            throw new CommandException(error.RemoteMessage);
        }
    }

    /// <summary>That something is not there, where was looked, and what helps.</summary>
    /// <param name="place">Where nodes meet.</param>
    /// <param name="missing">What is not there.</param>
    public static CommandException Nobody(NodeOptions place, string missing)
    {
        string where = place.RuntimeDirectory is { } directory ? $" in {directory}" : string.Empty;
        return new CommandException($"{missing} in the domain '{place.Domain}'{where}: start 'viaduct serve DESCRIPTION'.");
    }

    /// <summary>The ends that serve on this machine.</summary>
    /// <param name="place">Where nodes meet.</param>
    public static IEnumerable<SocketReport> Served(NodeOptions place) => Survey.Take(place).SelectMany(node => node.Sockets).Where(IsServed);

    /// <summary>Whether a socket serves somebody else: what a program isolates within itself is its own.</summary>
    /// <param name="socket">The socket.</param>
    public static bool IsServed(SocketReport socket) =>
        socket is { IsService: true, Role: "server" } && !socket.Channel.StartsWith(NodeIsolation.ChannelPrefix, StringComparison.Ordinal);
}
