namespace Viaduct.Generators;

/// <summary>How a parameter of a static method differs from what the service takes.</summary>
internal enum IsolatedForm
{
    /// <summary>Not at all.</summary>
    Same,

    /// <summary>A native integer, which goes as a long one.</summary>
    Native,

    /// <summary>An array, which comes back as the method left it.</summary>
    Array,
}
