namespace Viaduct.Tests.Rpc;

/// <summary>Answers with one more.</summary>
public sealed class Ear : IEar
{
    public int Hear(int number) => number + 1;

    public async Task<int> HearAsync(int number)
    {
        await Task.Yield();
        return number + 1;
    }
}
