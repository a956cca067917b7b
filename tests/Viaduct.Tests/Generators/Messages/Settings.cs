using Viaduct.Messages;

namespace Viaduct.Tests.Generators;

/// <summary>Initial values, numbers of its own, what is left out, and names that are words of the language.</summary>
[Message(Name = "settings")]
internal sealed class Settings
{
    [Id(3)]
    public string Title { get; init; } = "untitled";

    [Id(1)]
    public string Theme { get; set; } = "light";

    [Id(7)]
    public int @class;

    [Ignore]
    public int Cached { get; set; }

    public int Twice => @class * 2;

    [Id(9)]
    internal string? Hidden { get; set; }

    public static class Nested
    {
        [Message]
        public sealed record Inner(int A);
    }
}
