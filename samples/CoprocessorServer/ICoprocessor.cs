using Viaduct.Rpc;

namespace CoprocessorServer;

/// <summary>The device, as its clients see it.</summary>
[Service]
public interface ICoprocessor
{
    /// <summary>A queue for one client's jobs. Returns at once: jobs may be submitted before the answer is there.</summary>
    IJobs Open(string client);

    /// <summary>What a client has found at its end.</summary>
    void Report(string client, ClientFigures figures);
}
