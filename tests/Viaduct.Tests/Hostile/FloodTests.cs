using Viaduct.Tests.Support;

namespace Viaduct.Tests.Hostile;

/// <summary>A process that breaks no rule, but takes all the time that it can get. With nothing beside it, since what it leaves is measured.</summary>
[Collection(Collections.Alone)]
public sealed class FloodTests
{
    [Theory]
    [InlineData("consumer", "", "sender-flood", 61)]
    [InlineData("consumer", "await", "sender-flood", 62)]
    [InlineData("producer", "", "receiver-flood", 63)]
    [InlineData("producer", "await", "receiver-flood", 64)]
    public async Task A_flood_of_wakes_and_doorbells_keeps_nobody_from_its_messages(string victim, string manner, string attack, int seed)
    {
        await using Siege siege = await Siege.Begin(victim, manner);
        string before = await siege.Footprint();

        (long messages, long calls, TimeSpan stall) = await siege.Watch(() => siege.Attack(attack, seed, 4));

        Effort.Say($"meanwhile {messages} messages and {calls} calls, none for {stall.TotalMilliseconds:0} ms at the most");
        Assert.InRange(messages, 100, long.MaxValue);
        Assert.InRange(calls, 100, long.MaxValue);

        // Half of what the flood lasts.
        Assert.InRange(stall, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        await siege.EndsAsItBegan(before);
    }
}
