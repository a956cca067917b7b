using Viaduct.Tests.Support;

namespace Viaduct.Tests.Hostile;

/// <summary>A process that keeps another waiting, and is shown out when that has waited long enough.</summary>
public sealed class StallingPeerTests
{
    [Fact]
    public async Task Whoever_stalls_in_the_handshake_is_shown_out()
    {
        await using Siege siege = await Siege.Begin("consumer");
        await siege.Attack("stall", 41, 1);
        string before = await siege.Footprint();

        await siege.Attack("stall", 141, 1);

        await siege.EndsAsItBegan(before);
    }

    [Theory]
    [InlineData("consumer", "sender-life", 51)]
    [InlineData("producer", "receiver-life", 52)]
    public async Task Who_says_that_its_process_died_and_lives_on_is_shown_out_in_time(string victim, string attack, int seed)
    {
        await using Siege siege = await Siege.Begin(victim);
        string before = await siege.Footprint();

        await siege.Attack(attack, seed, 6);

        await siege.EndsAsItBegan(before);
        string toll = await siege.Victim.Do("toll");
        Effort.Say(toll);
        Assert.Equal(5L * Effort.Factor, Siege.Count(toll, "forged"));
        Assert.Equal("", siege.Breaks());
    }
}
