using System.Diagnostics.CodeAnalysis;

namespace Viaduct;

/// <summary>What is thrown where something was disposed: in the words of the program, which knows no internals by name.</summary>
internal static class Disposed
{
    /// <summary>Throws where that is so.</summary>
    public static void ThrowIf([DoesNotReturnIf(true)] bool disposed, string role, string channel)
    {
        if (disposed)
        {
            throw Socket(role, channel);
        }
    }

    /// <summary>A socket was disposed.</summary>
    public static ObjectDisposedException Socket(string role, string channel) => Of($"The {role} of '{channel}' was disposed.");

    /// <summary>Anything was.</summary>
    public static ObjectDisposedException Of(string text) => new(null, text);
}
