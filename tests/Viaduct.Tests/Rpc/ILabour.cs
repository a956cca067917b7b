using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>Work for pools of processes.</summary>
[Service]
public interface ILabour
{
    /// <summary>Makes the file, and keeps its thread until somebody deletes it.</summary>
    int Hold(string file);

    /// <summary>As <see cref="Hold"/>, unless the file is there; then it returns at once.</summary>
    [Idempotent]
    int HoldOnce(string file);

    /// <summary>Appends a number to a file, and tells by whom.</summary>
    Task<int> NoteAsync(string file, int number);

    /// <summary>Makes the file, awaits its end, and deletes the file then.</summary>
    Task WaitAsync(string file, CancellationToken cancellationToken = default);

    long Sum(int first, int past);

    int Priority();

    int Ask(IListener listener);

    int Fail(string words);
}
