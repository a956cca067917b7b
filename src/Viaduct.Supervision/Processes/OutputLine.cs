namespace Viaduct.Supervision;

/// <summary>A line that a child wrote.</summary>
/// <param name="Text">
/// The line without its end; bytes that are no UTF-8 are replaced by U+FFFD. A line longer than <see cref="ChildProcessOptions.MaxLineLength"/> comes in
/// pieces.
/// </param>
/// <param name="IsError">Whether it came from standard error.</param>
public readonly record struct OutputLine(string Text, bool IsError)
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}
