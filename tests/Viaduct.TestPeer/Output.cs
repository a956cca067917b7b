using System.Text;

namespace Viaduct.TestPeer;

/// <summary>Writes answers, each a whole line with the tag of its command; any thread may write.</summary>
internal sealed class Output(Stream stream)
{
    private readonly Lock _lock = new();

    public void Item(string tag, string text) => Write($"{tag} item {text}");

    public void Done(string tag, string text) => Write($"{tag} done {text}");

    public void Failed(string tag, Exception error) =>
        Write($"{tag} failed {error.GetType().Name} {error.Message.ReplaceLineEndings(" ")}");

    private void Write(string line)
    {
        lock (_lock)
        {
            stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
            stream.Flush();
        }
    }
}
