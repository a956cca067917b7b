namespace Viaduct.Messages;

/// <summary>A codec whose schema may be long.</summary>
internal interface IShortSchema
{
    /// <summary>The schema, or where it has more than 2000 bytes its name and its hash: two that are equal stand for equal schemas.</summary>
    string ShortSchema { get; }
}
