namespace Viaduct.Cli.Demo.Input;

/// <summary>A file of the input.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Length">Its size in bytes when the demo began.</param>
internal sealed record InputFile(string Path, long Length);
