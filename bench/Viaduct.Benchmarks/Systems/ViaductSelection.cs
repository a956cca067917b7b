using Viaduct.Benchmarks.Messages;

namespace Viaduct.Benchmarks.Systems;

/// <summary>The sockets of several channels, and the selector over their receiving ends.</summary>
internal sealed class ViaductSelection : IDisposable
{
    public ViaductSelection(ViaductEnds<Message8>[] ends, WaitMode wait)
    {
        Ends = ends;
        Selector = new Selector(new SelectorOptions { Wait = wait }, [.. ends.Select(end => end.Consumer)]);
    }

    public ViaductEnds<Message8>[] Ends { get; }

    public Selector Selector { get; }

    public void Dispose()
    {
        Selector.Dispose();
        Array.ForEach(Ends, end => end.Dispose());
    }
}
