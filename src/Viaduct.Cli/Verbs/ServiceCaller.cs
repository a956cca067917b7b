using Viaduct.Rpc;
using Viaduct.Supervision;

namespace Viaduct.Cli.Verbs;

/// <summary>Finds services for the verbs that call them.</summary>
internal static class ServiceCaller
{
    /// <summary>Calls what <c>viaduct serve</c> serves.</summary>
    /// <param name="place">Where nodes meet.</param>
    /// <param name="call">What to do.</param>
    /// <exception cref="CommandException">Nobody serves there.</exception>
    public static async Task ControlAsync(NodeOptions place, Func<IServiceControl, Task> call)
    {
        if (Find(place, IServiceControl.ServiceName) is null)
        {
            throw Nobody(place, "'viaduct serve' does not run");
        }

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

    /// <summary>The end that serves a service on this machine, null if none does.</summary>
    /// <param name="place">Where nodes meet.</param>
    /// <param name="service">The service's name.</param>
    public static SocketReport? Find(NodeOptions place, string service)
    {
        return Survey.Take(place).SelectMany(node => node.Sockets).FirstOrDefault(socket => socket.Channel == service && socket.Role == "server");
    }
}
