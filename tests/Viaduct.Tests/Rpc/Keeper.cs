namespace Viaduct.Tests.Rpc;

/// <summary>Blocks in all the ways but the one in which its thread takes the answer.</summary>
/// <param name="next">Another service, to which objects are passed on.</param>
public sealed class Keeper(IKeeper? next = null) : IKeeper
{
    private readonly List<int> _notes = [];

    public int Sum(IAsyncEnumerable<int> numbers) => numbers.ToBlockingEnumerable().Sum();

    public int Ask(IEar ear, int number) => ear.HearAsync(number).GetAwaiter().GetResult();

    public int Pass(IEar ear, int number) => next?.Pass(ear, number) ?? ear.Hear(number);

    public void Note(int number) => _notes.Add(number);

    public IReadOnlyList<int> Notes() => [.. _notes];
}
