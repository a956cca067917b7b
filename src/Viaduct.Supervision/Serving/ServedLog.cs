namespace Viaduct.Supervision;

/// <summary>Where the output of a program goes.</summary>
/// <param name="File">The file; those before it have a number behind that.</param>
/// <param name="MaxSize">Bytes from which on the next file is begun.</param>
/// <param name="Keep">How many full files are kept.</param>
internal sealed record ServedLog(string File, long MaxSize, int Keep);
