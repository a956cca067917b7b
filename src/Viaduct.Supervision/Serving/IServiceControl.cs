using Viaduct.Rpc;

namespace Viaduct.Supervision;

/// <summary>
/// What <c>viaduct serve</c> itself serves: a program may connect to it as the command's own verbs do. What can't be done throws, and says why.
/// </summary>
[Service(Name = ServiceName)]
public interface IServiceControl
{
    /// <summary>The service's name.</summary>
    const string ServiceName = "viaduct.services";

    /// <summary>Where each program stands, in the order in which they start.</summary>
    /// <returns>One for each.</returns>
    [Idempotent]
    Task<IReadOnlyList<ServedStatus>> StatusAsync();

    /// <summary>The last lines of a program's log.</summary>
    /// <param name="service">The program's name in the description.</param>
    /// <param name="lines">How many at the most.</param>
    /// <param name="follow">Whether those that come are told, too, until the caller has had enough.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The lines.</returns>
    IAsyncEnumerable<string> LogAsync(string service, int lines, bool follow, CancellationToken cancellationToken = default);

    /// <summary>Reads the description again: what is new is started, what is gone stopped, what has changed replaced without losing a call; all else goes on.</summary>
    /// <returns>A line for each program that was touched.</returns>
    Task<IReadOnlyList<string>> ReloadAsync();

    /// <summary>Starts a program that does not run, after those that it depends on; nothing if it runs.</summary>
    /// <param name="service">The program's name.</param>
    /// <returns>A task that is done when it serves.</returns>
    Task StartAsync(string service);

    /// <summary>Replaces a program's process by a new one: that serves before the old one takes no more calls, and no call is lost.</summary>
    /// <param name="service">The program's name.</param>
    /// <returns>A task that is done when the old one has ended.</returns>
    Task RestartAsync(string service);

    /// <summary>Stops a program until somebody starts it: calls under way come to their end, later ones wait.</summary>
    /// <param name="service">The program's name.</param>
    /// <returns>A task that is done when it has ended.</returns>
    Task StopAsync(string service);
}
