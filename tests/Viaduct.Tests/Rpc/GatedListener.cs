using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Whose calls are counted and end only once a gate is open.</summary>
internal sealed class GatedListener(ManualResetEventSlim gate) : IListener
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>What <see cref="Heard"/> does once the gate is open.</summary>
    public Func<int, int> Then { get; init; } = static number => 2 * number;

    /// <summary>Keeps the service's thread in a call of <see cref="ITrial.Tell"/>, which waits for this one: its result once the gate is open.</summary>
    public async Task<Task<int>> Hold(ITrial service)
    {
        Task<int> telling = Background.Run(() => service.Tell(this, 1));
        await Waiting.Until(() => Count == 1);
        return telling;
    }

    public int Heard(int number)
    {
        Told(number);
        return Then(number);
    }

    public void Told(int number)
    {
        Interlocked.Increment(ref _count);
        gate.Wait(Patience.Limit);
    }
}
