namespace Viaduct.Tests.Support;

/// <summary>A command threw in the child process.</summary>
public sealed class PeerFailedException(string command, string failure) : Exception($"In the child, '{command}' failed: {failure}")
{
    /// <summary>The name of the exception's type in the child.</summary>
    public string Type { get; } = failure.Split(' ')[0];
}
