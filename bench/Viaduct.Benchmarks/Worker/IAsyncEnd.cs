namespace Viaduct.Benchmarks.Worker;

/// <summary>The same as <see cref="IEnd"/> with <c>await</c>; what was received is handed on, so that no wrapper is measured.</summary>
internal interface IAsyncEnd<TReceived>
{
    ValueTask SendAsync();

    ValueTask<TReceived> ReceiveAsync();

    /// <summary>Touches one byte of each cache line of what was received, and gives it back.</summary>
    void Take(in TReceived received);
}
