namespace Viaduct.Cli.Demo.Roles;

/// <summary>What the demo says to the processes that it started, a word a line.</summary>
internal static class ParentWords
{
    /// <summary>To the reader: the workers are there, begin.</summary>
    public const string Go = "go";

    /// <summary>To the reader: send the last event too; the worker that was killed is replaced.</summary>
    public const string Continue = "continue";

    /// <summary>To the merger: everything is acknowledged, tell the result.</summary>
    public const string Finish = "finish";
}
