namespace Viaduct.Cli.Demo;

/// <summary>The parts of the pipeline that are processes of their own in the second and third run.</summary>
internal enum DemoRole
{
    /// <summary>Reads the input and sends its events.</summary>
    Reader,

    /// <summary>Merges the results.</summary>
    Merger,

    /// <summary>Works on events.</summary>
    Worker,
}
