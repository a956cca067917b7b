using System.CommandLine;
using Viaduct.Rpc;
using Viaduct.Supervision;

namespace Viaduct.Cli.Verbs;

/// <summary>The service that a verb calls, as arguments of the command.</summary>
internal sealed class CallOptionSet
{
    private readonly NodeOptionSet _node = new();
    private readonly Argument<string> _service = new("SERVICE") { Description = "The service's name: that of its interface, such as Acme.IClock, unless it has another." };

    private readonly Option<int?> _capacity = new("--capacity")
    {
        Description = "How many calls the service allows at once. Default: what the service says, where it is on this machine; else 256.",
        HelpName = "K",
    };

    private readonly Option<double?> _timeout = new("--timeout")
    {
        Description = "Wait at most so many seconds, for a service that is not there yet too. Default: as long as it takes.",
        HelpName = "SECONDS",
    };

    /// <summary>Adds the service to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddServiceTo(Command command) => command.Add(_service);

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddOptionsTo(Command command)
    {
        _capacity.MustBe("1 or more", static calls => calls >= 1);
        _timeout.MustBe("above 0 and at most 3600 seconds", static seconds => seconds is > 0 and <= 3600);
        command.Add(_capacity);
        command.Add(_timeout);
        _node.AddTo(command);
    }

    /// <summary>Connects to the service, calls it, and leaves.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="verb">The verb.</param>
    /// <param name="call">What to do.</param>
    public async Task RunAsync(ParseResult parsed, string verb, Func<DynamicServiceClient, Task> call)
    {
        string service = parsed.GetValue(_service)!;
        NodeOptions options = _node.Read(parsed, verb, Context.Auto);
        Lazy<SocketReport[]> served = new(() => [.. ServiceCaller.Served(options)]);
        int capacity = parsed.GetValue(_capacity) ?? Array.Find(served.Value, socket => socket.Channel == service)?.Capacity ?? 256;
        await using Node node = Joining.Join(options, quiet: false);
        await using DynamicServiceClient client = node.Connect(service, new ConnectOptions
        {
            Capacity = capacity,
            Timeout = parsed.GetValue(_timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan,
        });
        await using Timer notice = new(
            _ =>
            {
                if (client.Peers.Count == 0)
                {
                    string[] names = [.. served.Value.Select(static socket => socket.Channel).Where(static name => name != IServiceControl.ServiceName).Distinct().Order(StringComparer.Ordinal)];
                    Notice.Say($"nobody serves '{service}' yet; waiting.{(names.Length == 0 ? "" : $" Served on this machine: {string.Join(", ", names)}.")}");
                }
            },
            null,
            TimeSpan.FromSeconds(1),
            Timeout.InfiniteTimeSpan);
        try
        {
            await call(client);
        }
        catch (RemoteException error) when (IsOfServe(service, error))
        {
            // Nobody carried it out: who keeps the service running says why. What a method of the service itself throws is told with its name.
            throw new CommandException(error.RemoteMessage);
        }
        catch (RemoteException error)
        {
            throw new CommandException($"{error.Method} threw {error.RemoteType}: {error.RemoteMessage}");
        }
        catch (TimeoutException) when (client.Peers.Count == 0)
        {
            throw new CommandException($"nobody serves '{service}', at least not within {parsed.GetValue(_timeout)} s.");
        }
    }

    /// <summary>Whether <c>viaduct serve</c> answered, and not a service that it keeps running.</summary>
    private static bool IsOfServe(string service, RemoteException error) => error.RemoteType == typeof(NotServedException).FullName
        || (service == IServiceControl.ServiceName && error.RemoteType == typeof(SupervisionException).FullName);
}
