using System.Text.Json;

namespace Viaduct.Discovery;

/// <summary>The content of one of the small files of a directory, which says itself how it is written as JSON and read from it.</summary>
/// <remarks>Not by <see cref="JsonSerializer"/>: what that compiles at the first file takes a starting process longer than all else that it does to join.</remarks>
internal interface IDirectoryFile<TSelf>
    where TSelf : class, IDirectoryFile<TSelf>
{
    /// <summary>Takes it from what was read; properties that are not known are passed over.</summary>
    /// <exception cref="KeyNotFoundException">A property is missing.</exception>
    /// <exception cref="InvalidOperationException">It is no object, or a property is of another kind or no text.</exception>
    /// <exception cref="FormatException">A property makes no sense.</exception>
    static abstract TSelf Read(JsonElement json);

    /// <summary>Writes its properties, within an object that was begun.</summary>
    void Write(Utf8JsonWriter json);
}
