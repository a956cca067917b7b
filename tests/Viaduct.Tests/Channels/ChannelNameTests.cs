namespace Viaduct.Tests.Channels;

public sealed class ChannelNameTests
{
    public static TheoryData<string> Allowed { get; } =
    [
        "a", "events", "Events-2", "detector/run_17/hits", "a.b", "a/b.c", "_", "-", "7", "a..b", "a.", new string('x', 128),
    ];

    public static TheoryData<string> Refused { get; } =
    [
        "", " ", "a b", "/a", "a/", "a//b", ".a", "a/.b", "..", "a/../b", "/", "a\\b", "a:b", "é", "a\n", "a\0", "💡", new string('x', 129),
    ];

    [Theory]
    [MemberData(nameof(Allowed))]
    public void A_name_within_the_rule_is_taken_as_it_is(string name)
    {
        Assert.Equal(name, new ChannelSpec<int>(name).Name);
        Assert.Equal(name, new CallSpec<int, int>(name).ToString());
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Any_other_name_is_refused_with_what_is_allowed(string name)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new ChannelSpec<int>(name));

        Assert.Equal("name", error.ParamName);
        Assert.Contains("1 to 128 characters", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new CallSpec<int, int>(name));
    }

    [Fact]
    public void The_error_names_what_is_wrong_in_printable_characters()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new ChannelSpec<int>("a\u001Bb"));

        Assert.Contains("'a?b' has U+001B at position 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_name_at_all_is_refused()
    {
        Assert.Throws<ArgumentNullException>(() => new ChannelSpec<int>(null!));
    }
}
