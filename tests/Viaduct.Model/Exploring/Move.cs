using Viaduct.Model.Running;

namespace Viaduct.Model.Exploring;

/// <summary>What happened between two states.</summary>
internal readonly record struct Move(int Process, MoveKind Kind, int Word, ulong Value = 0)
{
    /// <summary>For a trace.</summary>
    /// <param name="layout">Names of words.</param>
    /// <param name="before">Where the process was.</param>
    public string Describe(Layout layout, Station before)
    {
        string who = $"process {Process}: ";
        return who + Kind switch
        {
            MoveKind.Drain => $"others see its {layout.Describe(Word)}",
            MoveKind.Read => $"reads {layout.Describe(Word)} = 0x{Value:x} in {before.Point.Need.Site}",
            MoveKind.Step when !before.Needs => $"{before.Point.Steps[before.Taken].Kind} of {layout.Describe(Word)} in {before.Point.Steps[before.Taken].Site}",
            _ => Kind.ToString().ToLowerInvariant(),
        };
    }
}
