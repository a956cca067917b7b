using System.Globalization;
using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>Does it.</summary>
public sealed class Labour : ILabour
{
    public int Hold(string file)
    {
        File.WriteAllText(file, "");
        while (File.Exists(file))
        {
            Thread.Sleep(1);
        }

        return Environment.ProcessId;
    }

    public int HoldOnce(string file) => File.Exists(file) ? -1 : Hold(file);

    public Task<int> NoteAsync(string file, int number)
    {
        File.AppendAllText(file, string.Create(CultureInfo.InvariantCulture, $"{number} "));
        return Task.FromResult(Environment.ProcessId);
    }

    public async Task WaitAsync(string file, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(file, "", CancellationToken.None);
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            File.Delete(file);
        }
    }

    public long Sum(int first, int past) => Enumerable.Range(first, past - first).Sum(static number => (long)number);

    public int Priority() => CallContext.Priority;

    public int Ask(IListener listener) => listener.Heard(0);

    public int Fail(string words) => throw new InvalidOperationException(words);
}
