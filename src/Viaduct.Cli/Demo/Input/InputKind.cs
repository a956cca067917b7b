namespace Viaduct.Cli.Demo.Input;

/// <summary>How the input becomes events.</summary>
internal enum InputKind
{
    /// <summary>An event is a whole file, or a part of at most 64 KiB of a larger one.</summary>
    Files,

    /// <summary>An event is a line of a text file.</summary>
    Lines,

    /// <summary>An event is a row of a CSV file, without its head.</summary>
    Csv,
}
