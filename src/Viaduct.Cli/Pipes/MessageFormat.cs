namespace Viaduct.Cli.Pipes;

/// <summary>How messages stand in standard input and output.</summary>
internal enum MessageFormat
{
    /// <summary>A message is a line with its line feed, written as it is.</summary>
    Lines,

    /// <summary>A message is a frame: four bytes of length, little-endian, and the bytes.</summary>
    Frames,

    /// <summary>A message is UTF-8 text without the line feed that ends it on a terminal.</summary>
    Text,

    /// <summary>Output only: one JSON object a message and line.</summary>
    Json,
}
