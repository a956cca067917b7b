using System.Net;
using Viaduct.Nodes;

namespace Viaduct.Tests.Nodes;

/// <summary>Who is shown out when too many have not said who they are.</summary>
public sealed class CrowdingTests
{
    [Fact]
    public void Where_nobody_is_a_crowd_the_oldest_goes()
    {
        // As many from one place as are no crowd, after one each from places of their own.
        string[] waitedFor = [.. Enumerable.Range(0, 225).Select(static i => $"place {i}"), .. Enumerable.Repeat("busy", Crowding.Crowd - 1)];

        Assert.Equal("place 0", Crowding.Choose(waitedFor, static place => place));
    }

    [Fact]
    public void Of_a_crowd_its_oldest_goes_though_others_are_older()
    {
        Visitor[] waitedFor = [new("elsewhere", 0), .. Enumerable.Range(1, Crowding.Crowd).Select(static age => new Visitor("busy", age)), new("elsewhere", 100)];

        Assert.Equal(new Visitor("busy", 1), Crowding.Choose(waitedFor, static visitor => visitor.Place));
    }

    [Fact]
    public void Of_two_crowds_the_larger_one_s_oldest_goes()
    {
        Visitor[] waitedFor =
        [
            .. Enumerable.Range(0, Crowding.Crowd).Select(static age => new Visitor("busy", age)),
            .. Enumerable.Range(100, Crowding.Crowd + 1).Select(static age => new Visitor("busier", age)),
        ];

        Assert.Equal(new Visitor("busier", 100), Crowding.Choose(waitedFor, static visitor => visitor.Place));
    }

    [Fact]
    public void Those_that_come_from_nowhere_known_are_one_place()
    {
        Visitor[] waitedFor = [new("elsewhere", 0), .. Enumerable.Range(1, Crowding.Crowd).Select(static age => new Visitor(null, age))];

        Assert.Equal(new Visitor(null, 1), Crowding.Choose(waitedFor, static visitor => visitor.Place));
    }

    [Fact]
    public void Where_nobody_is_waited_for_nobody_goes() => Assert.Null(Crowding.Choose(Array.Empty<Visitor>(), static visitor => visitor.Place));

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::ffff:10.0.0.1", "::ffff:10.0.0.2", false)]
    [InlineData("fe80::1", "fe80::2", false)]
    public void A_machine_is_one_place_and_of_version_6_its_network(string one, string other, bool same) =>
        Assert.Equal(same, Equals(Crowding.PlaceOf(IPAddress.Parse(one)), Crowding.PlaceOf(IPAddress.Parse(other))));

    private sealed record Visitor(string? Place, int Age);
}
