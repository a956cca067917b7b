using System.Text.Json;

namespace Viaduct.Discovery;

/// <summary>The content of one of the small files of a directory, which says itself how it is written as JSON. A static method of the same type reads it.</summary>
/// <remarks>Not by <see cref="JsonSerializer"/>, for which a starting process compiles some 170 methods, even where it was compiled ahead itself.</remarks>
internal interface IDirectoryFile
{
    /// <summary>Writes its properties, within an object that was begun.</summary>
    void Write(Utf8JsonWriter json);
}
