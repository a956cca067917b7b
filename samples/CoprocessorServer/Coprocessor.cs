using System.Collections.Concurrent;

namespace CoprocessorServer;

/// <summary>The service: hands each client a queue of the device, and notes what the clients say.</summary>
internal sealed class Coprocessor(Device device) : ICoprocessor
{
    /// <summary>The clients' queues, by name.</summary>
    public ConcurrentDictionary<string, ClientJobs> Queues { get; } = new();

    /// <summary>What clients have reported, by name.</summary>
    public ConcurrentDictionary<string, ClientFigures> Figures { get; } = new();

    public IJobs Open(string client) => Queues.GetOrAdd(client, name => new ClientJobs(device, name));

    public void Report(string client, ClientFigures figures) => Figures[client] = figures;
}
